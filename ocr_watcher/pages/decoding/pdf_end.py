"""Finds out whether the end of a PDF is there."""

from __future__ import annotations

import re

END = b"%%EOF"
_END_WITHIN = 1024
"""The largest distance of the mark from the end, in bytes (PDF Reference 1.7, appendix H.3, on
3.4.4); padding after the end does not count."""
_PADDING = b"\x00\t\n\f\r "

_LINEARIZED = re.compile(rb"/Linearized\b[^>]{0,500}?/L\s+(\d{1,15})\b")


def is_whole(data: bytes) -> bool:
    """Return whether the end of a PDF is there, judged by its marks.

    A file without any mark counts as whole, as it may lack only the mark. A mark too far from the
    end belongs to an earlier revision in a file that still grows, or it is near the beginning of a
    linearized file, which is made for the web. A linearized file also contains its length or the
    length of its first revision (ISO 32000-1, annex F).
    """
    linearized = _LINEARIZED.search(data[:2048])
    if linearized and int(linearized[1]) > len(data):
        return False
    mark = data.rfind(END)
    return mark < 0 or len(data[mark:].rstrip(_PADDING)) <= _END_WITHIN
