"""Turns the bytes of an image file into pages that an engine takes; reads and writes no file.

The watcher needs only the extensions below, so nothing here imports Pillow.
"""

SUPPORTED_EXTENSIONS: frozenset[str] = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib"}
)
"""Names that promise a picture, in lower case. What a file really is, its content decides."""
