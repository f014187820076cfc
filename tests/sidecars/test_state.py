import os
from pathlib import Path

import pytest

from ocr_watcher.folders.folder import Folder
from ocr_watcher.sidecars.error_file import Failing, failing
from ocr_watcher.sidecars.state import State, look_beside, sidecar_names, state_of
from ocr_watcher.values.image import Image, Stamp

IN = Folder("/in")


@pytest.fixture
def directory(tmp_path):
    descriptor = os.open(tmp_path, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


def dated(file: Path, seconds: int) -> None:
    file.touch()
    os.utime(file, (seconds, seconds))


A = Image("/in", "sub/a.jpg")
SECOND = 10**9


def stamp(mtime_ns: int = 100 * SECOND, size: int = 1, inode: int = 1) -> Stamp:
    return Stamp(size, mtime_ns, inode)


def forgotten(image: Image) -> None:
    """Knows of no image which content it had."""
    assert image == A


def outdated_sidecars(*arguments) -> dict[str, str]:
    return dict(look_beside(*arguments).outdated)


def unasked(image: Image) -> Stamp | None:
    raise AssertionError(image)


@pytest.mark.parametrize(
    ("date", "outdated"),
    [(99, {"txt": "a.jpg.txt"}), (100, {}), (101, {})],
    ids=["older", "same", "newer"],
)
def test_a_sidecar_is_current_from_the_date_of_its_image_on(directory, tmp_path, date, outdated):
    dated(tmp_path / "a.jpg.txt", date)
    assert outdated_sidecars(directory, A, stamp(), IN, forgotten) == outdated


def test_a_nanosecond_makes_a_difference(directory, tmp_path):
    (tmp_path / "a.jpg.txt").touch()
    date = 1_700_000_000_123_456_788
    os.utime(tmp_path / "a.jpg.txt", ns=(0, date))
    assert outdated_sidecars(directory, A, stamp(date + 1), IN, unasked)
    assert not outdated_sidecars(directory, A, stamp(date), IN, unasked)


def test_only_the_sidecars_that_are_missing_or_older_are_outdated(directory, tmp_path):
    dated(tmp_path / "a.jpg.txt", 100)
    both = Folder("/in", formats=("txt", "json"))
    assert outdated_sidecars(directory, A, stamp(), both, unasked) == {"json": "a.jpg.json"}
    dated(tmp_path / "a.jpg.json", 99)
    assert outdated_sidecars(directory, A, stamp(), both, unasked) == {"json": "a.jpg.json"}


def test_a_sidecar_that_was_edited_stays(directory, tmp_path):
    """Also where a share was mounted anew, and numbers its files differently."""
    dated(tmp_path / "a.jpg.txt", 999)
    assert not outdated_sidecars(directory, A, stamp(), IN, lambda _: stamp(inode=2))


@pytest.mark.parametrize("before", [stamp(200 * SECOND), stamp(size=2)], ids=["date", "size"])
def test_every_sidecar_of_an_image_that_an_older_one_has_replaced_is_outdated(
    directory, tmp_path, before
):
    folder = Folder("/in", formats=("txt", "json"))
    dated(tmp_path / "a.jpg.txt", 200)
    dated(tmp_path / "a.jpg.json", 100)
    outdated = outdated_sidecars(directory, A, stamp(), folder, lambda _: before)
    assert outdated == {"txt": "a.jpg.txt", "json": "a.jpg.json"}
    assert state_of(directory, A, stamp(), folder, lambda _: before) is State.WAITING


def test_an_image_waits_fails_or_is_done_by_what_lies_beside_it(directory, tmp_path):
    assert state_of(directory, A, stamp(), IN, unasked) is State.WAITING
    dated(tmp_path / "a.jpg.ocr-error.json", 100)
    assert state_of(directory, A, stamp(), IN, unasked) is State.FAILED
    dated(tmp_path / "a.jpg.txt", 100)
    assert state_of(directory, A, stamp(), IN, unasked) is State.DONE


@pytest.mark.parametrize("date", [99, 101])
def test_a_failure_is_that_of_one_content_and_of_no_other(directory, tmp_path, date):
    dated(tmp_path / "a.jpg.ocr-error.json", date)
    assert failing(directory, A, stamp()) is Failing.NO
    assert failing(directory, A, stamp(date * SECOND)) is Failing.YES
    assert state_of(directory, A, stamp(), IN, unasked) is State.WAITING


def test_an_image_whose_sidecars_could_not_be_named_has_failed(directory):
    image = Image("/in", "x" * 251 + ".jpg")
    assert state_of(directory, image, stamp(), IN, unasked) is State.FAILED


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


def test_an_image_that_is_gone_shared_its_stem_with_those_that_are_there(directory, tmp_path):
    folder = Folder("/in", replace=True)
    assert sidecar_names(directory, "a.jpg", folder) == {"txt": "a.txt"}
    (tmp_path / "a.png").touch()
    assert sidecar_names(directory, "a.jpg", folder) == {"txt": "a.jpg.txt"}
