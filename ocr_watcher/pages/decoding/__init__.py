"""Decoding: from the bytes of an image file to pixels, upright as a viewer shows them.

`readers` finds the types of files that this installation can read, and `bounds` refuses pictures
that would take too much memory. `still` decodes pictures of one page with Pillow (`decoders`),
`tiff` the pages of a TIFF (`planes`: colours in planes; `overlay`: other bytes in a few places).
`pixels` makes what was decoded opaque, upright and small, band by band, on a background that
`ground` chooses. `decode_errors` are the errors of files that cannot be decoded.

`pdf` draws the pages of a PDF, at a size that `pdf_grid` chooses. `pdf_text` takes the text that a
page has of its own: `pdf_runs` reads it, `pdf_showing` finds out whether it shows and whether the
page shows other writing (by the `pdf_text_object`, in `pdf_shapes` or `pdf_annotations`), and
`pdf_script` orders text that does not run from left to right.
"""
