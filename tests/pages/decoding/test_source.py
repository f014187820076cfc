import random
import struct
import subprocess
import sys
import textwrap
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat, features

from ocr_watcher.errors import DoubtfulImageError, ImageError
from ocr_watcher.pages.source import open_source, picture_of
from tests.pages.scans import SIZE, coloured, encoded, every_format, first, form, oriented, png

FILES = every_format()
LOSSLESS = ("PNG", "BMP", "lossless WebP", "TIFF", "LZW TIFF")
BILEVEL = ("G3 TIFF", "G4 TIFF", "BigTIFF")
LOSSY = sorted(set(FILES) - {*LOSSLESS, *BILEVEL, "GIF"})


def code_of(data: bytes) -> str:
    with pytest.raises(ImageError) as caught:
        first(data)
    return str(caught.value.code)


def distance(image: Image.Image, other: Image.Image) -> float:
    """The mean difference of the two, from 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(image, other)).mean)


def corners_agree(data: bytes, original: Image.Image) -> bool:
    """Whether the pixels of the upright picture are those that its transform says."""
    raster = first(data)
    size = raster.image.size
    points = [(0, 0), (size[0] - 1, 0), (size[0] // 3, size[1] // 2), (2, size[1] - 1)]
    return all(
        raster.image.getpixel(point)
        == original.getpixel(tuple(int(side) for side in raster.to_stored.point(*middle)))
        for point in points
        for middle in [(point[0] + 0.5, point[1] + 0.5)]
    )


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
    raster = page.render((30, 21))
    width, height = raster.image.size
    assert SIZE[0] > width >= 30
    assert SIZE[1] > height >= 21
    right, below = raster.to_stored.point(width, height)
    assert SIZE[0] <= right < SIZE[0] + 8
    assert SIZE[1] <= below < SIZE[1] + 8


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


def test_a_gif_without_a_picture_is_damaged():
    assert code_of(b"GIF89a" + struct.pack("<HHBBB", 8, 8, 0, 0, 0) + b";") == "damaged"


def test_a_box_may_tell_its_length_in_eight_bytes():
    data = FILES["AVIF"]()
    assert picture_of(data + struct.pack(">I4sQ", 1, b"free", 16)).size == SIZE
    with pytest.raises(DoubtfulImageError):
        next(open_source(data + struct.pack(">I4sQ", 1, b"free", 1000)))


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
            assert page.render(page.upright).image.mode in {"1", "L", "RGB"}


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_comes_upright_and_its_pixels_know_where_they_are_stored(encoding, orientation):
    wide = Image.new("L", (64, 32), 255)
    wide.paste(0, (0, 0, 16, 8))
    options = {"lossless": True} if encoding == "WEBP" else {}
    data = encoded(wide.convert("RGB"), encoding, exif=oriented(orientation), **options)
    page = next(open_source(data))
    image = page.render(page.upright).image.convert("L").point(lambda value: 255 * (value > 128))
    dark = ImageChops.invert(image).getbbox()
    assert image.size == page.upright == ((64, 32) if orientation < 5 else (32, 64))
    across, down = (16, 8) if orientation < 5 else (8, 16)
    left = 0 if orientation in {1, 4, 5, 8} else image.width - across
    top = 0 if orientation in {1, 2, 5, 6} else image.height - down
    assert dark == (left, top, left + across, top + down)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("encoding", ["PNG", "TIFF"])
def test_every_turn_is_told_by_the_transform(encoding, orientation):
    tag = {"exif": oriented(orientation)} if encoding == "PNG" else {"tiffinfo": {274: orientation}}
    data = encoded(coloured(), encoding, **tag)
    assert next(open_source(data)).stored == SIZE
    assert corners_agree(data, coloured())


def test_turning_is_part_of_a_heic_and_an_avif():
    for encoding in ("HEIF", "AVIF"):
        page = next(open_source(encoded(coloured(), encoding, exif=oriented(6))))
        raster = page.render(page.upright)
        assert page.stored == page.upright == raster.image.size == SIZE[::-1]
        assert raster.to_stored.point(10, 20) == (10, 20)
        shown = coloured().transpose(Image.Transpose.ROTATE_270)
        assert distance(raster.image, shown) < 10


def test_the_exif_of_a_png_may_come_behind_its_pixels():
    exif = (b"eXIf", oriented(6).removeprefix(b"Exif\x00\x00"))
    page = next(open_source(png((2, 1), 8, 0, [b"\x00\xff"], late=[exif])))
    assert page.upright == (1, 2)


def test_a_jpeg_that_will_be_reduced_is_decoded_at_a_fraction_of_its_size():
    data = encoded(Image.new("L", (1600, 800)), "JPEG")
    raster = next(open_source(data)).render((200, 100))
    assert raster.image.size == (400, 200)
    assert raster.to_stored.point(400, 200) == (1600, 800)


def test_a_turned_jpeg_is_reduced_by_the_sides_that_are_shown():
    data = encoded(Image.new("L", (1600, 800)), "JPEG", exif=oriented(6))
    raster = next(open_source(data)).render((100, 200))
    assert raster.image.size == (200, 400)
    assert raster.to_stored.point(200, 0) == (0, 0)


def test_a_large_page_in_black_and_white_is_reduced_to_grey():
    page = next(open_source(encoded(Image.new("1", (4000, 3000), 1), "TIFF", compression="group4")))
    raster = page.render((500, 375))
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


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (png((4, 1), 2, 0, [b"\x1b"], (b"tRNS", b"\x00\x01")), [0, 255, 170, 255]),
        (png((4, 1), 8, 0, [b"\x00\x32\x64\xc8"], (b"tRNS", b"\x00\x00")), [255, 50, 100, 200]),
        (png((2, 1), 8, 4, [b"\x00\xff\x00\x00"]), [0, 255]),
        (
            png((3, 1), 16, 0, [struct.pack(">3H", 0, 32768, 65535)], (b"tRNS", b"\x00\x00")),
            [255, 128, 255],
        ),
    ],
    ids=["two bits", "eight bits", "alpha", "sixteen bits"],
)
def test_transparent_grey_lies_on_white_paper(data, expected):
    raster = first(data)
    assert raster.image.mode == "L"
    assert list(raster.image.tobytes()) == expected


@pytest.mark.parametrize(
    "data",
    [
        png((2, 1), 8, 6, [bytes([1, 2, 3, 255, 1, 2, 3, 0])]),
        png((2, 1), 8, 2, [bytes([1, 2, 3, 7, 7, 7])], (b"tRNS", struct.pack(">3H", 7, 7, 7))),
        png((2, 1), 16, 6, [struct.pack(">8H", 257, 514, 771, 65535, 0, 0, 0, 0)]),
        png(
            (2, 1),
            8,
            3,
            [b"\x00\x01"],
            (b"PLTE", bytes([1, 2, 3, 9, 9, 9])),
            (b"tRNS", b"\xff\x00"),
        ),
    ],
    ids=["alpha", "a transparent colour", "16 bit alpha", "a palette"],
)
def test_transparent_colour_lies_on_white_paper(data):
    image = first(data).image
    assert [image.getpixel((x, 0)) for x in range(2)] == [(1, 2, 3), (255, 255, 255)]


@pytest.mark.parametrize("encoding", ["GIF", "WEBP", "TIFF"])
def test_what_is_transparent_in_other_formats_lies_on_white_paper_too(encoding):
    glass = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    glass.paste((0, 0, 0, 255), (0, 0, 4, 8))
    options = {"lossless": True} if encoding == "WEBP" else {}
    image = first(encoded(glass, encoding, **options)).image
    assert image.convert("L").tobytes() == (b"\x00" * 4 + b"\xff" * 4) * 8


@pytest.mark.parametrize("encoding", ["GIF", "PNG", "WEBP", "AVIF"])
def test_of_an_animation_the_first_picture_is_read(encoding):
    frames = [Image.new("RGB", (32, 32), shade) for shade in ("white", "black")]
    data = encoded(frames[0], encoding, save_all=True, append_images=frames[1:])
    (page,) = open_source(data)
    assert min(page.render((32, 32)).image.convert("L").tobytes()) > 240


def test_a_jpeg_with_a_second_picture_in_it_is_a_jpeg():
    second = Image.new("RGB", (16, 16))
    (page,) = open_source(encoded(coloured(), "MPO", save_all=True, append_images=[second]))
    assert page.upright == SIZE


def bitmap_with_alpha(*pixels: bytes) -> bytes:
    """A row of pixels in blue, green, red and alpha, as the header's masks say."""
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    head = struct.pack("<IiiHHI20x", 108, len(pixels), 1, 1, 32, 3) + masks + bytes(52)
    return b"BM" + struct.pack("<I4xI", 122 + 4 * len(pixels), 122) + head + b"".join(pixels)


