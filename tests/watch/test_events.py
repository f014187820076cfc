import logging
import os
import shutil
from pathlib import Path

import pytest

from ocr_watcher.folder import Folder
from ocr_watcher.watch.events import EventSource
from tests.waiting import eventually

# watchdog warns of nested directories made in one moment: it met one both in its walk and in an
# event, and keeps one watch. Nothing is lost by it.
pytestmark = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")


class Told:
    """Writes down what it is told; a name that holds `poison` it cannot bear."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str]] = []

    def came(self, folder: Folder, name: str, *, closed: bool) -> None:
        if "poison" in name:
            raise ValueError(name)
        self.all.append(("closed" if closed else "came", name))

    def went(self, folder: Folder, name: str) -> None:
        self.all.append(("went", name))

    def directory_came(self, folder: Folder, name: str) -> None:
        self.all.append(("directory", name))

    def eventually(self, *hints: tuple[str, str]) -> None:
        eventually(lambda: all(hint in self.all for hint in hints))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def source(told):
    source = EventSource(told)
    yield source
    source.stop()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def watched(source, root) -> Folder:
    folder = Folder(str(root))
    assert source.start([folder]) == []
    return folder


def test_a_file_is_told_of_when_it_comes_and_when_it_is_closed(watched, root, told):
    with (root / "a.jpg").open("wb") as file:
        told.eventually(("came", "a.jpg"))
        file.write(b"x")
        file.flush()
        assert ("closed", "a.jpg") not in told.all
    told.eventually(("closed", "a.jpg"))


def test_a_file_moved_within_went_there_and_came_here_whole(watched, root, told):
    (root / "a.jpg").touch()
    (root / "a.jpg").rename(root / "b.jpg")
    told.eventually(("went", "a.jpg"), ("closed", "b.jpg"))


def test_a_file_moved_in_came_and_one_moved_out_or_deleted_went(watched, root, told):
    (root.parent / "a.jpg").touch()
    (root.parent / "a.jpg").rename(root / "a.jpg")
    told.eventually(("came", "a.jpg"))
    (root / "a.jpg").rename(root.parent / "a.jpg")
    told.eventually(("went", "a.jpg"))
    (root / "b.jpg").touch()
    (root / "b.jpg").unlink()
    told.eventually(("went", "b.jpg"))


def test_directories_are_told_of_when_they_are_made_or_moved(watched, root, told):
    (root / "one").mkdir()
    told.eventually(("directory", "one"))
    (root / "one").rename(root / "two")
    told.eventually(("directory", "two"))
    (root.parent / "three").mkdir()
    (root.parent / "three").rename(root / "two" / "three")
    told.eventually(("directory", "two/three"))


def test_names_come_as_they_are(watched, root, told):
    for name in (b"a\nb.jpg", b"\xff.jpg"):
        (root / os.fsdecode(name)).touch()
    told.eventually(("closed", "a\nb.jpg"), ("closed", "\udcff.jpg"))


def test_nothing_below_is_told_of_where_the_folder_is_not_recursive(source, root, told):
    (root / "sub").mkdir()
    assert source.start([Folder(str(root), recursive=False)]) == []
    (root / "sub" / "a.jpg").touch()
    (root / "last.jpg").touch()
    told.eventually(("closed", "last.jpg"))
    assert not any(name.startswith("sub/") for _, name in told.all)


def test_a_root_that_is_a_link_is_watched_and_a_link_below_is_not(source, root, told, tmp_path):
    (tmp_path / "link").symlink_to("in")
    (tmp_path / "outside").mkdir()
    (root / "out").symlink_to(tmp_path / "outside")
    assert source.start([Folder(str(tmp_path / "link"))]) == []
    (tmp_path / "outside" / "secret.jpg").touch()
    (root / "last.jpg").touch()
    told.eventually(("closed", "last.jpg"))
    assert {name for _, name in told.all} == {"last.jpg"}


def test_a_listener_that_raises_does_not_end_the_events(watched, root, told, caplog):
    (root / "poison.jpg").touch()
    (root / "a.jpg").touch()
    told.eventually(("closed", "a.jpg"))
    assert {record.getMessage() for record in caplog.records} == {"an event was lost"}
    assert caplog.records[0].fields == {"folder": str(root)}


def test_a_folder_that_cannot_be_watched_is_named_and_the_others_are_watched(source, root, told):
    gone = Folder(str(root / "gone"))
    ((refused, error),) = source.start([gone, Folder(str(root))])
    assert refused == gone
    assert isinstance(error, FileNotFoundError)
    (root / "a.jpg").touch()
    told.eventually(("closed", "a.jpg"))


def test_a_source_that_was_not_started_can_be_stopped_and_renews_nothing(told, root):
    source = EventSource(told)
    source.renew(Folder(str(root)))
    source.stop()


def test_a_root_that_was_deleted_and_made_again_is_watched_again(watched, source, root, told):
    shutil.rmtree(root)
    with pytest.raises(FileNotFoundError):
        source.renew(watched)
    root.mkdir()
    source.renew(watched)
    (root / "a.jpg").touch()
    told.eventually(("closed", "a.jpg"))


def test_a_root_that_was_swapped_for_another_is_watched_again(watched, source, root, told, caplog):
    caplog.set_level(logging.INFO)
    (root.parent / "new").mkdir()
    root.rename(root.parent / "old")
    (root.parent / "new").rename(root)
    source.renew(watched)
    source.renew(watched)
    (root.parent / "old" / "old.jpg").touch()
    (root / "a.jpg").touch()
    told.eventually(("closed", "a.jpg"))
    assert ("closed", "old.jpg") not in told.all
    assert caplog.messages == ["watching anew"]


def test_a_folder_that_is_polled_is_not_renewed(watched, source, root):
    source.renew(Folder(str(root / "polled")))
