"""The work on settled images: take each from the queue, and finish it."""
