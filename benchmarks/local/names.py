"""The names of the programs that read the pages."""

RAPIDOCR = "RapidOCR"
ONE, TWO = "workers: 1", "workers: 2"
TESSERACT, AT_ONCE = "tesseract", "tesseract, a page for each processor at once"
