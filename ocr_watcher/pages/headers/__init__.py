"""The headers of image files, read without a decoder, with orientation and resolution.

`jpeg`, `png` and `bmp` read a `header` each, and `ifd` the directories of TIFF and EXIF. `view` is
how a viewer turns and stretches the pixels, `resolution` the dots per inch, and `whole` finds out
whether the end of a file is there.
"""
