import random
import struct
import sys
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, features

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.source import open_source, picture_of
from tests.pages.scans import (
    SIZE,
    code_of,
    coloured,
    distance,
    encoded,
    every_format,
    first,
    form,
    oriented,
)

FILES = every_format()


LOSSLESS = ("PNG", "BMP", "lossless WebP", "TIFF", "LZW TIFF")


BILEVEL = ("G3 TIFF", "G4 TIFF", "BigTIFF")


LOSSY = sorted(set(FILES) - {*LOSSLESS, *BILEVEL, "GIF"})


@pytest.mark.parametrize("kind", LOSSLESS)
def test_what_is_stored_without_loss_comes_pixel_by_pixel(kind):
    raster = first(FILES[kind]())
    assert (raster.image.mode, raster.lossless) == ("RGB", True)
    assert not ImageChops.difference(raster.image, coloured()).getbbox()


@pytest.mark.parametrize("kind", BILEVEL)
def test_faxes_come_pixel_by_pixel_in_black_and_white(kind):
    raster = first(FILES[kind]())
    assert (raster.image.mode, raster.lossless) == ("1", True)
    assert raster.image.tobytes() == form().convert("1").tobytes()


@pytest.mark.parametrize("kind", LOSSY)
def test_what_is_stored_with_loss_looks_alike(kind):
    raster = first(FILES[kind]())
    assert (raster.image.mode, raster.lossless) == ("RGB", False)
    assert distance(raster.image, coloured()) < 10


@pytest.mark.parametrize("kind", FILES)
def test_a_page_tells_its_size_before_it_is_decoded(kind):
    (page,) = open_source(FILES[kind]())
    assert (page.number, page.stored, page.upright) == (1, SIZE, SIZE)


@pytest.mark.parametrize("kind", FILES)
def test_a_page_that_shall_be_reduced_comes_at_least_as_large_and_its_pixels_know_their_place(kind):
    (page,) = open_source(FILES[kind]())
    raster = page.decode((30, 21))
    width, height = raster.image.size
    assert SIZE[0] > width >= 30
    assert SIZE[1] > height >= 21
    right, below = raster.to_stored.point(width, height)
    assert SIZE[0] <= right < SIZE[0] + 8
    assert SIZE[1] <= below < SIZE[1] + 8


def test_a_gif_without_a_picture_is_damaged():
    assert code_of(b"GIF89a" + struct.pack("<HHBBB", 8, 8, 0, 0, 0) + b";") == "damaged"


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=60, deadline=None)
@given(damage=st.data())
def test_no_damage_raises_anything_but_an_image_error(kind, damage):
    data = bytearray(FILES[kind]())
    spots = st.tuples(st.floats(0, 0.999), st.integers(0, 255))
    for place, value in damage.draw(st.lists(spots, min_size=1, max_size=10)):
        data[int(place**3 * len(data))] = value
    end = damage.draw(st.one_of(st.just(len(data)), st.integers(0, len(data))))
    with suppress(ImageError):
        for page in open_source(bytes(data[:end])):
            assert page.decode(page.upright).image.mode in {"1", "L", "RGB"}


def test_a_jpeg_that_will_be_reduced_is_decoded_at_a_fraction_of_its_size():
    data = encoded(Image.new("L", (1600, 800)), "JPEG")
    raster = next(open_source(data)).decode((200, 100))
    assert raster.image.size == (400, 200)
    assert raster.to_stored.point(400, 200) == (1600, 800)


def test_a_large_page_in_black_and_white_is_reduced_to_grey():
    page = next(open_source(encoded(Image.new("1", (4000, 3000), 1), "TIFF", compression="group4")))
    raster = page.decode((500, 375))
    assert (raster.image.mode, raster.image.size) == ("L", (1000, 750))
    assert raster.image.getextrema() == (255, 255)


def test_bands_leave_no_seam():
    tall = Image.linear_gradient("L").resize((700, 7001)).convert("RGBA")
    assert not ImageChops.difference(
        first(encoded(tall, "PNG", compress_level=1)).image, tall.convert("RGB")
    ).getbbox()


@pytest.mark.parametrize("encoding", ["PNG", "TIFF"])
def test_sixteen_bits_of_grey_are_scaled_and_not_clipped(encoding):
    deep = Image.new("I;16", (3, 1))
    for x, value in enumerate((0, 32768, 65535)):
        deep.putpixel((x, 0), value)
    assert list(first(encoded(deep, encoding)).image.tobytes()) == [0, 128, 255]


@pytest.mark.parametrize("encoding", ["GIF", "PNG", "WEBP", "AVIF"])
def test_of_an_animation_the_first_picture_is_read(encoding):
    frames = [Image.new("RGB", (32, 32), shade) for shade in ("white", "black")]
    data = encoded(frames[0], encoding, save_all=True, append_images=frames[1:])
    (page,) = open_source(data)
    assert min(page.decode((32, 32)).image.convert("L").tobytes()) > 240


def test_a_jpeg_with_a_second_picture_in_it_is_a_jpeg():
    second = Image.new("RGB", (16, 16))
    (page,) = open_source(encoded(coloured(), "MPO", save_all=True, append_images=[second]))
    assert page.upright == SIZE


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_bitmaps_of_few_colours_are_read(mode):
    image = form().convert(mode)
    shown = first(encoded(image, "BMP")).image.convert("RGB")
    assert shown.tobytes() == image.convert("RGB").tobytes()


def test_a_whole_file_with_broken_pixels_is_damaged():
    data = encoded(coloured(), "PNG")
    body = data.index(b"IDAT") + 4
    assert code_of(data[:body] + bytes(20) + data[body + 20 :]) == "damaged"


def test_a_picture_that_its_decoder_warns_of_is_read_in_silence(recwarn):
    damaged = oriented(1)[:-12] + struct.pack("<HHII", 0x010E, 2, 9999, 9999)
    exif = encoded(coloured(), "TIFF", tiffinfo={306: "2024:01:01 00:00:00"})
    data = exif.replace(struct.pack("<HHI", 306, 2, 20), struct.pack("<HHI", 306, 2, 1 << 30))
    assert data != exif
    assert picture_of(data).size == SIZE
    assert picture_of(encoded(coloured(), "JPEG", exif=damaged)).size == SIZE
    assert not recwarn.list


def test_what_pillow_was_built_without_is_named(monkeypatch):
    monkeypatch.setattr(features, "check", lambda name: name != "avif")
    with pytest.raises(ImageError, match="is a AVIF") as caught:
        first(FILES["AVIF"]())
    assert caught.value.code == "missing-extra"
    assert "install Pillow from PyPI" in caught.value.advice


@pytest.mark.parametrize(("kind", "module"), [("HEIC", "pillow_heif"), ("PDF", "pypdfium2")])
def test_a_missing_extra_is_named_with_what_to_do(kind, module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImageError, match=f"is a {kind}") as caught:
        next(open_source(FILES[kind]()))
    assert caught.value.code == "missing-extra"
    assert f"'ocr-watcher[{kind.lower()}]'" in caught.value.advice
    assert "retry --code missing-extra" in caught.value.advice


def test_noise_of_any_kind_is_no_picture():
    noise = random.Random(7).randbytes(50_000)
    assert code_of(noise) == "not-an-image"
    assert code_of(b"\xff\xd8\xff" + noise) in {"cut-off", "damaged"}


def test_one_page_may_be_rendered_again():
    page = next(open_source(FILES["PDF"]()))
    assert page.decode(SIZE).image.tobytes() == page.decode(SIZE).image.tobytes()
