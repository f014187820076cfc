"""The headers of image files, read without a decoder."""
