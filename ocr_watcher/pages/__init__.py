"""Turns the bytes of an image file into pages that an engine takes; reads and writes no file.

`formats` tells what a file is, and `passthrough` whether an engine takes it byte for byte, by what
its `head` says (`headers`); none of them imports a decoder. Everything else is opened by `source`
(`decoding`) and made to `fit`: laid out (`layout`), cut where it is long (`strips`) and encoded
(`encoding`). That happens in processes of a `sandbox`, for anybody may drop a picture.
"""
