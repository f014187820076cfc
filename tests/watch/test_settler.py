import threading
from pathlib import Path

import pytest

from ocr_watcher.errors import Stopped
from ocr_watcher.values.image import Image
from ocr_watcher.watch.settler import Settler
from tests.waiting import eventually


@pytest.fixture
def whole() -> list[Image]:
    return []


@pytest.fixture
def settler(whole):
    settler = Settler(0.1, 3, lambda image, _: whole.append(image))
    settler.start()
    yield settler
    settler.stop()


def image(path: Path) -> Image:
    return Image(str(path.parent), path.name)


def test_a_quiet_file_is_handed_on_once(settler, whole, tmp_path):
    file = tmp_path / "a.jpg"
    file.write_bytes(b"x")
    for _ in range(3):
        assert settler.note(image(file))
    settler.join()
    assert whole == [image(file)]
    assert len(settler) == 0


def test_a_file_that_is_being_written_is_not_handed_on(whole, tmp_path):
    now = [0.0]
    settler = Settler(2, 3, lambda image, _: whole.append(image), clock=lambda: now[0])
    file = tmp_path / "a.jpg"
    with file.open("wb", buffering=0) as target:
        target.write(b"x")
        settler.note(image(file))
        for _ in range(40):
            target.write(b"x")
            now[0] += 2
            settler.step()
            assert whole == []
    now[0] += 2
    settler.step()
    assert whole == [image(file)]


def test_a_vanished_file_is_no_concern(settler, whole, tmp_path):
    file = tmp_path / "a.jpg"
    assert settler.note(image(file))
    file.touch()
    settler.note(image(file))
    file.unlink()
    settler.join()
    assert whole == []


def test_without_room_the_scan_must_find_it_again(tmp_path, whole):
    settler = Settler(60, 1, lambda image, _: whole.append(image))
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).touch()
    assert settler.note(Image(str(tmp_path), "a.jpg"))
    assert not settler.note(Image(str(tmp_path), "b.jpg"))
    assert len(settler) == 1


def test_the_end_ends_every_wait(tmp_path, whole):
    settler = Settler(60, 10, lambda image, _: whole.append(image))
    settler.start()
    (tmp_path / "a.jpg").touch()
    settler.note(Image(str(tmp_path), "a.jpg"))
    joined = []

    def join() -> None:
        with pytest.raises(Stopped):
            settler.join()
        joined.append(True)

    waiting = threading.Thread(target=join)
    waiting.start()
    settler.stop()
    waiting.join(10)
    assert joined
    assert whole == []


def test_the_end_does_not_wait_for_all_that_is_due(tmp_path):
    """Nothing is handed on any more once the queue has ended."""
    handed_on = []
    now = [0.0]
    settler = Settler(0.01, 10, lambda image, _: handed_on.append(image), clock=lambda: now[0])
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).touch()
        settler.note(Image(str(tmp_path), name))
    now[0] = 1.0
    settler.start()
    eventually(lambda: len(handed_on) == 2)
    (tmp_path / "a.jpg").write_bytes(b"more")
    settler.note(Image(str(tmp_path), "a.jpg"))
    settler.stop()
    now[0] = 2.0
    with pytest.raises(Stopped):
        settler.step()
    assert len(handed_on) == 2
