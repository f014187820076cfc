"""RapidOCR as a library.

`rapidocr_steps` is the only module that touches its insides, with the `stages` that stand around
its networks. `load_models` loads the models with the first backend with which they read, and
`rapidocr_errors` turns what RapidOCR raises into errors of this program. Models and code come with
the extra ``local``, and are imported when the first page is read.
"""
