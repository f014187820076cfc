"""What the bytes of an image file say of it, read without a decoder."""
