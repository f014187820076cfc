"""The headers of image files, read without a decoder, with orientation and resolution."""
