"""The formats that a document is rendered in, each a module of its own that holds a ``FORMAT``.

`registry` finds these modules by itself: a new format is one new file in this package with a
``FORMAT``: its render function, its name in the settings and its suffix. `format` defines the parts
of a format. `txt` is text in one of the layouts of the document, and `json` has the fields of
Baidu's answers. `md` is Markdown, which `commonmark` escapes. `pdf` has the pages with their text
over them. `hocr` and `alto` are XML with the place of each word. `notation` encodes the values in
the JSON files of this program, and `markup` those in XML. `stored_text` reads the text of a sidecar
back.
"""
