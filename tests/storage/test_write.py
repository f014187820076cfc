import contextlib
import errno
import os
import resource
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocr_watcher.storage.write import TEMPORARY_PREFIX, PendingFile, remove_if_abandoned


def names_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@pytest.fixture
def directory(tmp_path):
    descriptor = os.open(tmp_path, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


def test_a_file_appears_whole_with_its_content_and_date(directory, tmp_path):
    with PendingFile(directory, "a.txt") as pending:
        (hidden,) = names_in(tmp_path)
        assert hidden.startswith(TEMPORARY_PREFIX)
        pending.commit(b"text\n", 1_700_000_000_123_456_789)
        assert names_in(tmp_path) == ["a.txt"]
    assert names_in(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"text\n"
    assert (tmp_path / "a.txt").stat().st_mtime_ns == 1_700_000_000_123_456_789


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 3_000_000])
def test_contents_of_any_size_are_written(directory, tmp_path, size):
    with PendingFile(directory, "a.txt") as pending:
        pending.commit(b"x" * size, 0)
    assert (tmp_path / "a.txt").read_bytes() == b"x" * size


def test_whoever_reads_meanwhile_sees_the_old_text_or_the_new_one(directory, tmp_path):
    texts = {b"a" * 300_000, b"b" * 300_000}
    (tmp_path / "a.txt").write_bytes(min(texts))
    seen, ended = set(), threading.Event()

    def read() -> None:
        while not ended.is_set():
            seen.add((tmp_path / "a.txt").read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        for text in texts:
            with PendingFile(directory, "a.txt") as pending:
                pending.commit(text, 0)
    ended.set()
    reader.join()
    assert seen <= texts


def test_what_is_not_committed_leaves_nothing(directory, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), PendingFile(directory, "a.txt"):
        raise KeyboardInterrupt
    assert names_in(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"old"


def test_two_writers_of_one_file_do_not_meet(directory, tmp_path):
    with PendingFile(directory, "a.txt") as one, PendingFile(directory, "a.txt") as two:
        assert len(names_in(tmp_path)) == 2
        one.commit(b"one", 0)
        two.commit(b"two", 0)
    assert (tmp_path / "a.txt").read_bytes() == b"two"
    assert names_in(tmp_path) == ["a.txt"]


def test_a_link_in_the_place_is_replaced_and_not_written_through(directory, tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"dear")
    (tmp_path / "a.txt").symlink_to(victim)
    with PendingFile(directory, "a.txt") as pending:
        pending.commit(b"text", 0)
    assert victim.read_bytes() == b"dear"
    assert not (tmp_path / "a.txt").is_symlink()


def test_a_commit_that_fails_leaves_what_was_there(directory, tmp_path):
    with PendingFile(directory, "a.txt") as pending:
        (tmp_path / "a.txt").mkdir()
        with pytest.raises(IsADirectoryError):
            pending.commit(b"text", 0)
    assert names_in(tmp_path) == ["a.txt"]


def test_a_directory_that_went_is_told_by_the_commit_and_by_the_next_try(directory, tmp_path):
    with PendingFile(directory, "a.txt") as pending:
        shutil.rmtree(tmp_path)
        with pytest.raises(FileNotFoundError):
            pending.commit(b"text", 0)
    with pytest.raises(FileNotFoundError):
        PendingFile(directory, "a.txt").__enter__()


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Stands for the full disk, which only root could make; Python ignores the signal."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_text_that_finds_no_room_leaves_the_old_one(directory, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"old")
    too_large = pytest.raises(OSError, match=os.strerror(errno.EFBIG))
    with PendingFile(directory, "a.txt") as pending, files_of_at_most(100_000), too_large:
        pending.commit(b"x" * 200_000, 0)
    assert names_in(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"old"


def test_a_hidden_file_that_nobody_holds_is_removed(directory, tmp_path):
    (tmp_path / ".ocr-watcher-left.tmp").touch()
    assert remove_if_abandoned(directory, ".ocr-watcher-left.tmp")
    assert names_in(tmp_path) == []


def test_a_hidden_file_that_is_being_written_stays(directory, tmp_path):
    with PendingFile(directory, "a.txt") as pending:
        (hidden,) = names_in(tmp_path)
        assert not remove_if_abandoned(directory, hidden)
        pending.commit(b"text", 0)
    assert names_in(tmp_path) == ["a.txt"]


def test_what_only_looks_like_a_hidden_file_of_ours_harms_nobody(directory, tmp_path):
    (tmp_path / "victim").touch()
    (tmp_path / ".ocr-watcher-link").symlink_to("victim")
    os.mkfifo(tmp_path / ".ocr-watcher-fifo")
    assert not remove_if_abandoned(directory, ".ocr-watcher-link")
    assert remove_if_abandoned(directory, ".ocr-watcher-fifo")
    assert not remove_if_abandoned(directory, ".ocr-watcher-gone")
    assert names_in(tmp_path) == [".ocr-watcher-link", "victim"]


def test_a_sweep_between_creation_and_lock_does_not_lose_the_file(directory, tmp_path):
    ended = threading.Event()

    def sweep() -> None:
        while not ended.is_set():
            for name in names_in(tmp_path):
                if name.startswith(TEMPORARY_PREFIX):
                    remove_if_abandoned(directory, name)

    sweepers = [threading.Thread(target=sweep) for _ in range(2)]
    for sweeper in sweepers:
        sweeper.start()
    try:
        for number in range(300):
            with PendingFile(directory, f"{number}.txt") as pending:
                pending.commit(b"text", 0)
    finally:
        ended.set()
        for sweeper in sweepers:
            sweeper.join()
    assert names_in(tmp_path) == sorted(f"{number}.txt" for number in range(300))


def test_permissions_are_given_whatever_the_umask(directory, tmp_path):
    before = os.umask(0o077)
    try:
        with PendingFile(directory, "a.txt") as pending:
            pending.permit(0o644)
            pending.commit(b"text", None)
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644
