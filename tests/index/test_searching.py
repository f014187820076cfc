"""What a search finds, and in which order."""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr_watcher.folders.folder import Folder
from ocr_watcher.index.folding import folded, words_of
from ocr_watcher.index.listed import Wanted
from tests.index.shelf import Shelf
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

ENDLESS = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"


@pytest.mark.parametrize(
    "word",
    [
        "b",
        "br",
        "bre",
        "bread",
        "RYE",
        "果",
        "苹果",
        "苹果汁",
        "\uff14",
        "4.20",
        '"',
        "%",
        "-",
        "'s",
    ],
)
def test_a_word_of_any_length_and_script_is_found_wherever_it_stands(
    shelf: Shelf, word: str
) -> None:
    shelf.done("a.jpg", 'Rye bread, the baker\'s\n红苹果汁 x\n4.20 "-" 5%\n')
    shelf.done("b.jpg", "nothing to see\n")
    shelf.compare()
    assert shelf.found(word) == ["a.jpg"]


def test_all_words_must_be_there_long_ones_and_short_ones(shelf: Shelf) -> None:
    shelf.done("a.jpg", "rye bread 苹果")
    shelf.done("b.jpg", "rye 苹果")
    shelf.done("c.jpg", "bread 苹")
    shelf.compare()
    assert shelf.found("bread", "rye") == ["a.jpg"]
    assert shelf.found("苹果", "bread") == ["a.jpg"]
    assert set(shelf.found("果", "ry")) == {"a.jpg", "b.jpg"}
    assert shelf.found("bread rye") == ["a.jpg"]
    assert shelf.found("bread", "pear") == []


def test_a_text_with_all_parts_of_a_word_and_not_the_word_is_not_found(shelf: Shelf) -> None:
    shelf.done("a.jpg", "abcx bcdx cdex")
    shelf.compare()
    assert shelf.found("abcde") == []


def test_nothing_is_found_by_no_word(shelf: Shelf) -> None:
    shelf.done("a.jpg", "text")
    shelf.compare()
    assert shelf.found("", " ") == []


def test_the_image_that_changed_last_is_first(shelf: Shelf) -> None:
    names = [f"{number}.jpg" for number in range(40)]
    for name in names:
        shelf.done(name, "same words, 同样")
    shelf.compare()
    last = shelf.found("words")[-1]
    # The clock of the file system advances by ticks of some milliseconds.
    eventually(lambda: shelf.done("clock.jpg", "").stat().st_ctime > shelf.entries()[0].changed + 3)
    shelf.done(last, "other words, 同样")
    shelf.compare()
    assert shelf.found("words")[0] == last
    assert shelf.found("同样")[0] == last
    assert len(shelf.found("words")) == len(names)


def test_the_line_with_most_of_the_words_is_shown_with_its_page(shelf: Shelf) -> None:
    shelf.done("a.jpg", "Rye\n\nWheat\n\fBread\nOf RYE the Bread\n\frye")
    shelf.compare()
    (hit,) = shelf.index.search(["bread", "Rye"]).hits
    assert (hit.page, hit.line, hit.words) == (2, "Of RYE the Bread", ("bread", "rye"))


def test_a_long_line_is_cut_around_the_word_and_is_printable(shelf: Shelf) -> None:
    shelf.done("a.jpg", "\x1b[31m" + "x " * 50_000 + "needle\u202e" + " y" * 50_000)
    shelf.compare()
    (hit,) = shelf.index.search(["needle"]).hits
    assert "needle\\u202e" in hit.line
    assert len(hit.line) == 300
    assert hit.line.isprintable()


def test_a_changed_text_is_no_longer_found_by_its_old_words(shelf: Shelf) -> None:
    shelf.done("a.jpg", "old words 旧")
    shelf.compare()
    shelf.done("a.jpg", "new words 新")
    shelf.compare()
    assert [shelf.found(word) for word in ("old", "旧", "new", "新")] == [
        [],
        [],
        ["a.jpg"],
        ["a.jpg"],
    ]


def test_the_text_of_an_image_that_waits_again_is_not_found(shelf: Shelf) -> None:
    image = shelf.done("a.jpg", "some words")
    shelf.compare()
    image.with_name("a.jpg.txt").unlink()
    shelf.compare()
    assert shelf.found("words") == []


