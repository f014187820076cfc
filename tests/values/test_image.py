import os
from pathlib import Path

import pytest

from ocr_watcher.escapes import printable
from ocr_watcher.storage.directory import directory_below, stamp_of
from ocr_watcher.values.image import Image, Stamp


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_the_time_of_the_last_change_of_status_makes_no_other_stamp(tmp_path):
    file = tmp_path / "a.jpg"
    file.touch()
    before = Stamp.of(file.stat())
    file.chmod(0o600)
    assert Stamp.of(file.stat()) == before
    assert Stamp.of(file.stat()).ctime_ns == file.stat().st_ctime_ns


def test_an_image_knows_its_path_and_its_own_name():
    image = Image("/scans", "letters/a.jpg")
    assert image.path == "/scans/letters/a.jpg"
    assert image.base_name == "a.jpg"
    assert Image("/scans", "a.jpg").base_name == "a.jpg"


def test_an_image_is_shown_on_one_line():
    assert str(Image("/scans", "a\nb\udcff.jpg")) == "/scans/a\\nb\\udcff.jpg"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("发票 7.jpg", "发票 7.jpg"),
        ("a\nb", "a\\nb"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\udcff", "\\udcff"),
        ("gpj.\u202efdp", "gpj.\\u202efdp"),
    ],
)
def test_what_is_not_printable_is_escaped_and_the_rest_stays(text, shown):
    assert printable(text) == shown


def test_a_stamp_changes_with_the_content_and_with_the_file(tmp_path):
    file = tmp_path / "a.jpg"
    file.write_bytes(b"one")
    os.utime(file, ns=(0, 5))
    before = Stamp.of(file.stat())
    assert before == Stamp(3, 5, file.stat().st_ino)

    file.write_bytes(b"two")
    assert Stamp.of(file.stat()) != before

    other = tmp_path / "other"
    other.write_bytes(b"two")
    os.utime(other, ns=(0, 5))
    other.replace(file)
    assert Stamp.of(file.stat()) != before


def test_a_content_is_the_same_where_a_share_numbers_its_files_anew():
    assert Stamp(3, 5, 1).is_of_the_same_content(Stamp(3, 5, 2))
    assert not Stamp(3, 5, 1).is_of_the_same_content(Stamp(4, 5, 1))
    assert not Stamp(3, 5, 1).is_of_the_same_content(Stamp(3, 6, 1))


def test_a_stamp_is_that_of_the_file_and_not_of_where_a_link_leads(tmp_path):
    (tmp_path / "target").write_bytes(b"12345")
    (tmp_path / "a.jpg").symlink_to("target")
    (tmp_path / "dir").symlink_to(".")
    assert stamp_of(Image(str(tmp_path), "target")).size == 5
    link = os.lstat(tmp_path / "a.jpg")
    assert stamp_of(Image(str(tmp_path), "a.jpg")).inode == link.st_ino
    assert stamp_of(Image(str(tmp_path), "dir/target")) is None
    assert stamp_of(Image(str(tmp_path), "gone.jpg")) is None


def test_a_directory_is_opened_below_a_root_that_is_a_link(tmp_path):
    inner = tmp_path / "real" / "a" / "b"
    inner.mkdir(parents=True)
    root = tmp_path / "link"
    root.symlink_to("real")
    for name, directory in (("", tmp_path / "real"), ("a/b", inner)):
        with directory_below(str(root), name) as descriptor:
            assert os.path.samestat(os.fstat(descriptor), directory.stat())


@pytest.mark.parametrize(
    "name", ["link", "link/deeper", "a/link", "file", "missing", "a/missing/b"]
)
def test_the_way_leads_through_directories_only_and_leaves_nothing_open(tmp_path, name):
    outside = tmp_path / "outside"
    (outside / "deeper").mkdir(parents=True)
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "link").symlink_to(outside)
    (root / "a" / "link").symlink_to(outside)
    (root / "file").touch()
    before = open_descriptors()
    with pytest.raises(OSError), directory_below(str(root), name):  # noqa: PT011  any of them
        raise AssertionError("it was entered")
    assert open_descriptors() == before


def test_the_directory_is_closed_when_its_use_fails(tmp_path):
    before = open_descriptors()
    with pytest.raises(KeyError), directory_below(str(tmp_path), ""):
        raise KeyError
    assert open_descriptors() == before
