"""What the ledger remembers, it gives back as it was."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import stat
import threading
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocr_watcher.ledger.database_file import FILE_NAME
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.values.dialect import line_of
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.values.pause import Pause
from ocr_watcher.values.reading import Line, Reading
from ocr_watcher.values.tried import Tried
from ocr_watcher.values.word import Word
from tests.ledger.paying import count_call, remember
from tests.ledger.process import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IMAGE = Image("/scans", "a.jpg")
STAMP = Stamp(5, 6, 7)
TRIED = Tried(STAMP, 2, 3, 1234.5, 1236.5, "216630", "recognise error")
PAUSED = Pause("17", "daily limit reached", "wait", 1.5, 2.5)

TEXTS = st.text(st.characters(codec=None))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)
NAMES = TEXTS.filter(lambda name: name != "words")  # the service's name of the text itself
FIELDS = st.dictionaries(NAMES, JSON, max_size=4)
READINGS = st.builds(
    Reading, st.lists(st.builds(line_of, TEXTS, FIELDS), max_size=5).map(tuple), FIELDS
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "state") as ledger:
        yield ledger


def test_nothing_is_known_at_first(ledger: Ledger) -> None:
    assert ledger.done_stamp_of(IMAGE) is None
    assert ledger.tries_of(IMAGE) is None
    assert ledger.reading(b"key") is None
    assert ledger.pause_of("baidu") is None
    assert ledger.calls("2026-01-31", "baidu") == 0


def test_all_of_it_outlives_the_program(tmp_path: Path) -> None:
    waiting = Image("/scans", "b.jpg")
    reading = Reading((Line("words"),))
    with Ledger(tmp_path) as ledger:
        ledger.done(IMAGE, STAMP)
        ledger.tried(waiting, TRIED)
        ledger.paused("baidu", PAUSED)
        remember(ledger, b"key", reading)
        count_call(ledger, "2026-01-31", "baidu", "general")
    with Ledger(tmp_path) as ledger:
        assert ledger.done_stamp_of(IMAGE) == STAMP
        assert ledger.tries_of(waiting) == TRIED
        assert ledger.pause_of("baidu") == PAUSED
        assert ledger.reading(b"key") == reading
        assert ledger.calls("2026-01-31", "baidu") == 1


def test_what_was_done_is_known_while_another_content_is_tried_and_its_end_ends_the_tries(
    ledger: Ledger,
) -> None:
    ledger.tried(IMAGE, TRIED)
    assert ledger.done_stamp_of(IMAGE) is None
    ledger.done(IMAGE, STAMP)
    assert ledger.tries_of(IMAGE) is None
    ledger.tried(IMAGE, TRIED)
    assert ledger.done_stamp_of(IMAGE) == STAMP


def test_what_is_known_of_an_image_goes_with_its_name_and_what_was_known_there_goes(
    ledger: Ledger,
) -> None:
    other = Image("/scans", "b.jpg")
    ledger.done(IMAGE, STAMP)
    ledger.tried(other, TRIED)
    ledger.moved(IMAGE, other)
    assert (ledger.done_stamp_of(IMAGE), ledger.tries_of(IMAGE)) == (None, None)
    assert (ledger.done_stamp_of(other), ledger.tries_of(other)) == (STAMP, None)


def test_what_is_known_of_the_images_of_a_directory_goes_with_it_and_with_no_other(
    ledger: Ledger,
) -> None:
    inside, beside = Image("/scans", "old/deep/a.jpg"), Image("/scans", "older.jpg")
    ledger.done(inside, STAMP)
    ledger.done(beside, STAMP)
    ledger.directory_moved(Image("/scans", "old"), Image("/scans", "n\udcffw"))
    assert ledger.done_stamp_of(inside) is None
    assert ledger.done_stamp_of(Image("/scans", "n\udcffw/deep/a.jpg")) == STAMP
    assert ledger.done_stamp_of(beside) == STAMP


def test_a_forgotten_image_is_unknown_and_its_neighbour_is_not(ledger: Ledger) -> None:
    other = Image("/scans", "b.jpg")
    ledger.done(IMAGE, STAMP)
    ledger.done(other, STAMP)
    ledger.forget(IMAGE)
    assert ledger.done_stamp_of(IMAGE) is None
    assert ledger.done_stamp_of(other) == STAMP


@pytest.mark.parametrize("name", ["\udcff\udcfe.jpg", "a\nb.jpg", "扫描.jpg", "%_'.jpg", "é.jpg"])
def test_an_image_may_have_any_name(ledger: Ledger, name: str) -> None:
    ledger.done(Image("/scans", name), STAMP)
    assert ledger.done_stamp_of(Image("/scans", name)) == STAMP
    assert ledger.done_stamp_of(Image("/scans", "?.jpg")) is None


def test_the_words_of_a_line_are_remembered_with_it(ledger: Ledger) -> None:
    word = Word("a", ((0, 0), (5, 0), (5, 9), (0, 9)), 0.5)
    line = Line("a b", Rectangle(0, 0, 9, 9), words=(word, replace(word, text="b")))
    remember(ledger, b"key", Reading((line,)))
    found = ledger.reading(b"key")
    assert found is not None
    assert found.lines[0].words == line.words


def test_a_reading_of_an_earlier_version_is_read_without_words(ledger: Ledger) -> None:
    remember(ledger, b"key", Reading((line_of("a", {"location": {}}),)))
    found = ledger.reading(b"key")
    assert found is not None
    assert found.lines[0].words == ()


def test_the_hash_of_what_was_done_is_recalled_with_it(ledger: Ledger) -> None:
    assert ledger.done_hash_of(IMAGE) is None
    ledger.done(IMAGE, STAMP)
    assert ledger.done_hash_of(IMAGE) is None
    ledger.done(IMAGE, replace(STAMP, ctime_ns=2**70), "00ff")
    assert ledger.done_hash_of(IMAGE) == "00ff"
    stamp = ledger.done_stamp_of(IMAGE)
    assert stamp == STAMP
    assert stamp.ctime_ns == 2**70


@pytest.mark.parametrize(
    "stamp",
    [Stamp(0, -1, 1), Stamp(2**63 - 1, 2**93, 2**64 - 1), Stamp(1, -(2**93), 2)],
    ids=["before 1970", "largest", "smallest"],
)
def test_a_date_beyond_the_calendar_and_any_inode_come_back(ledger: Ledger, stamp: Stamp) -> None:
    ledger.done(IMAGE, stamp)
    assert ledger.done_stamp_of(IMAGE) == stamp


def test_a_message_that_is_no_unicode_is_remembered_in_one_printable_line(ledger: Ledger) -> None:
    ledger.tried(IMAGE, Tried(STAMP, 1, 0, 1.0, 2.0, "code", "no \udcff\nhere"))
    tried = ledger.tries_of(IMAGE)
    assert tried is not None
    assert tried.message == r"no \udcff\nhere"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(reading=READINGS)
def test_a_reading_comes_back_as_it_went_in(ledger: Ledger, reading: Reading) -> None:
    remember(ledger, b"key", reading)
    assert ledger.reading(b"key") == reading


def test_the_typed_places_and_score_of_a_line_come_back(ledger: Ledger) -> None:
    line = Line("a", Rectangle(1, 2, 3, 4), ((1, 2), (4, 2), (4, 6), (1, 6)), 0.5)
    remember(ledger, b"key", Reading((line,)))
    recalled = ledger.reading(b"key")
    assert recalled is not None
    assert [(line.text, line.box, line.quad, line.score)] == [
        (line.text, line.box, line.quad, line.score) for line in recalled.lines
    ]


def test_a_reading_that_a_version_before_wrote_is_paid_for_no_more(
    ledger: Ledger, tmp_path: Path
) -> None:
    told = {"location": {"top": 2, "left": 1, "width": 3, "height": 4}, "chars": []}
    remember(ledger, b"key", Reading(()))
    stored = zlib.compress(json.dumps([[["words", told]], {"log_id": 7}]).encode())
    with contextlib.closing(sqlite3.connect(tmp_path / "state" / FILE_NAME)) as other, other:
        other.execute("UPDATE readings SET reading = ?", (stored,))
    line = Line("words", Rectangle(1, 2, 3, 4), fields=told)
    assert ledger.reading(b"key") == Reading((line,), {"log_id": 7})


def test_calls_are_told_by_day_month_engine_and_endpoint(ledger: Ledger) -> None:
    for day, engine, endpoint in (
        ("2026-01-30", "baidu", "general"),
        ("2026-01-31", "baidu", "general"),
        ("2026-01-31", "baidu", "accurate"),
        ("2026-01-31", "local", "general"),
        ("2026-02-01", "baidu", "general"),
    ):
        count_call(ledger, day, engine, endpoint)
    assert ledger.calls("2026-01-31", "baidu", "general") == 1
    assert ledger.calls("2026-01-31", "baidu") == 2
    assert ledger.calls("2026-01", "baidu") == 3
    assert ledger.calls("2026-01", "baidu", "general") == 2
    assert ledger.calls("2026", "local") == 1


def test_a_pause_of_an_endpoint_is_apart_from_those_of_others(ledger: Ledger) -> None:
    ledger.paused("baidu", PAUSED, "general")
    assert ledger.pause_of("baidu") is None
    assert ledger.pause_of("baidu", "general_basic") is None
    assert ledger.pause_of("baidu", "general") == PAUSED
    ledger.paused("baidu", PAUSED)
    ledger.paused("baidu", None, "general")
    assert (ledger.pause_of("baidu"), ledger.pause_of("baidu", "general")) == (PAUSED, None)


def test_all_pauses_of_an_engine_are_forgotten_at_once_and_none_of_another(
    ledger: Ledger,
) -> None:
    for engine, endpoint in (("baidu", ""), ("baidu", "general"), ("baidu2", "general")):
        ledger.paused(engine, PAUSED, endpoint)
    ledger.forget_pauses("baidu")
    assert ledger.pause_of("baidu") is ledger.pause_of("baidu", "general") is None
    assert ledger.pause_of("baidu2", "general") == PAUSED


def test_a_pause_that_is_over_is_forgotten(ledger: Ledger) -> None:
    ledger.paused("baidu", PAUSED)
    ledger.paused("local", PAUSED)
    ledger.paused("baidu", None)
    assert ledger.pause_of("baidu") is None
    assert ledger.pause_of("local") == PAUSED


def test_hundreds_of_threads_count_every_call(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    start = threading.Barrier(300)

    def work(number: int) -> None:
        start.wait()
        count_call(ledger, "2026-01-31", "baidu", "general")
        ledger.done(Image("/scans", str(number)), STAMP)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.calls("2026-01-31", "baidu") == 300
    assert all(ledger.done_stamp_of(Image("/scans", str(number))) for number in range(300))
    assert caplog.messages == []


def test_a_second_process_sees_what_the_first_one_writes_and_adds_to_it(
    ledger: Ledger, tmp_path: Path
) -> None:
    count_call(ledger, "2026-01-31", "baidu", "general")
    said = lines_of(
        """
with Ledger(directory) as ledger:
    count_call(ledger, "2026-01-31", "baidu", "general")
    say(ledger.calls("2026-01-31", "baidu"))
""",
        tmp_path / "state",
    )
    assert said == ["2"]
    assert ledger.calls("2026-01-31", "baidu") == 2


def test_what_was_written_on_scans_is_for_nobody_else_to_read(
    ledger: Ledger, tmp_path: Path
) -> None:
    remember(ledger, b"key", Reading((Line("secret"),)))
    files = list((tmp_path / "state").iterdir())
    assert {file.name for file in files} >= {"ledger.sqlite", "ledger.sqlite-wal"}
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * len(files)


def test_the_tries_at_an_image_are_forgotten_without_what_its_sidecars_were_made_from(
    ledger: Ledger,
) -> None:
    ledger.done(IMAGE, STAMP)
    ledger.tried(IMAGE, TRIED)
    ledger.forget_tries(IMAGE)
    assert ledger.tries_of(IMAGE) is None
    assert ledger.done_stamp_of(IMAGE) == STAMP
