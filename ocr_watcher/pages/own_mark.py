"""The mark in each PDF that this program writes."""

from __future__ import annotations

OWN_MARK = "OcrWatcher"
"""The key of the document information (ISO 32000-1, 14.3.3) that is the mark; its value is the
version of the program. A PDF that has it is no image, under whatever name it was copied."""
