import logging
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from ocr_watcher.folders.folder import Folder
from ocr_watcher.storage import filesystem
from ocr_watcher.watch.supervisor import Supervisor
from tests.abilities import needs_namespaces
from tests.waiting import eventually
from tests.watch.process import OWN_USERS, watching
from tests.watch.told import Told


class Scene:
    """A supervisor, and what it asks for."""

    def __init__(self, every: float, proof_seconds: float) -> None:
        self.told = Told()
        self.rescanned: list[str] = []
        self.polled: list[str] = []
        self.raises: list[Exception] = []
        self.supervisor = Supervisor(
            self.told,
            every=every,
            rescan=self._rescan,
            poll=lambda folder: self.polled.append(folder.root),
            proof_seconds=proof_seconds,
        )

    def _rescan(self, folder: Folder) -> None:
        if self.raises:
            raise self.raises.pop()
        self.rescanned.append(folder.root)


@pytest.fixture
def make():
    scenes = []

    def made(*folders: Folder, every: float = 3600, proof_seconds: float = 20) -> Scene:
        scenes.append(Scene(every, proof_seconds))
        scenes[-1].supervisor.start(folders)
        return scenes[-1]

    yield made
    for scene in scenes:
        scene.supervisor.stop()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def said(caplog) -> list[str]:
    """What we log ourselves: watchdog tells of its own end, now and then."""
    return [entry.getMessage() for entry in caplog.records if entry.name.startswith("ocr_watcher")]


def test_nothing_is_mended_where_nothing_is_amiss(make, root, caplog):
    caplog.set_level(logging.INFO)
    scene = make(Folder(str(root), watch="events"))
    scene.supervisor.look()
    (root / "a.jpg").touch()
    scene.told.eventually(("closed", "a.jpg"))
    assert (scene.rescanned, scene.polled, said(caplog)) == ([], [], [])
    assert [path.name for path in root.iterdir()] == ["a.jpg"]


def test_a_folder_that_the_settings_have_polled_is_polled(make, root):
    scene = make(Folder(str(root), watch="poll"))
    scene.supervisor.look()
    assert scene.polled == [str(root)]


@pytest.mark.parametrize("change", ["deleted and made again", "swapped", "moved away and back"])
def test_a_root_that_is_another_one_is_watched_again_and_scanned(make, root, caplog, change):
    caplog.set_level(logging.INFO)
    scene = make(Folder(str(root), watch="events"))
    old = root.parent / "old"
    if change == "deleted and made again":
        shutil.rmtree(root)
        scene.supervisor.look()
    else:
        root.rename(old)
    if change == "moved away and back":
        scene.supervisor.look()
        old.rename(root)
    else:
        root.mkdir()
    for _ in range(2):
        scene.supervisor.look()
    assert set(scene.rescanned) == {str(root)}
    assert said(caplog) == ["the folder is watched again"]
    (root / "a.jpg").touch()
    scene.told.eventually(("closed", "a.jpg"))


def test_a_swapped_root_tells_no_more(make, root):
    scene = make(Folder(str(root), watch="events"))
    old = root.rename(root.parent / "old")
    root.mkdir()
    scene.supervisor.look()
    (old / "old.jpg").touch()
    (root / "a.jpg").touch()
    scene.told.eventually(("closed", "a.jpg"))
    assert not [hint for hint in scene.told.all if hint[1] == "old.jpg"]


@pytest.mark.parametrize("what", ["nothing", "a file"])
def test_a_folder_that_is_not_there_is_waited_for_and_neither_polled_nor_told(
    make, root, caplog, what
):
    root.rmdir()
    if what == "a file":
        root.touch()
    scene = make(Folder(str(root / "sub"), watch="events"))
    scene.supervisor.look()
    assert (scene.polled, said(caplog)) == ([], [])
    root.unlink(missing_ok=True)
    (root / "sub").mkdir(parents=True)
    scene.supervisor.look()
    assert set(scene.rescanned) == {str(root / "sub")}


def test_a_folder_that_comes_back_on_a_network_is_polled(make, root, tmp_path, monkeypatch):
    """The kernel would report the event of our own file there, and not that of another host."""
    mounts = tmp_path / "mountinfo"
    monkeypatch.setattr(filesystem, "_MOUNTS", mounts)
    mounts.write_text("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n")
    scene = make(Folder(str(root)))
    assert scene.polled == []
    mounts.write_text("22 1 8:1 / / rw - nfs4 nas:/x rw\n")
    scene.supervisor.look()
    assert scene.polled == []
    root.rename(tmp_path / "old")
    root.mkdir()
    for _ in range(2):
        scene.supervisor.look()
    assert scene.polled == [str(root)]