def test_the_fourth_byte_of_a_bitmap_is_padding_where_nothing_says_otherwise():
    clear = coloured().convert("RGBA")
    clear.putalpha(0)
    assert not ImageChops.difference(first(encoded(clear, "BMP")).image, coloured()).getbbox()


def test_the_alpha_of_a_bitmap_is_padding_where_it_is_nothing_but_zero():
    image = first(bitmap_with_alpha(b"\x01\x02\x03\x00", b"\x04\x05\x06\x00")).image
    assert [image.getpixel((x, 0)) for x in range(2)] == [(3, 2, 1), (6, 5, 4)]


def test_the_alpha_of_a_bitmap_is_heeded_where_some_of_it_is_opaque():
    image = first(bitmap_with_alpha(b"\x01\x02\x03\xff", b"\x04\x05\x06\x00")).image
    assert [image.getpixel((x, 0)) for x in range(2)] == [(3, 2, 1), (255, 255, 255)]


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_bitmaps_of_few_colours_are_read(mode):
    image = form().convert(mode)
    shown = first(encoded(image, "BMP")).image.convert("RGB")
    assert shown.tobytes() == image.convert("RGB").tobytes()


@pytest.mark.parametrize("kind", FILES)
def test_padding_behind_the_end_does_no_harm(kind):
    assert picture_of(FILES[kind]() + bytes(4096)).size == SIZE


