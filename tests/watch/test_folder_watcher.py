import logging
import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from ocr_watcher.errors import Stopped
from ocr_watcher.folders.folder import folders_of
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.settings.model import Settings
from ocr_watcher.storage.write import PendingFile
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.watch.folder_watcher import Watcher
from ocr_watcher.work.queue import JobQueue, Lane
from tests.waiting import eventually


class Scene:
    """A watcher over real folders, and somebody who takes what it puts into the queue."""

    def __init__(self, settings: Settings, queue: JobQueue, **limits) -> None:
        self.queue = queue
        self.ledger = Ledger(settings.state_dir)
        self.watcher = Watcher(
            folders_of(settings).values(),
            queue,
            settings,
            self.ledger,
            **limits,
        )
        self.taken: list[str] = []
        self._taker = threading.Thread(target=self._take)

    def start(self) -> None:
        self.take()
        self.watcher.start()

    def take(self) -> None:
        self._taker.start()

    def stop(self) -> None:
        self.queue.close()
        self.watcher.stop()
        self.ledger.close()
        if self._taker.ident is not None:
            self._taker.join()

    def eventually_takes(self, *paths: Path) -> None:
        eventually(lambda: set(map(str, paths)) <= set(self.taken))

    def _take(self) -> None:
        try:
            while True:
                job = self.queue.get()
                self.taken.append(job.image.path)
                self.queue.finish(job)
        except Stopped:
            return


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def make(root):
    scenes = []

    def made(*folders, queue: JobQueue | None = None, limits=None, **changes) -> Scene:
        given = {
            "state_dir": str(root.parent / "state"),
            "folders": folders or [{"path": str(root), "watch": "events"}],
            "settle_seconds": 0.05,
            "rescan_seconds": 0,
            **changes,
        }
        settings = Settings.model_validate(given)
        scenes.append(Scene(settings, JobQueue(1000) if queue is None else queue, **(limits or {})))
        return scenes[-1]

    yield made
    for scene in scenes:
        scene.stop()


@pytest.fixture
def scene(make) -> Scene:
    scene = make()
    scene.start()
    return scene