@needs_namespaces
def test_where_the_event_of_a_file_made_for_it_does_not_come_the_folder_is_polled(
    make, root, caplog
):
    """The kernel is asked for one directory and the file is made in another, as mounts have it."""
    mount = f'mount -t tmpfs none "{root}" && echo mounted && exec cat'
    other = subprocess.Popen(
        [*OWN_USERS, "sh", "-c", mount], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout.readline() == b"mounted\n"
        folder = Folder(f"/proc/{other.pid}/root{root}", watch="events")
        scene = make(folder, proof_seconds=0.2)
        assert os.listdir(folder.root) == []  # noqa: PTH208  a path as it is
        other.stdin.close()
    (record,) = (entry for entry in caplog.records if entry.name.startswith("ocr_watcher"))
    assert record.getMessage() == (
        "the folder is polled, because its events cannot be used: "
        "the event of a file made for it did not arrive"
    )
    assert record.fields["folder"] == folder.root
    assert scene.polled == [folder.root]


def test_a_fault_while_looking_after_one_folder_ends_neither_the_thread_nor_the_care_for_others(
    make, root, tmp_path, caplog
):
    (tmp_path / "other").mkdir()
    roots = [root, tmp_path / "other"]
    scene = make(*(Folder(str(path), watch="events") for path in roots), every=0.02)
    scene.raises.append(RuntimeError("a fault"))
    for path in roots:
        path.rename(path.with_suffix(".old"))
        path.mkdir()
    eventually(lambda: len(scene.rescanned) == 1)
    assert "a fault of this program: a folder was not checked" in said(caplog)
    again = Path(scene.rescanned[0])
    again.rename(again.with_suffix(".older"))
    again.mkdir()
    eventually(lambda: len(scene.rescanned) == 2)


def test_the_end_comes_between_two_folders(make, tmp_path):
    folders = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        folders.append(Folder(str(tmp_path / name), watch="events"))
    scene = make(*folders)
    scene.supervisor.stop()
    scene.supervisor.look()
    assert scene.rescanned == []


def test_it_can_be_stopped_at_any_moment_and_leaves_no_file(tmp_path):
    folders = []
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        folders.append(Folder(str(tmp_path / str(number)), watch="events"))
    for mended in range(4):
        scene = Scene(every=0.001, proof_seconds=5)
        scene.supervisor.start(folders)
        for folder in folders:
            Path(folder.root).rename(tmp_path / f"old{time.monotonic_ns()}")
            Path(folder.root).mkdir()
        eventually(lambda scene=scene, mended=mended: len(scene.rescanned) >= mended)
        scene.supervisor.stop()
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_was_not_started_can_be_stopped(root):
    Scene(1, 1).supervisor.stop()


# With the real kernel, in a process of its own.


def test_a_burst_that_overflows_the_queue_of_the_kernel_loses_no_file(root):
    queued = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text("ascii"))
    loud, lost = ("0.jpg", "1.jpg"), {f"lost-{number}.jpg" for number in range(1000)}
    with watching(root) as watched:
        watched.process.send_signal(signal.SIGSTOP)
        for number in range(queued + 1000):  # in turns: the same event twice in a row is one
            with (root / loud[number % 2]).open("wb"):
                pass
        for name in lost:
            (root / name).hardlink_to(root / loud[0])
        (root / "late").mkdir()
        watched.process.send_signal(signal.SIGCONT)
        watched.says_all({*loud, *lost})
        (root / "late" / "last.jpg").touch()
        watched.says("late/last.jpg")


@needs_namespaces
@pytest.mark.parametrize(
    ("limit", "sysctl"),
    [
        ("max_inotify_watches", "fs.inotify.max_user_watches"),
        ("max_inotify_instances", "fs.inotify.max_user_instances"),
    ],
)
def test_where_the_kernel_gives_no_more_the_folder_is_polled_and_the_sysctl_is_named(
    root, limit, sysctl
):
    for name in ("one", "two"):
        (root / name).mkdir()
    allowed = 2 if limit == "max_inotify_watches" else 0
    with watching(root, OWN_USERS, f"echo {allowed} > /proc/sys/user/{limit}") as watched:
        (root / "two" / "a.jpg").touch()
        (root / "one" / "b.jpg").touch()
        watched.says_all({"two/a.jpg", "one/b.jpg"})
    assert (
        watched.log.count("the folder is polled, because its events cannot be used: inotify") == 1
    )
    assert f"raise the sysctl {sysctl}" in watched.log


@needs_namespaces
def test_a_limit_that_is_reached_later_is_noticed_as_well(root):
    with watching(root, OWN_USERS, "echo 2 > /proc/sys/user/max_inotify_watches") as watched:
        for name in ("one", "two"):
            (root / name).mkdir()
        eventually(lambda: "inotify watch limit reached" in watched.log)
        for name in ("one", "two"):
            (root / name / "a.jpg").touch()
        watched.says_all({"one/a.jpg", "two/a.jpg"})


MOUNT = 'mount -t tmpfs none "$1"'


@needs_namespaces
def test_a_folder_that_is_unmounted_and_mounted_again_between_two_looks_is_watched_again(root):
    """The other mount may have the device and the inode of the one before."""
    with watching(root, OWN_USERS, MOUNT, poll_seconds=1) as watched:
        watched.run(f'umount "{root}" && mount -t tmpfs none "{root}" && touch "{root}/a.jpg"')
        watched.says("a.jpg")
        watched.run(f'touch "{root}/b.jpg"')
        watched.says("b.jpg")
    assert "watched again" in watched.log


@needs_namespaces
def test_a_folder_is_watched_while_it_is_mounted_and_where_it_was_mounted(root):
    with watching(root, OWN_USERS, MOUNT) as watched:
        for name in ("a.jpg", "b.jpg"):
            watched.run(f'umount "{root}"')
            (root / name).touch()
            watched.says(name)
            watched.run(f'{MOUNT.replace("$1", str(root))} && touch "{root}/mounted-{name}"')
            watched.says(f"mounted-{name}")
