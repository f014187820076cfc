import io
import random
import resource
import struct
import subprocess
import sys
import textwrap
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ocr_watcher.errors import DoubtfulImageError, ImageError
from ocr_watcher.pages import picture

GREY = Image.linear_gradient("L")


def encoded(image: Image.Image, encoding: str, **options) -> bytes:
    target = io.BytesIO()
    image.save(target, encoding, **options)
    return target.getvalue()


def code_of(data: bytes) -> str:
    with pytest.raises(ImageError) as caught:
        picture.decode(picture.identify(data))
    return caught.value.code


def png_of(width: int, height: int) -> bytes:
    """A PNG whose head promises a size that its few bytes do not hold."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(1000))),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "BMP"])
def test_the_content_tells_the_format_and_the_size(encoding):
    head = picture.identify(encoded(Image.new("RGB", (40, 30)), encoding))
    assert (head.format, head.width, head.height, head.mode) == (encoding, 40, 30, "RGB")


def test_a_jpeg_with_an_embedded_preview_is_a_jpeg():
    preview = encoded(Image.new("RGB", (16, 16)), "JPEG")
    photo = Image.new("RGB", (40, 30))
    data = encoded(photo, "MPO", save_all=True, append_images=[Image.open(io.BytesIO(preview))])
    assert picture.identify(data).format == "JPEG"


def test_an_empty_file_is_named_as_such():
    assert code_of(b"") == "empty-file"


@pytest.mark.parametrize("data", [b"Dear Sir or Madam,", b"\x00" * 4096, b"\xff", b"<svg/>"])
def test_what_is_no_picture_is_named_as_such(data):
    assert code_of(data) == "not-an-image"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"II*\x00 ...", "TIFF"),
        (b"MM\x00* ...", "TIFF"),
        (b"GIF89a ...", "GIF"),
        (b"RIFF....WEBPVP8 ", "WebP"),
        (b"\x00\x00\x00\x18ftypheic....", "HEIC"),
        (b"\x00\x00\x00\x18ftypavif....", "AVIF"),
    ],
)
def test_a_foreign_format_is_named_whatever_the_file_is_called(data, name):
    with pytest.raises(ImageError, match=f"is a {name}") as caught:
        picture.identify(data)
    assert caught.value.code == "unsupported-format"
    assert caught.value.advice


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "BMP"])
@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.99])
def test_a_file_that_lacks_its_end_is_found(encoding, share):
    noise = Image.frombytes("L", (300, 200), random.Random(1).randbytes(60_000))
    data = encoded(noise, encoding)
    assert code_of(data[: int(len(data) * share) + 3]) in {"cut-off", "not-an-image"}
    assert code_of(data[: int(len(data) * share) + 20]) == "cut-off"


@pytest.mark.parametrize("data", [b"", encoded(GREY, "JPEG")[:-2], encoded(GREY, "BMP")[:-1]])
def test_a_file_that_may_still_be_growing_is_only_doubtful(data):
    with pytest.raises(DoubtfulImageError):
        picture.identify(data)


def test_the_end_of_a_preview_is_not_the_end_of_the_file():
    data = encoded(GREY, "JPEG", exif=b"Exif\x00\x00" + b"\xff\xd8 preview \xff\xd9")
    assert code_of(data[:-2]) == "cut-off"


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "BMP"])
def test_padding_behind_the_end_does_no_harm(encoding):
    data = encoded(GREY, encoding)
    assert picture.decode(picture.identify(data + bytes(8192))).image.size == GREY.size


@pytest.mark.parametrize("encoding", ["JPEG", "PNG"])
def test_a_whole_file_with_a_broken_head_is_damaged(encoding):
    data = encoded(GREY, encoding)
    assert code_of(data[:12] + bytes(16) + data[28:]) in {"damaged", "cut-off"}


def test_a_whole_file_with_broken_pixels_is_damaged():
    data = encoded(GREY, "PNG")
    body = data.index(b"IDAT") + 4
    assert code_of(data[:body] + bytes(20) + data[body + 20 :]) == "damaged"


def test_a_decompression_bomb_is_refused_before_it_is_decoded():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code_of(png_of(60_000, 60_000)) == "too-many-pixels"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


def test_a_large_plan_is_read():
    plan = Image.new("1", (9933, 14043))  # A0 at 300 dpi
    assert picture.identify(encoded(plan, "PNG")).width == 9933


def test_want_of_memory_is_no_fault_of_the_picture():
    script = """
        import io, resource
        from PIL import Image
        from ocr_watcher.errors import TransientError
        from ocr_watcher.pages import picture

        target = io.BytesIO()
        Image.new("L", (12_000, 12_000)).save(target, "PNG")
        head = picture.identify(target.getvalue())
        used = 1024 * int(open("/proc/self/status").read().split("VmSize:")[1].split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (used + 50_000_000, used + 50_000_000))
        try:
            picture.decode(head)
        except TransientError as error:
            print(error.code)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout == "out-of-memory\n"


