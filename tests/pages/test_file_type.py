import tracemalloc

import pytest

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.file_type import SUPPORTED_EXTENSIONS, FileType, file_type_of
from ocr_watcher.work.verdict import is_final
from tests.pages.scans import every_format

FILES = every_format()


def file_type(major: bytes, *compatible: bytes) -> bytes:
    brands = major + bytes(4) + b"".join(compatible)
    return (8 + len(brands)).to_bytes(4) + b"ftyp" + brands


@pytest.mark.parametrize("kind", FILES)
def test_the_content_tells_the_format(kind):
    expected = next(found for found in reversed(FileType) if found in kind)
    assert file_type_of(FILES[kind]()) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (file_type(b"heic", b"mif1"), FileType.HEIC),
        (file_type(b"mif1", b"heic"), FileType.HEIC),
        (file_type(b"mif1", b"miaf"), FileType.HEIC),
        (file_type(b"mif1", b"avif"), FileType.AVIF),
        (file_type(b"avif", b"mif1", b"heic"), FileType.AVIF),
    ],
)
def test_the_brands_tell_a_heic_from_an_avif(data, expected):
    assert file_type_of(data) is expected


def test_a_list_of_brands_as_long_as_the_file_costs_nothing():
    hostile = file_type(b"zzzz", b"zzzz" * 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(ImageError):
            file_type_of(hostile)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000


@pytest.mark.parametrize(
    "data",
    [
        b"Dear Sir or Madam,",
        b"\x00" * 4096,
        b"\xff",
        b"<svg/>",
        file_type(b"mp42", b"isom"),
        b"BMW sells cars, and this is a text.",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"x" * 1025 + b"%PDF-1.7",
        b"a letter WEBP",
        b"Minutes:WEBP is discussed.",
    ],
)
def test_what_is_no_picture_is_named_as_such(data):
    with pytest.raises(ImageError, match="JPEG, PNG") as caught:
        file_type_of(data)
    assert caught.value.code == "not-an-image"
    assert "exclude" in caught.value.advice


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty-file"), (b"a letter to the editor", "not-an-image")]
)
def test_what_only_another_content_can_mend_fails_after_one_look(content, code):
    with pytest.raises(ImageError) as caught:
        file_type_of(content)
    assert caught.value.code == code
    assert is_final(caught.value, tries=1, attempts=5)


@pytest.mark.parametrize("junk", [b"", b"\r\n", b"x" * 1024])
def test_a_pdf_may_have_junk_before_it(junk):
    assert file_type_of(junk + b"%PDF-1.7\n") is FileType.PDF


def test_a_bmp_of_few_bytes_is_still_a_bmp():
    assert file_type_of(b"BM\x00\x00") is FileType.BMP


def test_extensions_are_in_lower_case_and_hold_every_format():
    assert {extension.lower() for extension in SUPPORTED_EXTENSIONS} == SUPPORTED_EXTENSIONS
    usual = {".jpg", ".png", ".bmp", ".gif", ".webp", ".tif", ".jp2", ".heic", ".avif", ".pdf"}
    assert usual < SUPPORTED_EXTENSIONS
