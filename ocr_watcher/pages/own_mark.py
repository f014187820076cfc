"""The marks in each PDF that this program writes."""

from __future__ import annotations

OWN_MARK = "OcrWatcher"
"""The key of the document information (ISO 32000-1, 14.3.3) that is the mark of a file; its value
is the version of the program. Programs that add other pages to the file may keep it."""

PAGE_MARK = "/XXOcrWatcher"
"""The key of a page's dictionary that is the mark of a page; its value is the version of the
program. Names that begin with XX are for private use (ISO 32000-1, annex E)."""

LAYER_FONT = "/OcrWatcherText"
"""How the names begin that the fonts of a text layer have in the resources of a page."""

FONT = "/OcrWatcherGlyphless"
"""The name of the fonts of a text layer. It has no tag of a subset, as this is the whole font:
PDF/A-1 demands a list of the characters of a subset (ISO 19005-1, 6.3.5), and the PDF that a
scanner made may claim PDF/A-1."""

EARLIER_FONT = "/OCRWAT+Glyphless"
"""The name of those fonts in files from before pages had marks."""
