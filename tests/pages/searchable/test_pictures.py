"""The pictures in a searchable PDF are those of the file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFont

from ocr_watcher.pages.headers import jpeg
from ocr_watcher.pages.searchable.compose import searchable
from ocr_watcher.pages.source import open_source
from ocr_watcher.values.page_text import PageText
from tests.pages.scans import every_format, oriented
from tests.pages.searchable.pages import PROSE, encoded, printed, text_of
from tests.pages.searchable.pdf_tools import (
    found_in_order,
    is_sound,
    needs_poppler,
    needs_qpdf,
    pdfium_text,
    poppler_text,
    raw_images,
    run,
)

if TYPE_CHECKING:
    from pathlib import Path

TEXT = text_of(PROSE)
WORDS = " ".join(PROSE).split()

A_PAGE = 30_000

SRGB, LAB = (
    ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes() for space in ("sRGB", "LAB")
)


def photograph(size: tuple[int, int] = (1200, 900), mode: str = "RGB") -> Image.Image:
    rng = np.random.default_rng(7)
    coarse = rng.integers(90, 250, (size[1] // 8, size[0] // 8, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC).convert(mode)


def blank(data: bytes) -> list[PageText]:
    return [PageText(page.number, *page.stored, ()) for page in open_source(data)]


def drawn(pdf: bytes, page: int = 0, scale: float = 1.0) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page].render(scale=scale).to_pil().convert("RGB")
    finally:
        document.close()


HELD = {
    "JPEG": lambda: encoded(photograph(), "JPEG", quality=90),
    "grey JPEG": lambda: encoded(photograph(mode="L"), "JPEG"),
    "progressive JPEG": lambda: encoded(photograph(), "JPEG", progressive=True),
    "CMYK JPEG": lambda: encoded(photograph(mode="CMYK"), "JPEG"),
    "JPEG on its side": lambda: encoded(photograph(), "JPEG", exif=oriented(6)),
    "mirrored JPEG": lambda: encoded(photograph(), "JPEG", exif=oriented(5)),
    "JPEG 2000": lambda: encoded(photograph(), "JPEG2000"),
}


@pytest.mark.parametrize("kind", HELD)
def test_a_jpeg_lies_in_it_byte_for_byte(kind: str) -> None:
    data = HELD[kind]()
    pdf = searchable(data, blank(data))
    assert raw_images(pdf) == [data]
    assert len(pdf) <= 1.02 * len(data) + A_PAGE


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_codestream_of_jpeg_2000_lies_in_it_with_boxes_around_it(mode: str) -> None:
    data = encoded(photograph(mode=mode), "JPEG2000", no_jp2=True)
    pdf = searchable(data, blank(data))
    (file,) = raw_images(pdf)
    assert file.endswith(data)
    assert Image.open(io.BytesIO(file)).convert("RGB").tobytes() == (
        Image.open(io.BytesIO(data)).convert("RGB").tobytes()
    )
    assert len(pdf) <= 1.02 * len(data) + A_PAGE


@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr"])
def test_the_jpeg_of_a_tiff_lies_in_it_as_it_is_coded(mode: str) -> None:
    data = encoded(photograph(mode=mode), "TIFF", compression="jpeg", quality=90, strip_size=2**30)
    (source,) = open_source(data)
    pdf = searchable(data, blank(data))
    (file,) = raw_images(pdf)
    assert file[-2000:] in data
    shown = drawn(pdf, scale=2).resize(source.upright)
    expected = source.decode(source.upright).image.convert("RGB")
    assert np.asarray(ImageChops.difference(shown, expected)).mean() < 6
    assert len(pdf) <= 1.02 * len(data) + A_PAGE


@needs_poppler
def test_poppler_takes_out_the_bytes_of_the_jpeg(tmp_path: Path) -> None:
    data = HELD["CMYK JPEG"]()
    (tmp_path / "made.pdf").write_bytes(searchable(data, blank(data)))
    run("pdfimages", "-all", tmp_path / "made.pdf", tmp_path / "picture")
    (taken,) = tmp_path.glob("picture*")
    assert taken.read_bytes() == data


@pytest.mark.parametrize(
    "mode", ["1", "L", "P", "RGB", "I;16"], ids=["1 bit", "grey", "palette", "colour", "16 bits"]
)
def test_the_pixels_of_a_png_lie_in_it_as_they_are_compressed(mode: str) -> None:
    grey = photograph(mode="L")
    image = (
        Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
        if mode == "I;16"
        else photograph().convert(mode)
    )
    data = encoded(image, "PNG")
    pdf = searchable(data, blank(data))
    (pixels,) = raw_images(pdf)
    assert pixels[:64] in data
    assert len(pdf) <= 1.02 * len(data) + A_PAGE


@pytest.mark.parametrize("kind", every_format())
def test_a_page_of_it_looks_like_the_page_of_the_file(kind: str) -> None:
    data = every_format()[kind]()
    (source,) = open_source(data)
    width, height = source.upright
    pdf = searchable(data, [PageText(1, *source.stored, ())])
    shown = drawn(pdf, scale=4).resize((width, height), Image.Resampling.BOX)
    expected = source.decode(source.upright).image.convert("RGB")
    difference = ImageChops.difference(shown, expected).convert("L")
    # Each reader has its own way from the inks of a press to a screen; inverted they differ by 150.
    assert np.asarray(difference).mean() < (30 if kind == "CMYK JPEG" else 12)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_by_its_page_as_a_viewer_turns_it(orientation: int) -> None:
    data = encoded(printed(TEXT).crop((0, 0, 600, 300)), "JPEG", exif=oriented(orientation))
    (source,) = open_source(data)
    shown = drawn(searchable(data, blank(data)), scale=3).resize(source.upright)
    expected = source.decode(source.upright).image.convert("RGB")
    assert np.asarray(ImageChops.difference(shown, expected)).mean() < 6


LOSSLESS = {
    "G3 fax": lambda: encoded(printed(TEXT).convert("1"), "TIFF", compression="group3"),
    "G4 fax": lambda: encoded(printed(TEXT).convert("1"), "TIFF", compression="group4"),
    "grey TIFF": lambda: encoded(printed(TEXT, "L"), "TIFF", compression="tiff_adobe_deflate"),
    "colour TIFF": lambda: encoded(printed(TEXT, "RGB"), "TIFF", compression="tiff_lzw"),
    "GIF": lambda: encoded(printed(TEXT, "P"), "GIF"),
    "lossless WebP": lambda: encoded(printed(TEXT, "RGB"), "WEBP", lossless=True),
    "BMP": lambda: encoded(printed(TEXT, "RGB"), "BMP"),
    "interlaced PNG with alpha": lambda: encoded(printed(TEXT, "RGBA"), "PNG"),
}


@pytest.mark.parametrize("kind", LOSSLESS)
def test_other_pictures_lose_nothing_and_do_not_grow(kind: str) -> None:
    data = LOSSLESS[kind]()
    (source,) = open_source(data)
    pdf = searchable(data, [TEXT])
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        (image,) = opened.pages[0].get_images().values()
        pixels = pikepdf.PdfImage(image).as_pil_image().convert("RGB")
    assert pixels.tobytes() == source.decode(source.upright).image.convert("RGB").tobytes()
    assert len(pdf) <= 1.02 * len(data) + A_PAGE


def filters(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        images = [image for page in opened.pages for image in page.get_images().values()]
        return [str(pikepdf.PdfImage(image).filters[0]) for image in images]


def test_black_and_white_is_a_fax_whatever_it_was_before() -> None:
    for data in (
        encoded(printed(TEXT).convert("1"), "TIFF"),
        encoded(printed(TEXT).convert("1").convert("RGB"), "BMP"),
    ):
        assert filters(searchable(data, [TEXT])) == ["/CCITTFaxDecode"]


@needs_poppler
@needs_qpdf
def test_each_page_of_a_tiff_is_a_page_with_its_own_text(tmp_path: Path) -> None:
    texts = [text_of([f"page {number} of three"], number=number) for number in (1, 2, 3)]
    first, *others = [printed(text).convert("1") for text in texts]
    data = encoded(first, "TIFF", save_all=True, append_images=others, compression="group4")
    pdf = searchable(data, texts)
    assert is_sound(pdf, tmp_path)
    pages = poppler_text(pdf).split("\f")
    assert [page.split() for page in pages[:3]] == [f"page {n} of three".split() for n in (1, 2, 3)]
    assert len(pdf) <= 1.02 * len(data) + 3 * A_PAGE


def on_nothing(ink: int) -> Image.Image:
    image = Image.new("RGBA", (400, 200))
    ImageDraw.Draw(image).text((20, 50), "words on nothing", (ink,) * 3, ImageFont.load_default(40))
    return image


@pytest.mark.parametrize("encoding", ["PNG", "JPEG2000", "WEBP"])
@pytest.mark.parametrize("ink", [0, 255])
def test_writing_on_nothing_shows_as_it_was_read(encoding: str, ink: int) -> None:
    data = encoded(on_nothing(ink), encoding)
    (source,) = open_source(data)
    shown = drawn(searchable(data, blank(data)), scale=2).resize(source.upright)
    expected = source.decode(source.upright).image.convert("RGB")
    assert np.asarray(ImageChops.difference(shown, expected)).mean() < 6


def test_a_jpeg_whose_coding_few_readers_know_is_decoded() -> None:
    data = encoded(printed(TEXT, "RGB"), "JPEG")
    unusual = data.replace(b"\xff\xc0", b"\xff\xc9", 1)  # arithmetic coding (T.81, table B.1)
    assert jpeg.has_common_coding(data)
    assert not jpeg.has_common_coding(unusual)


@pytest.mark.parametrize(
    ("mode", "profile", "space"),
    [
        ("RGB", b"no profile" * 20, "/DeviceRGB"),
        ("RGB", LAB, "/DeviceRGB"),
        ("CMYK", SRGB, "/DeviceCMYK"),
    ],
    ids=["none at all", "of LAB", "of RGB"],  # a profile has the time at which it was made
)
def test_a_profile_that_says_nothing_about_the_samples_is_left_out(
    mode: str, profile: bytes, space: str
) -> None:
    data = encoded(photograph(mode=mode), "JPEG", quality=90, icc_profile=profile)
    pdf = searchable(data, blank(data))
    assert raw_images(pdf) == [data]
    assert space_of(pdf) == space
    shown = drawn(pdf).resize((120, 90))
    wanted = next(open_source(data)).decode((1200, 900)).image.resize((120, 90))
    assert np.abs(np.asarray(shown, int) - np.asarray(wanted, int)).mean() < 15


def test_a_true_profile_stays() -> None:
    data = encoded(photograph(), "JPEG", quality=90, icc_profile=SRGB)
    assert space_of(searchable(data, blank(data))) == "/ICCBased"


def space_of(pdf: bytes) -> str:
    """The name of the colour space of the only picture."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        (picture,) = opened.pages[0].get_images().values()
        space = picture.ColorSpace
        return str(space[0] if isinstance(space, pikepdf.Array) else space)


def test_drawn_anew_no_byte_of_the_file_is_kept() -> None:
    data = encoded(photograph(), "JPEG")
    pdf = searchable(data, blank(data), anew=True)
    assert raw_images(pdf) != [data]


@needs_poppler
@pytest.mark.parametrize("kind", [*LOSSLESS, "JPEG"])
def test_the_words_are_found_in_order_by_poppler_and_by_pdfium(kind: str) -> None:
    data = LOSSLESS.get(kind, lambda: encoded(printed(TEXT), "JPEG"))()
    pdf = searchable(data, [TEXT])
    assert found_in_order(WORDS, poppler_text(pdf).split()) == 1
    assert found_in_order(WORDS, pdfium_text(pdf).split()) == 1
