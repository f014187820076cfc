"""Documents whose lines have places, for the formats that write them down."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from ocr_watcher.document.document import Document, Source
from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.values.geometry import Rectangle, Transform
from ocr_watcher.values.reading import EngineIdentity, Line
from ocr_watcher.values.word import Word

AT = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
ENGINE = EngineIdentity("local", "models")
SOURCE = Source("scan.jpg", 12, 1_700_000_000_250_000_000, "ab" * 32)


def document(*pages: RecognisedPage, **changes: Any) -> Document:
    return Document(pages, changes.pop("source", SOURCE), ENGINE, AT, **changes)


HOSTILE = [
    "]]>",
    "<b>&amp;</b>",
    "\"'>",
    "\x00\x07\x1b[31m",
    "\ud800",
    "\udcff",
    "\ufffe\uffff",
    "\U0001fffe",
    "\x85\x9b",
    "\u202eabc\u2066",
    "שלום",
    "مرحبا",
    "e\u0301\u0327",
    "\u200b\u200d",
    "-->",
    "<!--",
    "<?x?>",
    "\r\n\t",
    "\u2028\x0c",
    "中文字",
]
"""Each kind of text that a format may stumble over."""

_TEXTS = st.lists(st.sampled_from(HOSTILE) | st.text(st.characters(codec=None)), max_size=4).map(
    " ".join
)
_PLACES = st.integers(-50, 700) | st.floats(-1e7, 1e7, allow_nan=False)
_POINTS = st.tuples(_PLACES, _PLACES)
_QUADS = st.tuples(*[_POINTS] * 4)
_BOXES = st.builds(Rectangle, *[_PLACES] * 4)
_SCORES = st.none() | st.floats(0, 1)
_LINES = st.builds(
    Line,
    _TEXTS,
    st.none() | _BOXES,
    st.none() | _QUADS,
    _SCORES,
    words=st.lists(st.builds(Word, _TEXTS, _QUADS, _SCORES), max_size=3).map(tuple),
)
_TURNED = st.sampled_from([Transform(), Transform(xx=-1), Transform(xx=0, xy=1, yx=-1, yy=0)])
_PAGES = st.builds(
    RecognisedPage,
    st.just(1),
    st.integers(1, 600),
    st.integers(1, 800),
    st.lists(_LINES, max_size=5).map(tuple),
    st.fixed_dictionaries({"direction": st.integers(-1, 4)}),
    _TURNED,
    resolution=st.none() | st.just((300.0, 299.5)),
)


def _numbered(pages: list[RecognisedPage]) -> tuple[RecognisedPage, ...]:
    return tuple(
        RecognisedPage(
            number,
            page.width,
            page.height,
            page.lines,
            page.details,
            page.to_upright,
            resolution=page.resolution,
        )
        for number, page in enumerate(pages, 1)
    )


DOCUMENTS = st.builds(
    Document,
    st.lists(_PAGES, min_size=1, max_size=3).map(_numbered),
    st.builds(Source, _TEXTS, st.just(1), st.just(0), st.none() | st.just("ab" * 32)),
    st.builds(EngineIdentity, _TEXTS, _TEXTS, st.dictionaries(_TEXTS, _TEXTS, max_size=2)),
    st.datetimes(timezones=st.just(UTC)),
)
"""Documents of hostile texts, at places that make no sense."""
