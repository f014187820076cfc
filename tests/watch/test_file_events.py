import os
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from watchdog.observers.inotify import InotifyEmitter
from watchdog.observers.inotify_c import InotifyFD

from ocr_watcher.errors import Stopped
from ocr_watcher.folders.folder import Folder
from ocr_watcher.storage.write import PendingFile
from ocr_watcher.watch.file_events import FolderEvents
from tests.waiting import eventually
from tests.watch.process import in_process
from tests.watch.told import Told


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def lost() -> list[Folder]:
    return []


@pytest.fixture
def watch(told, lost):
    started = []

    def watched(folder: Folder) -> FolderEvents:
        started.append(FolderEvents(folder, told, lost.append))
        started[-1].start()
        return started[-1]

    yield watched
    for events in started:
        events.stop()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def watched(watch, root) -> FolderEvents:
    return watch(Folder(str(root)))


def test_a_file_is_told_of_when_it_comes_and_when_it_is_closed(watched, root, told):
    with (root / "a.jpg").open("wb") as file:
        told.eventually(("came", "a.jpg"))
        file.write(b"x")
        file.flush()
        assert ("closed", "a.jpg") not in told.all
    told.eventually(("closed", "a.jpg"))


def test_a_file_renamed_within_is_told_of_by_both_names(watched, root, told):
    (root / "a.jpg").touch()
    (root / "sub").mkdir()
    told.eventually(("directory", "sub"))
    (root / "a.jpg").rename(root / "b.jpg")
    (root / "b.jpg").rename(root / "sub" / "c.jpg")
    told.eventually(("moved", "a.jpg", "b.jpg"), ("moved", "b.jpg", "sub/c.jpg"))


def test_a_file_moved_in_is_closed_and_one_moved_out_or_deleted_went(watched, root, told):
    (root.parent / "a.jpg").touch()
    (root.parent / "a.jpg").rename(root / "a.jpg")
    told.eventually(("closed", "a.jpg"))
    (root / "a.jpg").rename(root.parent / "a.jpg")
    told.eventually(("went", "a.jpg"))
    (root / "b.jpg").touch()
    (root / "b.jpg").unlink()
    told.eventually(("went", "b.jpg"))


def test_directories_are_told_of_when_they_are_made_or_moved(watched, root, told):
    (root / "one").mkdir()
    told.eventually(("directory", "one"))
    (root / "one").rename(root / "two")
    told.eventually(("directory moved", "one", "two"))
    (root.parent / "three").mkdir()
    (root.parent / "three").rename(root / "two" / "three")
    told.eventually(("directory", "two/three"))


def test_what_a_moved_directory_holds_comes_and_is_not_told_of_as_renamed_itself(
    watched, root, told
):
    (root / "one").mkdir()
    told.eventually(("directory", "one"))
    (root / "one" / "a.jpg").touch()
    eventually(lambda: any(hint[1] == "one/a.jpg" for hint in told.all))
    (root / "one").rename(root / "two")
    told.eventually(("directory moved", "one", "two"), ("closed", "two/a.jpg"))
    assert not [hint for hint in told.all if hint[0] == "moved"]


def test_what_a_directory_holds_that_is_moved_in_is_closed(watched, root, told):
    (root.parent / "one" / "two").mkdir(parents=True)
    (root.parent / "one" / "two" / "a.jpg").touch()
    (root.parent / "one").rename(root / "one")
    told.eventually(("directory", "one"), ("directory", "one/two"), ("closed", "one/two/a.jpg"))
    assert ("came", "one/two/a.jpg") not in told.all


def test_a_file_in_a_directory_that_is_made_is_not_taken_for_closed(watched, root, told):
    (root / "one").mkdir()
    with (root / "one" / "a.jpg").open("wb") as file:
        told.eventually(("came", "one/a.jpg"))
        file.write(b"x")
        file.flush()
        assert ("closed", "one/a.jpg") not in told.all
    told.eventually(("closed", "one/a.jpg"))


def test_a_directory_that_is_moved_out_is_nothing_to_be_looked_at(watched, root, told):
    (root / "one.jpg").mkdir()
    told.eventually(("directory", "one.jpg"))
    (root / "one.jpg").rename(root.parent / "one.jpg")
    (root / "last.jpg").touch()
    told.eventually(("closed", "last.jpg"))
    assert {hint for hint in told.all if hint[1] == "one.jpg"} == {("directory", "one.jpg")}


def test_of_our_own_writing_nothing_is_told(watched, root, told):
    directory = os.open(root, os.O_RDONLY)
    try:
        with PendingFile(directory, "a.jpg.txt") as pending:
            pending.commit(b"text", 0)
        with PendingFile(directory, "b.jpg.txt"):
            pass
    finally:
        os.close(directory)
    (root / "last.jpg").touch()
    told.eventually(("closed", "last.jpg"))
    assert {hint for hint in told.all if hint[1] != "last.jpg"} == set()


def test_what_comes_and_is_no_image_is_not_told_of_but_that_it_went(watched, root, told):
    (root / "a.jpg.txt").touch()
    (root / "a.jpg.txt").unlink()
    told.eventually(("went", "a.jpg.txt"))
    assert told.all == [("went", "a.jpg.txt")]


def test_an_image_that_had_a_name_like_ours_is_told_of(watched, root, told):
    (root / ".ocr-watcher-0.tmp").touch()
    (root / ".ocr-watcher-0.tmp").rename(root / "a.jpg")
    told.eventually(("closed", "a.jpg"))


def test_names_come_as_they_are(watched, root, told):
    for name in (b"a\nb.jpg", b"\xff.jpg"):
        (root / os.fsdecode(name)).touch()
    told.eventually(("closed", "a\nb.jpg"), ("closed", "\udcff.jpg"))