def test_sixteen_bits_of_grey_are_scaled_and_not_clipped():
    deep = Image.new("I;16", (3, 1))
    for x, value in enumerate((0, 32768, 65535)):
        deep.putpixel((x, 0), value)
    flat = picture.decode(picture.identify(encoded(deep, "PNG"))).image
    assert [flat.getpixel((x, 0)) for x in range(3)] == [0, 128, 255]


@pytest.mark.parametrize(("mode", "kept"), [("LA", "L"), ("RGBA", "RGB")])
def test_transparent_pixels_lie_on_white_paper(mode, kept):
    glass = Image.new("RGBA", (8, 8), (0, 0, 0, 0)).convert(mode)
    flat = picture.decode(picture.identify(encoded(glass, "PNG"))).image
    assert flat.mode == kept
    assert flat.convert("RGB").getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("mode", "encoding", "kept"),
    [("1", "PNG", "1"), ("L", "JPEG", "L"), ("P", "PNG", "RGB"), ("CMYK", "JPEG", "RGB")],
)
def test_pixels_come_as_black_and_white_grey_or_colour(mode, encoding, kept):
    data = encoded(Image.new(mode, (8, 8)), encoding)
    assert picture.decode(picture.identify(data)).image.mode == kept


@pytest.mark.parametrize("encoding", ["JPEG", "PNG"])
def test_a_picture_encoded_anew_is_seen_the_same_way_up(encoding):
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = picture.decode(picture.identify(encoded(GREY, encoding, exif=exif)))
    again = Image.open(io.BytesIO(picture.encode(turned, encoding, quality=90)))
    assert again.getexif()[0x0112] == 6


def exif_of(kind: int, count: int, value: bytes) -> bytes:
    """An EXIF block with nothing but an Orientation, of any TIFF type."""
    entry = struct.pack("<HHI4s", 0x0112, kind, count, value)
    return b"II*\x00" + struct.pack("<IH", 8, 1) + entry + bytes(4)


@pytest.mark.parametrize(
    "exif",
    [exif_of(3, 1, b"\x01"), exif_of(3, 1, b"\x09"), exif_of(2, 3, b"up"), b"no EXIF at all"],
    ids=["upright", "unknown", "a word", "broken"],
)
def test_an_orientation_that_turns_nothing_is_left_out(exif):
    data = encoded(GREY, "PNG", exif=b"Exif\x00\x00" + exif)
    raster = picture.decode(picture.identify(data))
    again = Image.open(io.BytesIO(picture.encode(raster, "JPEG", quality=90)))
    assert 0x0112 not in again.getexif()


def test_a_jpeg_that_will_be_reduced_is_decoded_at_a_fraction_of_its_size():
    data = encoded(Image.new("L", (1600, 800)), "JPEG")
    assert picture.decode(picture.identify(data), near=(200, 100)).image.size == (400, 200)


@settings(max_examples=300, deadline=None)
@given(
    encoding=st.sampled_from(["JPEG", "PNG", "BMP"]),
    spots=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=20),
    end=st.floats(0, 1),
)
def test_no_damage_raises_anything_but_an_image_error(encoding, spots, end):
    data = bytearray(encoded(GREY.resize((24, 24)), encoding))
    for place, value in spots:
        data[int(place * len(data))] = value
    with suppress(ImageError):
        raster = picture.decode(picture.identify(bytes(data[: int(end * len(data))])))
        assert raster.image.mode in {"1", "L", "RGB"}
