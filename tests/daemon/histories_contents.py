"""What the images of a history hold, under which names, and what the service does to them."""

from __future__ import annotations

import itertools
import os

from hypothesis import strategies as st

from tests.daemon.histories_model import Content
from tests.daemon.histories_service import HOPELESS, ODD, REFUSED
from tests.simulator import pictures
from tests.simulator.faults import Body, Cut, ErrorCode, Reset, Status

WATCHED_NAMES = ["a.png", "LOUD.PNG", "sub/-rf ~.png", os.fsdecode(b"two\nlines\xff.jpeg")]
"""Few, so that histories of one name become long ones."""
NAMES = st.sampled_from(WATCHED_NAMES)
IGNORED_NAMES = st.sampled_from([".a.png", "sub/~a.png.part"])
KINDS = st.sampled_from(
    [
        *("new", "new", "new", "seen", "seen", "blank", ODD),
        *(REFUSED, HOPELESS, "no picture", "empty", "cut off"),
    ]
)
DIRECTORIES = ["d1", "d2", "d3"]
FAULTS = st.lists(
    st.sampled_from(
        [
            *(ErrorCode(2), ErrorCode(4), ErrorCode(282001), Status(503), Status(500, b"")),
            *(Body(b"<html>please log in</html>"), Body(b""), Body(b'{"words_result": [')),
            *(Reset(), Cut(0), Cut(40)),
        ]
    ),
    min_size=1,
    max_size=6,
)


class Contents:
    """Makes contents, each of other words than all before, and knows those it made."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._seen: list[Content] = []

    def number(self) -> int:
        """A number that was not given before."""
        return next(self._numbers)

    def of_kind(self, kind: str, data: st.DataObject) -> Content:
        """Makes a content of one of `KINDS`."""
        match kind:
            case "seen" if self._seen:
                return data.draw(st.sampled_from(self._seen))
            case "blank":
                return Content(pictures.png(""), "")
            case "no picture":
                return Content(f"notes {self.number()}".encode(), None)
            case "empty":
                return Content(b"", None)
            case "cut off":
                return Content(self.new("whole").data[:-30], None)
        return self.new(kind)

    def new(self, kind: str) -> Content:
        """Makes a picture whose words begin with its kind."""
        words = f"{kind} {self.number()}"
        content = Content(pictures.png(words), None if kind in {REFUSED, HOPELESS} else words)
        self._seen.append(content)
        return content
