"""RapidOCR as a library.

`rapidocr_steps` and the `stages` around its networks are the only modules that use its internal
parts. `load_models` loads the models with the first backend with which they read, and
`rapidocr_errors` turns exceptions of RapidOCR into errors of this program. Models and code come
with the extra ``local``, and are imported when the first page is read.
"""