def test_a_search_has_at_most_as_many_hits_as_asked(shelf: Shelf) -> None:
    for number in range(5):
        shelf.done(f"{number}.jpg", "words")
    shelf.compare()
    assert len(shelf.index.search(["words"], most=3).hits) == 3
    assert len(list(shelf.index.hits(["words"]))) == 5


def test_all_hits_are_given_however_many(shelf: Shelf) -> None:
    for number in range(450):
        shelf.done(f"{number}.jpg", f"words {number}")
    shelf.compare()
    names = [hit.entry.image.name for hit in shelf.index.hits(["words"])]
    assert len(names) == len(set(names)) == 450


def test_a_folder_that_is_not_watched_any_more_is_not_searched_or_listed(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.done("a.jpg", "words 词")
    shelf.failed("b.jpg", "17")
    shelf.compare()
    id_ = shelf.entry("a.jpg").id
    with shelf.opened(str(tmp_path / "others")) as other:
        assert other.search(["words"]).hits == ()
        assert other.search(["词"], roots=[shelf.folder.root]).hits == ()
        assert list(other.hits(["words"])) == []
        assert other.images(Wanted()).entries == ()
        assert other.images(Wanted(roots=(shelf.folder.root,))).entries == ()
        assert other.entry_of(id_) is None
        assert other.codes() == other.codes([shelf.folder.root]) == {}


def test_only_the_folders_that_are_asked_for_are_searched(shelf: Shelf, tmp_path: Path) -> None:
    inner = Folder(str(tmp_path / "inner"))
    Shelf(tmp_path / "inner", tmp_path / "unused").done("b.jpg", "words")
    shelf.done("a.jpg", "words")
    shelf.more[inner.root] = inner
    shelf.compare()
    shelf.compare(inner)
    with shelf.opened() as index:
        assert len(index.search(["words"]).hits) == 2
        (hit,) = index.search(["words"], roots=[inner.root]).hits
        assert hit.entry.image.path == f"{inner.root}/b.jpg"


def test_a_search_that_takes_long_delays_no_list_and_no_other_search(shelf: Shelf) -> None:
    shelf.done("a.jpg", "words")
    shelf.compare()
    ended: list[str] = []
    begun = threading.Event()

    def search() -> None:
        try:
            with shelf.index.database.searching(None) as connection:
                begun.set()
                connection.execute(ENDLESS).fetchone()
        except sqlite3.OperationalError as error:
            ended.append(str(error))

    thread = threading.Thread(target=search)
    thread.start()
    try:
        assert begun.wait(60.0)
        assert shelf.found("words") == ["a.jpg"]
        assert [entry.image.name for entry in shelf.entries()] == ["a.jpg"]
        shelf.done("b.jpg", "words")
        assert shelf.compare().changes == 1
    finally:
        shelf.index.close()
        thread.join(10.0)
    assert ended == ["interrupted"]


def test_a_search_ends_when_its_time_is_over(shelf: Shelf) -> None:
    began = time.monotonic()
    with (
        shelf.index.database.searching(0.1) as connection,
        pytest.raises(sqlite3.OperationalError, match="interrupted"),
    ):
        connection.execute(ENDLESS).fetchone()
    assert time.monotonic() - began < 10.0


def test_hits_that_there_was_no_time_for_are_said_to_be_missing(shelf: Shelf) -> None:
    for number in range(30):
        shelf.done(f"{number}.jpg", "words")
    shelf.compare()
    found = shelf.index.search(["words"], seconds=0.0)
    assert not found.complete
    assert len(found.hits) < 30


@settings(max_examples=25)
@given(
    texts=st.lists(st.text("aAbé 果e\u0301\n", max_size=20), max_size=6),
    words=st.lists(st.text("aAbé果", min_size=1, max_size=5), min_size=1, max_size=3),
)
def test_a_search_finds_what_a_look_at_each_text_finds(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], words: list[str]
) -> None:
    directory = tmp_path_factory.mktemp("shelf")
    shelf = Shelf(directory / "scans", directory / "state")
    for number, text in enumerate(texts):
        shelf.done(f"{number}.jpg", text)
    shelf.compare()
    try:
        found = set(shelf.found(*words))
    finally:
        shelf.index.close()
    assert found == {
        f"{number}.jpg"
        for number, text in enumerate(texts)
        if all(word in folded(text) for word in words_of(words))
    }
