"""Decoding: from the bytes of an image file to pixels, upright as a viewer shows them.

`readers` finds the types of files that this installation can read, and `bounds` refuses pictures
that would take too much memory. `still` decodes pictures of one page with Pillow (`decoders`),
`tiff` the pages of a TIFF (`planes`: colours in planes; `overlay`: other bytes in a few places).
`pixels` makes decoded pictures opaque, upright and small, band by band, on a background that
`ground` chooses. `decode_errors` are the errors of files that cannot be decoded.

`pdf` draws the pages of a PDF that is whole (`pdf_end`), at a size that `pdf_grid` chooses.
`pdf_own` finds out whether this program wrote each of them. `pdf_text` takes the text that a page
has in the file. `pdf_runs` reads it, and `pdf_script` orders text that does not run from left to
right. `pdf_showing` finds out whether the text is visible (`pdf_text_object`), and whether the page
shows other writing (`pdf_shapes`, `pdf_annotations`).
"""
