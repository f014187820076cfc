import struct

import pytest

from ocr_watcher.errors import DoubtfulImageError
from ocr_watcher.pages.source import open_source, picture_of
from tests.pages.scans import SIZE, encoded, every_format, form

FILES = every_format()


@pytest.mark.parametrize("kind", FILES)
def test_a_file_whose_end_is_missing_is_only_doubtful(kind):
    data = FILES[kind]()
    for share in (0.05, 0.3, 0.6, 0.9, 0.99):
        with pytest.raises(DoubtfulImageError) as caught:
            next(open_source(data[: max(24, int(len(data) * share))]))
        assert caught.value.code == "cut-off"


@pytest.mark.parametrize("length", [13, 800])
def test_a_gif_cut_off_before_its_first_picture_is_only_doubtful(length):
    with pytest.raises(DoubtfulImageError):
        next(open_source(encoded(form(), "GIF")[:length]))


def test_a_box_may_tell_its_length_in_eight_bytes():
    data = FILES["AVIF"]()
    assert picture_of(data + struct.pack(">I4sQ", 1, b"free", 16)).size == SIZE
    with pytest.raises(DoubtfulImageError):
        next(open_source(data + struct.pack(">I4sQ", 1, b"free", 1000)))


@pytest.mark.parametrize("kind", FILES)
def test_padding_behind_the_end_does_no_harm(kind):
    assert picture_of(FILES[kind]() + bytes(4096)).size == SIZE
