"""Decoding: from the bytes of an image file to pixels, upright as a viewer shows them."""
