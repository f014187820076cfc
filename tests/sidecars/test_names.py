import pytest

from ocr_watcher.sidecars.names import error_name, fits_a_sidecar, image_of, sidecar_name


def test_a_format_is_appended_or_takes_the_place_of_the_extension():
    assert sidecar_name("a.b.jpg", "txt", replace=False) == "a.b.jpg.txt"
    assert sidecar_name("a.b.jpg", "json", replace=True) == "a.b.json"


def test_a_failure_is_always_named_after_the_whole_name():
    assert error_name("a.jpg") == "a.jpg.ocr-error.json"


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("sub/a.jpg.txt", "sub/a.jpg"),
        ("a.jpg.json", "a.jpg"),
        ("a.jpg.ocr-error.json", "a.jpg"),
        ("a.jpg", None),
        ("a.txt", "a"),
    ],
)
def test_the_image_of_a_sidecar_is_known_by_its_name(name, image):
    assert image_of(name) == image


@pytest.mark.parametrize("character", ["x", "é", "发", "\udcff"])
def test_room_for_the_longest_suffix_is_counted_in_bytes(tmp_path, character):
    size = len(character.encode("utf-8", "surrogateescape"))
    longest = character * (240 // size)
    assert fits_a_sidecar(longest)
    (tmp_path / error_name(longest)).touch()
    assert not fits_a_sidecar(longest + "x" * (241 - 240 // size * size))
    with pytest.raises(OSError, match="File name too long"):
        (tmp_path / error_name(longest + "x")).touch()
