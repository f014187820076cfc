"""Make a PDF that shows the pages of a file, with their text invisibly over the words.

All of it runs in a sandbox, as it opens the file with libraries written in C.

The way of a file::

    file → pictures (lossless, paper) ┐
                                      ├→ sheets → text layer (glyphless) → metadata → PDF
    file → existing (invisible) ──────┘

`compose` goes this way. `pictures` puts the pages of an image file into a new PDF, each as its own
bytes where a PDF can hold them (`jpeg2000` puts boxes around them, `tiff_jpeg` takes them out of a
TIFF, `colour_profiles` leaves out what is no profile for them), else as `lossless` encodes it, and
of the size that `paper` finds. `existing` opens a PDF, and `invisible` removes the text of another
program that nobody sees. A `sheet` is a page of the PDF, and the transform from the pixels of the
stored page to it. `text_layer` lays the words (`visual`) of each row on one base line
(`base_lines`) over their places (`place`), in one font size (`type_size`, `sizes`), with spaces
between them. A `tied_page` gets `ties` that keep its columns (`columns_apart`, `column_ties`) and
crooked rows (`crooked_rows`) apart, and a `row_aside` before the next one; the font is smaller
where rows stand close (`near_rows`).
`text_operators` writes that down in the fonts of `glyphless` (`font_program`). `metadata` says who
made the file.
"""