def test_nothing_below_is_told_of_where_the_folder_is_not_recursive(watch, root, told):
    (root / "sub").mkdir()
    watch(Folder(str(root), recursive=False))
    (root / "sub" / "a.jpg").touch()
    (root / "last.jpg").touch()
    told.eventually(("closed", "last.jpg"))
    assert not any(name.startswith("sub/") for _, name in told.all)


def test_a_root_that_is_a_link_is_watched_and_a_link_below_is_not(watch, root, told, tmp_path):
    (tmp_path / "link").symlink_to("in")
    (tmp_path / "outside").mkdir()
    (root / "out").symlink_to(tmp_path / "outside")
    watch(Folder(str(tmp_path / "link")))
    (tmp_path / "outside" / "secret.jpg").touch()
    (root / "last.jpg").touch()
    told.eventually(("closed", "last.jpg"))
    assert {name for _, name in told.all} == {"last.jpg"}


def test_a_listener_that_raises_does_not_end_the_events_and_has_the_folder_scanned(
    watched, root, told, lost, caplog
):
    (root / "poison.jpg").touch()
    (root / "a.jpg").touch()
    told.eventually(("closed", "a.jpg"))
    assert "a fault of this program: an event was lost, so the folder is scanned" in caplog.messages
    assert caplog.records[0].fields == {"folder": str(root)}
    assert lost
    assert set(lost) == {watched.folder}


def test_a_folder_that_is_watched_holds_and_its_events_arrive(watched, root, told):
    assert watched.holds()
    assert watched.arrive(20)
    assert list(root.iterdir()) == []
    (root / "last.jpg").touch()
    told.eventually(("closed", "last.jpg"))
    assert [hint for hint in told.all if hint[0] != "went" and hint[1] != "last.jpg"] == []


def test_events_that_do_not_arrive_are_noticed_and_the_file_made_for_it_is_removed(watched, root):
    root.rename(root.parent / "old")
    root.mkdir()
    assert not watched.arrive(0.2)
    assert list(root.iterdir()) == []


def test_where_no_file_can_be_made_the_events_are_taken_to_arrive(watched, root):
    root.rmdir()
    assert watched.arrive(20)


def test_a_probe_that_a_scan_sweeps_away_is_no_error(watched, root):
    swept = []

    def sweep() -> None:
        eventually(lambda: list(root.iterdir()))
        for file in root.iterdir():
            file.unlink()
            swept.append(file)

    root.rename(root.parent / "old")
    root.mkdir()
    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    assert not watched.arrive(0.5)
    sweeper.join()
    assert swept


def test_what_is_not_watched_does_not_hold_and_can_be_stopped(told, lost, root):
    events = FolderEvents(Folder(str(root)), told, lost.append)
    assert not events.holds()
    events.stop()
    events = FolderEvents(Folder(str(root)), told, lost.append)
    events.start()
    assert events.holds()
    for _ in range(2):
        events.stop()
        assert not events.holds()


def test_a_start_ends_at_the_directory_where_it_is_interrupted(
    told, lost, root, monkeypatch: pytest.MonkeyPatch
):
    for number in range(10):
        (root / str(number)).mkdir()
    events = FolderEvents(Folder(str(root)), told, lost.append)
    watched: list[bytes] = []
    add = InotifyFD.add_callback

    def interrupted(fd: InotifyFD, path: bytes, *arguments: Any) -> Any:
        watched.append(path)
        if len(watched) == 3:
            events.interrupt()
        return add(fd, path, *arguments)

    monkeypatch.setattr(InotifyFD, "add_callback", interrupted)
    with pytest.raises(Stopped):
        events.start()
    assert len(watched) == 3
    events.stop()
    with pytest.raises(Stopped):
        events.start()


def test_a_root_that_is_not_there_cannot_be_watched(told, lost, root):
    events = FolderEvents(Folder(str(root / "gone")), told, lost.append)
    with pytest.raises(FileNotFoundError):
        events.start()
    events.stop()


def test_a_root_that_was_deleted_does_not_hold_even_where_it_is_made_again(watched, root):
    shutil.rmtree(root)
    root.mkdir()  # many file systems give it the inode of the one before
    eventually(lambda: not watched.holds())


def test_a_root_that_was_moved_away_or_swapped_does_not_hold(watched, root):
    root.rename(root.parent / "old")
    assert not watched.holds()
    root.mkdir()
    assert not watched.holds()


def test_a_thread_of_the_library_that_dies_is_noticed(watched):
    (emitter,) = (each for each in threading.enumerate() if isinstance(each, InotifyEmitter))
    emitter.stop()
    emitter.join()
    assert not watched.holds()


UNREADABLE = """
import os, sys
from pathlib import Path
from ocr_watcher.folders.folder import Folder
from ocr_watcher.watch.file_events import FolderEvents
from tests.waiting import eventually
from tests.watch.process import in_process
from tests.watch.told import Told

root, told = Path(sys.argv[1]), Told()
folder = Folder(str(root))
events = FolderEvents(folder, told, print)
root.chmod(0)
try:
    events.start()
except PermissionError as error:
    print(error.strerror)
events.stop()
root.chmod(0o700)
for name in ("one", "two"):
    (root / name).mkdir(0)
events = FolderEvents(folder, told, print)
events.start()
(root / "a.jpg").touch()
told.eventually(("closed", "a.jpg"))
print(events.holds())
events.stop()
"""


def test_a_root_that_may_not_be_read_is_not_taken_for_watched_and_a_directory_below_is_no_matter(
    root,
):
    """watchdog itself takes a directory that may not be read for a watched one."""
    without_override = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    ended = in_process(UNREADABLE, root, (without_override if os.geteuid() == 0 else []))
    assert ended == "Permission denied\nTrue\n"
