import errno
import logging
import os
import socket
import stat
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from ocr_watcher.folders.folder import Folder
from ocr_watcher.folders.rules import Rules
from ocr_watcher.sidecars.state import State
from ocr_watcher.watch.tree import scan

ROOT = Path(__file__).parents[2]


def names(folder: Folder, below: str = "") -> set[str]:
    found = [image.image for image in scan(folder, below)]
    assert all(image.root == folder.root for image in found)
    assert len(set(found)) == len(found)
    return {image.name for image in found}


def states(folder: Folder) -> dict[str, State]:
    return {found.image.name: found.state for found in scan(folder)}


def dated(file: Path, seconds: int) -> Path:
    file.touch()
    os.utime(file, (seconds, seconds))
    return file


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (
        "a.jpg",
        "sub/b.PNG",
        "sub/deep/c.bmp",
        "sub/notes.txt",
        "@eaDir/a.jpg",
        "sub/.x/a.jpg",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_images_of_the_whole_tree_are_found(tree):
    assert names(Folder(str(tree))) == {"a.jpg", "sub/b.PNG", "sub/deep/c.bmp"}


def test_only_the_folder_itself_where_it_is_not_recursive(tree):
    assert names(Folder(str(tree), recursive=False)) == {"a.jpg"}


def test_only_a_part_where_that_is_asked_for(tree):
    assert names(Folder(str(tree)), "sub/deep") == {"sub/deep/c.bmp"}


def test_the_rules_hold_for_directories_and_files(tree):
    folder = Folder(str(tree), rules=Rules(exclude=("deep/", "a.jpg")))
    assert names(folder) == {"sub/b.PNG"}


def test_the_root_may_be_a_link_and_nothing_else_may(tree, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.jpg").touch()
    (tree / "file.jpg").symlink_to(outside / "secret.jpg")
    (tree / "dir").symlink_to(outside)
    (tree / "dangling.jpg").symlink_to("nowhere")
    link = outside / "link"
    link.symlink_to(tree)
    assert names(Folder(str(link))) == {"a.jpg", "sub/b.PNG", "sub/deep/c.bmp"}


def test_what_is_no_regular_file_is_passed_over(tmp_path):
    os.mkfifo(tmp_path / "fifo.jpg")
    os.mknod(tmp_path / "null.jpg", stat.S_IFCHR | 0o600, os.makedev(1, 3))
    (tmp_path / "directory.jpg").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket.jpg"))
        assert names(Folder(str(tmp_path))) == set()


@pytest.mark.parametrize(
    "name",
    [
        b"a\nb.jpg",
        b"\xff\xfe.jpg",
        b"-rf.jpg",
        b"x" * 251 + b".jpg",
        "发票.jpg".encode(),
        b"\x1b[2J.jpg",
    ],
)
def test_names_may_be_anything_that_the_file_system_takes(tmp_path, name):
    (tmp_path / os.fsdecode(name)).touch()
    (found,) = scan(Folder(str(tmp_path)))
    assert os.fsencode(found.image.name) == name
    assert os.path.samestat(Path(found.image.path).stat(), found.status)


def test_directories_may_have_odd_names_as_well(tmp_path):
    (tmp_path / "a\n\udcff").mkdir()
    (tmp_path / "a\n\udcff" / "b.jpg").touch()
    assert names(Folder(str(tmp_path))) == {"a\n\udcff/b.jpg"}


def fill(directory: Path, number: int) -> None:
    """Makes so many images: links to one file, which take a twentieth of the time of files."""
    first = directory / f"{0:0>100}.jpg"
    first.touch()
    for further in range(1, number):
        (directory / f"{further:0>100}.jpg").hardlink_to(first)


def test_the_first_image_comes_before_the_directory_has_been_read(tmp_path):
    fill(tmp_path, 5_000)
    found = scan(Folder(str(tmp_path)))
    next(found)
    for file in tmp_path.iterdir():
        file.unlink()
    assert list(found) == []  # neither held, nor told of once they were gone


def test_a_large_directory_is_walked_in_little_memory(tmp_path):
    fill(tmp_path, 10_000)
    tracemalloc.start()
    try:
        assert sum(1 for _ in scan(Folder(str(tmp_path)))) == 10_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 300_000  # the names alone are 10,000 x 150 bytes


def test_no_descriptor_stays_open_when_a_walk_is_broken_off(tree):
    before = len(list(Path("/proc/self/fd").iterdir()))
    walk = scan(Folder(str(tree)))
    next(walk)
    walk.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("replacement", ["nothing", "file", "link"])
def test_a_directory_that_goes_during_the_walk_is_told_and_passed_over(
    tmp_path, caplog, replacement
):
    (tmp_path / "a.jpg").touch()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "b.jpg").touch()
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    found, unread = [], []
    for image in scan(Folder(str(tmp_path)), on_unread=unread.append):
        found.append(image.image.name)
        if len(found) == 2:
            other = next(name for name in ("one", "two") if f"{name}/b.jpg" not in found)
            (tmp_path / other).rename(outside)
            if replacement == "file":
                (tmp_path / other).touch()
            if replacement == "link":
                (tmp_path / other).symlink_to(outside)
    assert (len(found), unread) == (2, [other])
    (record,) = caplog.records
    assert (record.levelno, record.fields["directory"]) == (logging.WARNING, f"{tmp_path}/{other}")


def test_a_part_that_is_gone_is_told_and_passed_over(tmp_path, caplog):
    assert names(Folder(str(tmp_path)), "gone") == set()
    assert caplog.messages == [
        f"a directory cannot be read, so its images wait: {os.strerror(errno.ENOENT)}"
    ]


def test_a_root_that_is_gone_is_the_callers_to_handle(tmp_path):
    with pytest.raises(FileNotFoundError):
        next(scan(Folder(str(tmp_path / "gone"))))


def test_an_image_is_done_when_every_sidecar_is_of_its_date_or_later(tmp_path):
    folder = Folder(str(tmp_path), formats=("txt", "json"))
    dated(tmp_path / "a.jpg", 100)
    assert states(folder) == {"a.jpg": State.WAITING}
    dated(tmp_path / "a.jpg.txt", 100)
    assert states(folder) == {"a.jpg": State.WAITING}
    dated(tmp_path / "a.jpg.json", 100)
    assert states(folder) == {"a.jpg": State.DONE}
    dated(tmp_path / "a.jpg.txt", 999)
    assert states(folder) == {"a.jpg": State.DONE}
    dated(tmp_path / "a.jpg", 103)
    assert states(folder) == {"a.jpg": State.WAITING}


ABANDON = """
import os, signal, sys
from ocr_watcher.storage.write import PendingFile
pending = PendingFile(os.open(sys.argv[1], os.O_RDONLY), "a.jpg.txt")
pending.__enter__()
print("written", flush=True)
sys.stdin.read()
"""


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_writes_stays(tmp_path):
    writer = subprocess.Popen(
        [sys.executable, "-c", ABANDON, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    with writer:
        assert writer.stdout.readline() == b"written\n"
        assert len(list(tmp_path.iterdir())) == 1
        assert names(Folder(str(tmp_path))) == set()
        assert len(list(tmp_path.iterdir())) == 1
        writer.kill()
    assert names(Folder(str(tmp_path))) == set()
    assert list(tmp_path.iterdir()) == []
