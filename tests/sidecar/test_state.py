import os
from pathlib import Path

import pytest

from ocr_watcher.folder import Folder
from ocr_watcher.sidecar.state import State, is_current, sidecar_names, state_of


@pytest.fixture
def directory(tmp_path):
    descriptor = os.open(tmp_path, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


def dated(file: Path, seconds: int) -> None:
    file.touch()
    os.utime(file, (seconds, seconds))


@pytest.mark.parametrize(
    ("date", "current"), [(99, False), (100, True), (101, True)], ids=["older", "same", "newer"]
)
def test_a_sidecar_is_current_from_the_date_of_its_image_on(directory, tmp_path, date, current):
    dated(tmp_path / "a.jpg.txt", date)
    assert is_current(directory, "a.jpg.txt", 100_000_000_000) is current
    assert not is_current(directory, "b.jpg.txt", 0)


def test_a_nanosecond_makes_a_difference(directory, tmp_path):
    (tmp_path / "a.jpg.txt").touch()
    os.utime(tmp_path / "a.jpg.txt", ns=(0, 1_700_000_000_123_456_788))
    assert not is_current(directory, "a.jpg.txt", 1_700_000_000_123_456_789)
    assert is_current(directory, "a.jpg.txt", 1_700_000_000_123_456_788)


def test_an_image_waits_fails_or_is_done_by_what_lies_beside_it(directory, tmp_path):
    folder = Folder(str(tmp_path))
    assert state_of(directory, "a.jpg", 10**11, folder) is State.WAITING
    dated(tmp_path / "a.jpg.ocr-error.json", 100)
    assert state_of(directory, "a.jpg", 10**11, folder) is State.FAILED
    assert state_of(directory, "a.jpg", 10**11 + 1, folder) is State.WAITING
    dated(tmp_path / "a.jpg.txt", 100)
    assert state_of(directory, "a.jpg", 10**11, folder) is State.DONE


def test_every_format_has_a_sidecar(directory, tmp_path):
    (tmp_path / "a.jpg").touch()
    both = ("txt", "json")
    assert sidecar_names(directory, "a.jpg", Folder("/in", formats=both)) == {
        "txt": "a.jpg.txt",
        "json": "a.jpg.json",
    }
    assert sidecar_names(directory, "a.jpg", Folder("/in", formats=both, replace=True)) == {
        "txt": "a.txt",
        "json": "a.json",
    }


@pytest.mark.parametrize("other", ["a.png", "a.PNG", "a.JPG", "a.jpeg"])
def test_images_that_share_a_stem_do_not_share_a_sidecar(directory, tmp_path, other):
    folder = Folder(str(tmp_path), replace=True)
    for name in ("a.jpg", other, "b.jpg"):
        (tmp_path / name).touch()
    assert sidecar_names(directory, "a.jpg", folder) == {"txt": "a.jpg.txt"}
    assert sidecar_names(directory, other, folder) == {"txt": other + ".txt"}
    assert sidecar_names(directory, "b.jpg", folder) == {"txt": "b.txt"}


def test_an_image_does_not_share_its_stem_with_itself_where_case_means_nothing(directory, tmp_path):
    """A hard link is what a directory that is blind to case looks like: two names, one file."""
    (tmp_path / "a.jpg").touch()
    (tmp_path / "a.JPG").hardlink_to(tmp_path / "a.jpg")
    assert sidecar_names(directory, "a.jpg", Folder("/in", replace=True)) == {"txt": "a.txt"}


def test_the_names_of_an_image_that_is_gone_cannot_be_told_where_they_replace(directory):
    assert sidecar_names(directory, "a.jpg", Folder("/in")) == {"txt": "a.jpg.txt"}
    with pytest.raises(FileNotFoundError):
        sidecar_names(directory, "a.jpg", Folder("/in", replace=True))
