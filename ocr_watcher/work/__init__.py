"""Takes settled images from the queue and sees each to its end."""
