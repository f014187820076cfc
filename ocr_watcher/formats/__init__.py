"""The formats that a document is rendered in, each a module of its own that holds a ``FORMAT``.

`registry` finds these modules by itself: a new format is one new file in this package with a
``FORMAT``: its render function, its name in the settings and its suffix. `format` is what a format
consists of. `txt` is text in one of the layouts of the document, `json` the fields of Baidu's
answers, `md` Markdown, which `commonmark` escapes, `pdf` the pages with their text over them,
`hocr` and `alto` XML with the place of each word. `notation` is how values are written in the JSON
files of this program, `markup` in those of XML. `stored_text` reads the text of a sidecar back.
"""
