"""The limits of a page for the models, wherever they run."""

from __future__ import annotations

from ocr_watcher.values.page import Limits

LONGEST_SIDE = 2000
"""The longer side to which RapidOCR reduces a page before it finds and reads lines, in pixels: its
own default (``Global.max_side_len``).

With it, RapidOCR reads 98.0 % of the characters of dense A4 pages at 300 dpi in print of 5 to 10
points. With 2500 pixels it would read 98.6 %, in 1.14 times the time and with more memory."""

PAGE_SIDE = 2 * LONGEST_SIDE
"""The longest side of a page that RapidOCR is given, in pixels; a longer page is reduced before.

RapidOCR reduces without a filter, which does little harm down to half the size. Of small Chinese
print scanned at 600 dpi, it thus loses 18 % of the characters, but only 5 % if the page was reduced
with a filter before. A4 at 300 dpi, the common scan, is shorter than this."""

LIMITS = Limits(
    # Bare pixels: the sandbox decodes every other format, so that no hostile picture is decoded in
    # the process of the models.
    formats=frozenset({"BMP"}),
    shortest_side=32,  # the detector's grid; RapidOCR would enlarge a smaller page
    longest_side=PAGE_SIDE,
    body_bytes=2**31,  # nothing is sent
    page_bytes=2**31,
    strip_side=LONGEST_SIDE,  # no strip is reduced, and none is larger than it must be
)
