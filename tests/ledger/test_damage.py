"""Whatever is wrong with the ledger's file is told in one line, and stands in nobody's way."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.ledger.database_file import FILE_NAME
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.values.reading import Line, Reading
from tests.ledger.paying import count_call, remember
from tests.ledger.process import lines_after_mount, lines_of, may_mount, start

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = ("2026-01-31", "baidu", "general")
LOST = "WARNING what is done is remembered only until the program ends: "
needs_mounts = pytest.mark.skipif(not may_mount(), reason="no mounts of its own for this user")


def fill(directory: Path, rows: int = 200) -> Path:
    """Makes a ledger of many pages and returns its file, in which all of it is."""
    with Ledger(directory) as ledger:
        for number in range(rows):
            words = random.Random(number).randbytes(900).hex()
            remember(ledger, number.to_bytes(32), Reading((Line(words),)))
        count_call(ledger, *DAY)
    return directory / FILE_NAME


def asides(directory: Path) -> list[Path]:
    return sorted(directory.glob(FILE_NAME + ".*"))


def works(ledger: Ledger) -> bool:
    count_call(ledger, "2026-02-01", "baidu", "general")
    return ledger.calls("2026-02-01", "baidu") == 1


def is_sound(file: Path) -> bool:
    connection = sqlite3.connect(file)
    try:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        connection.close()


def randomise(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(50_000))


def overwrite(file: Path) -> None:
    """Overwrites all pages but the first, which holds the schema."""
    with file.open("r+b") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(4096)
        stream.write(random.Random(1).randbytes(size - 4096))


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (randomise, "file is not a database"),
        (cut, "database disk image is malformed"),
    ],
)
def test_a_file_that_cannot_be_used_is_kept_aside_and_another_one_is_built(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[Path], None],
    why: str,
) -> None:
    file = fill(tmp_path)
    damage(file)
    damaged = file.read_bytes()
    with Ledger(tmp_path) as ledger:
        assert ledger.calls("2026-01-31", "baidu") == 0
        assert works(ledger)
    assert [message.partition(": ")[2] for message in caplog.messages] == [why]
    (aside,) = asides(tmp_path)
    assert aside.read_bytes() == damaged
    assert is_sound(file)


def test_a_file_that_is_cut_to_nothing_is_built_anew(tmp_path: Path) -> None:
    os.truncate(fill(tmp_path), 0)
    with Ledger(tmp_path) as ledger:
        assert works(ledger)


def test_the_journal_of_a_file_that_was_set_aside_does_not_poison_the_new_one(
    tmp_path: Path,
) -> None:
    fill(tmp_path / "alive")
    with Ledger(tmp_path / "alive") as ledger:
        count_call(ledger, *DAY)
        shutil.copytree(tmp_path / "alive", tmp_path / "copy")
    assert (tmp_path / "copy" / f"{FILE_NAME}-wal").stat().st_size > 0
    randomise(tmp_path / "copy" / FILE_NAME)
    with Ledger(tmp_path / "copy") as ledger:
        assert ledger.reading(bytes(32)) is None
        assert works(ledger)
    assert len(asides(tmp_path / "copy")) == 1
    assert is_sound(tmp_path / "copy" / FILE_NAME)


def test_damage_done_while_the_file_is_open_is_found_midway_and_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = fill(tmp_path)
    with Ledger(tmp_path) as ledger:
        overwrite(file)
        found = [ledger.reading(number.to_bytes(32)) for number in range(200)]
        assert found == [None] * 200
        assert works(ledger)
    assert len(caplog.messages) == len(asides(tmp_path)) == 1
    assert "set aside" in caplog.messages[0]
    assert is_sound(file)


@pytest.mark.parametrize(
    "nonsense",
    [b"no zlib", b"x\x9c\x03\x00\x00\x00\x00\x01", b"x\x9c\x8b\x8e\x05\x00\x01\x15\x00\xb9"],
    ids=["not compressed", "not JSON", "not a reading"],
)
def test_damage_that_sqlite_does_not_see_is_seen_when_it_is_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, nonsense: bytes
) -> None:
    connection = sqlite3.connect(fill(tmp_path, rows=1))
    connection.execute("UPDATE readings SET reading = ?", (nonsense,))
    connection.commit()
    connection.close()
    with Ledger(tmp_path) as ledger:
        assert ledger.reading(bytes(32)) is None
        assert works(ledger)
    assert len(asides(tmp_path)) == 1
    assert "its content is invalid" in caplog.text


def test_a_file_that_was_taken_away_is_built_again_at_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state = tmp_path / "state"
    with Ledger(state) as ledger:
        shutil.rmtree(state)
        assert works(ledger)
        assert caplog.messages == ["the ledger was taken away and is opened anew"]
        with Ledger(state) as another:
            assert another.calls("2026-02-01", "baidu") == 1


def test_what_one_process_sets_aside_the_other_one_does_not_set_aside_again(
    tmp_path: Path,
) -> None:
    file = fill(tmp_path)
    with Ledger(tmp_path) as ledger:
        randomise(file)
        said = lines_of("count_call(Ledger(directory), '2026-01-31', 'baidu', 'general')", tmp_path)
        assert len(said) == 1
        assert ledger.calls("2026-01-31", "baidu") == 1
    assert len(asides(tmp_path)) == 1


def test_processes_that_open_a_new_ledger_together_share_it(tmp_path: Path) -> None:
    processes = [
        start(
            "say('ready'); sys.stdin.readline()\n"
            "with Ledger(directory) as it: count_call(it, '2026-01-31', 'baidu', 'general')",
            tmp_path,
        )
        for _ in range(6)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0] for process in processes] == [""] * 6
    with Ledger(tmp_path) as ledger:
        assert ledger.calls("2026-01-31", "baidu") == 6


def test_a_kill_in_the_middle_of_writes_loses_nothing_that_was_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    process = start(
        """
