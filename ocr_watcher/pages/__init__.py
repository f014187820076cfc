"""Turns the bytes of an image file into pages that an engine accepts, without access to files.

`types` are the types of a picture on its way. `file_type` finds the type of a file. `passthrough`
decides whether the file goes to an engine byte for byte, by its `head` (`headers`). None of these
modules imports a decoder. `source` opens every other file (`decoding`), and `fit` makes its pages
fit: it plans their size (`fit_plan`), cuts long ones into `strips` and encodes them (`encoding`).
If a page of a PDF has its text in the file, the setting ``pdf.text`` may have its lines taken from
there (`decoding`), so that it is not read. `searchable` makes a PDF from a file and its text, with
the marks of `own_mark` in it. `showing` makes a picture of a page for people. All this happens in
the processes of a `sandbox`, as anybody may put a hostile picture into the folder.
"""
