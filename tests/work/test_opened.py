from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.values.image import Image
from ocr_watcher.work.opened import UNKNOWN, open_image

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "desk" / "a.png"
    path.parent.mkdir()
    path.write_bytes(b"one")
    return path


@pytest.fixture
def image(tmp_path: Path, path: Path) -> Image:
    return Image(str(tmp_path), "desk/a.png")


def test_an_image_is_opened_with_the_content_that_it_has(image, path):
    with open_image(image) as opened:
        assert (opened.stamp.size, opened.stamp.inode) == (3, path.stat().st_ino)
        assert os.path.samestat(os.fstat(opened.directory), path.parent.stat())
        opened.raise_fault()


def test_looked_at_again_it_has_the_content_that_took_its_place(image, path):
    with open_image(image) as opened:
        path.write_bytes(b"another")
        assert opened.again().stamp.size == 7
        assert opened.stamp.size == 3


def test_it_is_found_in_its_directory_wherever_that_is_moved(image, path):
    with open_image(image) as opened:
        path.parent.rename(path.parent.with_name("moved"))
        assert opened.again().stamp == opened.stamp


@pytest.mark.parametrize("missing", ["a.png", "desk/gone.png", "gone/a.png"])
def test_one_that_is_not_there_is_opened_with_the_fault(tmp_path, path, missing):
    with open_image(Image(str(tmp_path), missing)) as opened:
        assert opened.stamp == UNKNOWN
        with pytest.raises(FileNotFoundError):
            opened.raise_fault()
        with pytest.raises(FileNotFoundError):
            opened.again()


def test_what_is_no_regular_file_is_not_there(image, path):
    path.unlink()
    os.mkfifo(path)
    with open_image(image) as opened, pytest.raises(FileNotFoundError, match="not a regular file"):
        opened.raise_fault()


def test_no_link_on_the_way_is_followed(tmp_path, path):
    (tmp_path / "link").symlink_to(path.parent)
    with (
        open_image(Image(str(tmp_path), "link/a.png")) as opened,
        pytest.raises(NotADirectoryError),
    ):
        opened.raise_fault()


def test_the_directory_is_closed_at_the_end(image):
    with open_image(image) as opened:
        pass
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened.directory)