with Ledger(directory) as ledger:
    for number in range(10**9):
        remember(ledger, number.to_bytes(32), Reading((Line("words" * 50),)))
        say(number)
""",
        tmp_path,
    )
    assert process.stdout is not None
    while process.stdout.readline() != "200\n":
        pass
    process.kill()
    said, _ = process.communicate(timeout=60)
    last = int(said.splitlines()[-2]) if said.count("\n") > 1 else 200
    with Ledger(tmp_path) as ledger:
        assert all(ledger.reading(number.to_bytes(32)) for number in range(last + 1))
        assert works(ledger)
    assert caplog.messages == []


def test_a_state_directory_that_is_a_file_costs_the_memory_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").touch()
    with Ledger(tmp_path / "state") as ledger:
        assert works(ledger)
    assert caplog.messages == [LOST.removeprefix("WARNING ") + "File exists"]


READ_ONLY = 'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"'
COUNTING = """
with Ledger(directory) as ledger:
    count_call(ledger, "2026-02-01", "baidu", "general")
    say(ledger.calls("2026-02-01", "baidu"))
"""


@needs_mounts
def test_where_nothing_may_be_written_it_remembers_until_the_end(tmp_path: Path) -> None:
    assert lines_after_mount(READ_ONLY, COUNTING, tmp_path) == [
        LOST + "Read-only file system",
        "1",
    ]


@needs_mounts
def test_a_file_that_can_be_neither_used_nor_set_aside_is_left_alone(tmp_path: Path) -> None:
    randomise(fill(tmp_path))
    first, *rest = lines_after_mount(READ_ONLY, COUNTING, tmp_path)
    assert first.startswith(LOST)
    assert rest == ["1"]
    assert asides(tmp_path) == []


@needs_mounts
def test_damage_found_midway_that_cannot_be_set_aside_is_done_without(tmp_path: Path) -> None:
    state = tmp_path / "state"
    said = lines_after_mount(
        'mount -t tmpfs none "$1"; mkdir "$1/state"',
        """
import subprocess
state = directory / "state"
with Ledger(state) as ledger:
    count_call(ledger, "2026-01-31", "baidu", "general")
with Ledger(state) as ledger:
    (state / "ledger.sqlite").write_bytes(b"?" * 50_000)
    subprocess.run(["mount", "--bind", state, state], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", state], check=True)
    for _ in range(3):
        count_call(ledger, "2026-02-01", "baidu", "general")
    say(ledger.calls("2026-02-01", "baidu"))
""",
        state.parent,
    )
    assert said[0].startswith(LOST)
    assert said[1:] == ["3"]


@needs_mounts
def test_a_full_disk_is_told_once_and_what_was_paid_is_known_meanwhile_and_written_afterwards(
    tmp_path: Path,
) -> None:
    said = lines_after_mount(
        'mount -t tmpfs -o size=1m none "$1"',
        """
filler = directory / "filler"
def known(ledger):
    pages = sum(ledger.reading(number.to_bytes(32)) is not None for number in range(20))
    say((pages, ledger.calls("2026-01-31", "baidu")))
with Ledger(directory) as ledger:
    count_call(ledger, "2026-01-31", "baidu", "general")
    try:
        with filler.open("wb", buffering=0) as file:
            while file.write(bytes(4096)): pass
    except OSError: pass
    for number in range(20):
        reading = Reading((Line(os.urandom(9000).hex()),))
        ledger.paid(number.to_bytes(32), reading, "2026-01-31", "baidu", "general")
        ledger.forget(Image("/scans", "unknown"))
    known(ledger)
    filler.unlink()
    count_call(ledger, "2026-01-31", "baidu", "general")
    with Ledger(directory) as another:
        known(another)
""",
        tmp_path,
    )
    full = "WARNING the ledger cannot be used; images go on without it: database or disk is full"
    assert said == [full, "(20, 21)", "(20, 22)"]


@needs_mounts
def test_a_disk_that_is_full_from_the_start_is_done_without(tmp_path: Path) -> None:
    said = lines_after_mount('mount -t tmpfs -o size=4k none "$1"', COUNTING, tmp_path)
    assert said[0].startswith(LOST)
    assert said[1:] == ["1"]