def test_a_whole_file_with_broken_pixels_is_damaged():
    data = encoded(coloured(), "PNG")
    body = data.index(b"IDAT") + 4
    assert code_of(data[:body] + bytes(20) + data[body + 20 :]) == "damaged"


@pytest.mark.parametrize(
    "data",
    [
        png((60_000, 60_000), 8, 2, [bytes(99)]),
        png((35_000, 35_000), 8, 2, [bytes(99)]),
        png((20_000, 20_000), 8, 2, [bytes(99)], (b"eXIf", oriented(6)[6:])),
        png((15_000, 15_000), 8, 6, [bytes(99)]),
    ],
    ids=["a bomb", "a large plan in colour", "turned", "to be laid on white"],
)
def test_what_would_take_too_much_memory_is_refused_with_its_size(data):
    with pytest.raises(ImageError, match="000 x") as caught:
        picture_of(data)
    assert caught.value.code == "too-many-pixels"
    assert caught.value.advice


def test_a_progressive_jpeg_counts_its_coefficients():
    data = bytearray(encoded(coloured(), "JPEG", progressive=True))
    place = data.index(b"\xff\xc2") + 5
    data[place : place + 4] = struct.pack(">HH", 20_000, 20_000)
    page = next(open_source(bytes(data)))
    with pytest.raises(ImageError) as caught:
        page.render((1000, 1000))
    assert caught.value.code == "too-many-pixels"


PEAK = """
    import sys
    from ocr_watcher.pages.source import open_source

    page = next(open_source(open(sys.argv[1], "rb").read()))
    page.render((2000, 2000))
    print(page.stored[0], open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""
"""What `getrusage` tells would hold the memory of the process that started this one."""


def run(script: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    return done.stdout.split()


def test_a_huge_page_in_black_and_white_takes_little_more_than_its_pixels(tmp_path):
    side = 12_000
    scan = tmp_path / "plan.tif"
    scan.write_bytes(encoded(Image.new("1", (side, side), 1), "TIFF", compression="group4"))
    stored, kilobytes = run(PEAK, str(scan))
    assert int(stored) == side
    assert int(kilobytes) * 1024 < 1.5 * side**2 + 60_000_000


def test_want_of_memory_is_no_fault_of_the_picture():
    script = """
        import io, resource
        from PIL import Image
        from ocr_watcher.errors import TransientError
        from ocr_watcher.pages.source import open_source

        target = io.BytesIO()
        Image.new("L", (12_000, 12_000)).save(target, "PNG")
        page = next(open_source(target.getvalue()))
        used = 1024 * int(open("/proc/self/status").read().split("VmSize:")[1].split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (used + 50_000_000, used + 50_000_000))
        try:
            page.render(page.upright)
        except TransientError as error:
            print(error.code)
    """
    assert run(script) == ["out-of-memory"]


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
    assert code_of(FILES["AVIF"]()) == "unsupported-format"


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
    assert page.render(SIZE).image.tobytes() == page.render(SIZE).image.tobytes()