def dropped(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def write_sidecar(image: Path, name: str | None = None) -> None:
    directory = os.open(image.parent, os.O_RDONLY)
    try:
        with PendingFile(directory, name or f"{image.name}.txt") as pending:
            pending.commit(b"text\n", image.stat().st_mtime_ns)
    finally:
        os.close(directory)


def files(root: Path) -> set[str]:
    found = (str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return {name for name in found if not name.startswith("sync-")}


def sync(scene: Scene, root: Path) -> None:
    """Waits until the events of everything before have been dealt with."""
    last = root / f"sync-{time.monotonic_ns()}.jpg"
    scene.eventually_takes(dropped(last))


def test_images_that_lay_there_before_the_start_are_taken(make, root):
    fresh = dropped(root / "sub" / "fresh.jpg")
    done = dropped(root / "done.jpg")
    write_sidecar(done)
    scene = make()
    scene.start()
    scene.eventually_takes(fresh)
    sync(scene, root)
    assert str(done) not in scene.taken


@pytest.mark.parametrize("settle", [0, 0.05])
@pytest.mark.parametrize("name", ["a.jpg", "A.JPG", "sub/deep/发票.png", "a\nb.jpeg", "\udcff.bmp"])
def test_an_image_that_is_written_while_we_watch_is_taken(make, root, name, settle):
    scene = make(settle_seconds=settle)
    scene.start()
    scene.eventually_takes(dropped(root / name))


def test_an_image_written_in_chunks_is_taken_once_it_is_whole(make, root):
    scene = make(settle_seconds=0.5)
    scene.start()
    image, pause = root / "a.jpg", threading.Event()
    with image.open("wb", buffering=0) as file:
        for _ in range(3):
            file.write(b"x")
            pause.wait(0.05)
    with image.open("ab") as file:  # scanners close a file and open it again
        file.write(b"x")
    written = time.monotonic()
    scene.eventually_takes(image)
    assert time.monotonic() - written > 0.4
    sync(scene, root)
    assert scene.taken.count(str(image)) == 1


def test_images_that_are_moved_are_taken_under_their_new_name(scene, root, tmp_path):
    outside = dropped(tmp_path / "a.jpg")
    scene.eventually_takes(outside.rename(root / "a.jpg"))
    (root / "sub").mkdir()
    scene.eventually_takes((root / "a.jpg").rename(root / "sub" / "b.jpg"))
    scene.eventually_takes(dropped(root / "c.jpg.part").rename(root / "c.jpg"))


def test_what_is_moved_in_as_a_whole_is_taken_at_once_where_the_close_is_trusted(
    make, root, tmp_path
):
    scene = make(settle_seconds=0)
    scene.start()
    sync(scene, root)
    outside = [dropped(tmp_path / "a.jpg"), dropped(tmp_path / "batch" / "b.jpg")]
    moved = time.monotonic()
    outside[0].rename(root / "a.jpg")
    outside[1].parent.rename(root / "batch")
    scene.eventually_takes(root / "a.jpg", root / "batch" / "b.jpg")
    assert time.monotonic() - moved < 0.9  # one whose close was not seen is given a second


def test_the_files_beside_an_image_follow_it_and_it_is_not_taken_for_a_new_one(make, root):
    image = dropped(root / "a.jpg")
    write_sidecar(image)
    (root / "sub").mkdir()
    scene = make(rescan_seconds=0.1)
    scene.start()
    for new in (root / "b.jpg", root / "sub" / "c.jpg", root / "C.PNG"):
        image = image.rename(new)
        eventually(new.with_name(new.name + ".txt").exists)
    sync(scene, root)
    assert files(root) == {"C.PNG", "C.PNG.txt"}
    assert image.read_bytes() == b"x"


def test_an_image_that_is_hidden_and_shown_again_keeps_its_text(scene, root):
    image = dropped(root / "a.jpg")
    scene.eventually_takes(image)
    dropped(root / "a.jpg.txt", b"edited")
    for name in (".a.jpg", "a.jpg"):
        image = image.rename(root / name)
        eventually((root / f"{name}.txt").exists)
    sync(scene, root)
    assert (root / "a.jpg.txt").read_bytes() == b"edited"
    assert str(root / ".a.jpg") not in scene.taken


def test_an_image_that_is_renamed_to_what_is_no_image_leaves_its_text_where_it_was(scene, root):
    image = dropped(root / "a.jpg")
    write_sidecar(image)
    image.rename(root / "a.jpg.bak").rename(root / "b.jpg.bak")
    sync(scene, root)
    assert files(root) == {"b.jpg.bak", "a.jpg.txt"}


def test_an_image_waits_again_when_its_sidecar_is_renamed(make, root):
    image = dropped(root / "a.jpg")
    write_sidecar(image)
    scene = make()
    scene.start()
    sync(scene, root)
    assert str(image) not in scene.taken
    (root / "a.jpg.txt").rename(root / "kept.txt")
    scene.eventually_takes(image)


def test_the_files_of_a_directory_that_is_renamed_stay_beside_their_images(make, root):
    write_sidecar(dropped(root / "one" / "deep" / "a.jpg"))
    scene = make()
    scene.start()
    (root / "one").rename(root / "two")
    scene.eventually_takes(dropped(root / "two" / "deep" / "b.jpg"))
    assert files(root) == {"two/deep/a.jpg", "two/deep/a.jpg.txt", "two/deep/b.jpg"}


def test_an_image_that_is_replaced_by_an_older_one_waits_again(make, root):
    image = dropped(root / "a.jpg")
    write_sidecar(image)
    scene = make({"path": str(root), "watch": "poll"}, poll_seconds=0.05)
    scene.ledger.done(Image(str(root), "a.jpg"), Stamp.of(image.stat()))
    scene.start()
    sync(scene, root)
    assert str(image) not in scene.taken
    other = dropped(root / "other.bin", b"another")
    os.utime(other, (1_000_000_000, 1_000_000_000))
    other.replace(image)
    scene.eventually_takes(image)


def test_images_of_a_directory_that_is_moved_are_taken(scene, root, tmp_path):
    dropped(tmp_path / "batch" / "one" / "a.jpg")
    (tmp_path / "batch").rename(root / "batch")
    scene.eventually_takes(root / "batch" / "one" / "a.jpg")
    (root / "batch").rename(root / "other")
    scene.eventually_takes(root / "other" / "one" / "a.jpg")


def test_images_written_into_directories_at_the_moment_these_are_made_are_taken(scene, root):
    images = [dropped(root / f"d{number}" / "x" / "a.jpg") for number in range(50)]
    scene.eventually_takes(*images)


def test_what_the_program_writes_itself_is_no_image_to_it(scene, root):
    image = dropped(root / "a.jpg")
    scene.eventually_takes(image)
    write_sidecar(image)
    write_sidecar(image, "a.jpg.json")
    write_sidecar(image, "a.jpg.ocr-error.json")
    sync(scene, root)
    assert scene.taken.count(str(image)) == 1
    assert len([path for path in scene.taken if "sync" not in path]) == 1


def test_what_the_rules_leave_out_is_not_taken(make, root):
    scene = make({"path": str(root), "exclude": ["draft*"]})
    scene.start()
    for name in ("draft.jpg", "notes.txt", "@eaDir/a.jpg", "drafts/a.jpg", ".a.jpg"):
        dropped(root / name)
    sync(scene, root)
    assert [path for path in scene.taken if "sync" not in path] == []


@pytest.mark.parametrize("sidecar", ["a.jpg.txt", "a.jpg.ocr-error.json"])
def test_an_image_waits_again_when_its_sidecar_is_deleted(make, root, sidecar):
    image = dropped(root / "sub" / "a.jpg")
    write_sidecar(image, sidecar)
    scene = make()
    scene.start()
    sync(scene, root)
    assert str(image) not in scene.taken
    (image.parent / sidecar).unlink()
    scene.eventually_takes(image)


@pytest.mark.parametrize("place", [".", "sub"])
def test_it_waits_again_as_well_where_the_sidecar_has_replaced_the_extension(make, root, place):
    image = dropped(root / place / "a.jpg")
    write_sidecar(image, "a.txt")
    scene = make(output={"naming": "replace"})
    scene.start()
    sync(scene, root)
    assert str(image) not in scene.taken
    (image.parent / "a.txt").unlink()
    scene.eventually_takes(image)


def test_a_text_file_of_the_user_that_goes_means_nothing(scene, root):
    notes = dropped(root / "notes.txt")
    notes.unlink()
    dropped(root / "notes").unlink()
    sync(scene, root)
    assert [path for path in scene.taken if "sync" not in path] == []


def test_a_directory_below_a_folder_that_is_not_recursive_is_not_scanned(make, root):
    scene = make({"path": str(root), "recursive": False, "watch": "events"})
    scene.start()
    dropped(root / "sub" / "a.jpg")
    sync(scene, root)
    assert [path for path in scene.taken if "sync" not in path] == []


def test_a_polled_folder_is_looked_at_again_and_again(make, root):
    scene = make({"path": str(root), "watch": "poll"}, poll_seconds=0.05)
    scene.start()
    scene.eventually_takes(dropped(root / "a.jpg"))
    scene.eventually_takes(dropped(root / "sub" / "b.jpg"))


def test_polling_more_often_than_files_settle_takes_them_all_the_same(make, root):
    scene = make({"path": str(root), "watch": "poll"}, poll_seconds=0.02, settle_seconds=0.3)
    scene.start()
    scene.eventually_takes(dropped(root / "a.jpg"))


def test_a_rescan_finds_what_no_event_has_told(make, root):
    image = dropped(root / "a.jpg")
    write_sidecar(image)
    scene = make(rescan_seconds=0.1)
    scene.start()
    sync(scene, root)
    os.utime(image)  # a change of the date alone raises none of the events we ask for
    scene.eventually_takes(image)


def test_an_old_image_is_queued_at_once_and_a_recent_one_settles_first(make, root):
    dropped(root / "a.jpg")
    recent = make(settle_seconds=3600)
    recent.watcher.start()
    eventually(lambda: recent.watcher.settling == 1)
    assert len(recent.queue) == 0

    old = make(settle_seconds=3600, limits={"now": lambda: time.time() + 7200})
    old.watcher.start()
    eventually(lambda: len(old.queue) == 1)
    assert old.watcher.settling == 0


def test_more_images_than_may_settle_at_once_are_found_again(make, root):
    images = [dropped(root / f"{number}.jpg") for number in range(20)]
    scene = make(limits={"most_settling": 3, "rescan_delay": 0.05})
    scene.start()

    def all_are_taken() -> bool:
        for path in scene.taken:  # what was worked off no longer waits
            Path(path).unlink(missing_ok=True)
        return set(map(str, images)) <= set(scene.taken)

    eventually(all_are_taken)


def test_a_full_queue_loses_nothing(make, root):
    scene = make(queue=JobQueue(1), limits={"rescan_delay": 0.05})
    scene.watcher.start()
    images = [dropped(root / f"{number}.jpg") for number in range(20)]
    eventually(lambda: len(scene.queue) == 1)
    scene.take()
    scene.eventually_takes(*images)


def test_a_retry_that_finds_no_room_is_found_again_where_there_are_no_rescans(make, root):
    scene = make(queue=JobQueue(1), retry={"first_seconds": 0.05, "longest_seconds": 0.05})
    scene.watcher.start()
    for name in ("first.jpg", "second.jpg"):
        image = dropped(root / name)
        job = scene.queue.get()
        assert job.image.path == str(image)
        scene.queue.retry(job, 3600)
    assert scene.queue.get().image.path == str(root / "second.jpg")


def test_one_look_finds_more_than_may_settle_at_once(make, root):
    images = [dropped(root / f"{number}.jpg") for number in range(20)]
    scene = make(limits={"most_settling": 3})
    scene.watcher.scan_once()
    assert len(scene.queue) == len(images)
    scene.take()


def test_one_look_takes_all_that_waits_and_returns(make, root):
    images = [dropped(root / name) for name in ("a.jpg", "sub/b.jpg")]
    scene = make()
    assert scene.watcher.scan_once() == 0
    assert len(scene.queue) == 2
    assert scene.watcher.settling == 0
    scene.take()
    scene.eventually_takes(*images)


def test_one_look_counts_the_directories_that_it_could_not_read(make, root, tmp_path):
    image = dropped(root / "a.jpg")
    (tmp_path / "other" / "sub").mkdir(parents=True)
    scene = make(
        {"path": str(tmp_path / "gone")}, {"path": str(root)}, {"path": str(tmp_path / "other")}
    )
    scene.take()
    assert scene.watcher.scan_once() == 1
    scene.eventually_takes(image)


def test_an_image_that_changed_while_it_was_read_settles_anew(scene, root):
    image = dropped(root / "a.jpg")
    scene.eventually_takes(image)
    scene.watcher.settle_anew(Image(str(root), "a.jpg"))
    eventually(lambda: scene.taken.count(str(image)) == 2)


def test_a_folder_that_goes_is_told_once_and_watched_again_when_it_returns(make, root, caplog):
    caplog.set_level(logging.DEBUG, "ocr_watcher")
    scene = make(rescan_seconds=0.05, poll_seconds=0.05)
    scene.start()
    sync(scene, root)
    shutil.rmtree(root)
    expected = "the folder cannot be read, and will be tried again: No such file or directory"
    eventually(lambda: expected in caplog.messages)
    scans = caplog.messages.count("scanned")
    eventually(lambda: caplog.messages.count("scanned") > scans + 2)
    assert caplog.messages.count(expected) == 1
    root.mkdir()
    scene.eventually_takes(dropped(root / "a.jpg"))
    eventually(lambda: "the folder is watched again" in caplog.messages)
    shutil.rmtree(root)
    eventually(lambda: caplog.messages.count(expected) == 2)


def test_a_folder_that_goes_is_waited_for_where_there_are_no_rescans(make, root):
    scene = make({"path": str(root), "watch": "events"}, poll_seconds=0.05)
    shutil.rmtree(root)
    scene.start()
    root.mkdir()
    scene.eventually_takes(dropped(root / "a.jpg"))


class PoisonedQueue(JobQueue):
    def put_when_room(self, image: Image, lane: Lane) -> None:
        if image.name == "poison.jpg":
            raise ValueError(image.name)
        super().put_when_room(image, lane)


def test_a_scan_that_breaks_off_is_told_and_the_next_one_is_made(make, root, caplog):
    poison = dropped(root / "poison.jpg")
    scene = make(
        queue=PoisonedQueue(10), rescan_seconds=0.05, limits={"now": lambda: time.time() + 3600}
    )
    scene.start()
    eventually(lambda: "a fault of this program: a scan was not finished" in caplog.messages)
    poison.unlink()
    scene.eventually_takes(dropped(root / "a.jpg"))


def test_a_scan_that_waits_for_room_ends_with_the_queue(make, root):
    for number in range(5):
        dropped(root / f"{number}.jpg")
    scene = make(queue=JobQueue(1), limits={"now": lambda: time.time() + 3600})
    scene.watcher.start()
    eventually(lambda: len(scene.queue) == 1)
    scene.stop()


def test_a_watcher_can_be_stopped_before_it_was_started(make, root):
    make().stop()


def test_a_watcher_can_be_stopped_at_any_moment(make, root):
    for number in range(200):
        dropped(root / f"{number}.jpg")
    for steps in range(5):
        scene = make()
        scene.start()
        eventually(lambda scene=scene, steps=steps: len(scene.taken) >= steps)
        scene.stop()
    assert {path.suffix for path in root.iterdir()} == {".jpg"}


def test_an_empty_file_is_taken_after_every_image_that_came(make, root):
    scene = make()
    scene.watcher.start()
    dropped(root / "empty.jpg", b"")
    eventually(lambda: len(scene.queue) == 1)
    dropped(root / "scan.jpg")
    eventually(lambda: len(scene.queue) == 2)
    assert [scene.queue.get().image.name for _ in range(2)] == ["scan.jpg", "empty.jpg"]
