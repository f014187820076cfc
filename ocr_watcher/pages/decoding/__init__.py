"""From the bytes of an image file to pixels the way up that a viewer shows them."""
