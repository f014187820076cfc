import pytest
from PIL import Image, ImageChops, ImageOps

from ocr_watcher.pages.source import open_source
from tests.pages.scans import SIZE, coloured, distance, encoded, first, oriented, png


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


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_comes_upright_and_its_pixels_know_where_they_are_stored(encoding, orientation):
    wide = Image.new("L", (64, 32), 255)
    wide.paste(0, (0, 0, 16, 8))
    options = {"lossless": True} if encoding == "WEBP" else {}
    data = encoded(wide.convert("RGB"), encoding, exif=oriented(orientation), **options)
    page = next(open_source(data))
    image = page.decode(page.upright).image.convert("L").point(lambda value: 255 * (value > 128))
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


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("compression", ["jpeg", "tiff_lzw"])
@pytest.mark.parametrize("mode", ["RGB", "YCbCr"])
def test_a_compressed_tiff_is_turned_once(mode, compression, orientation):
    image = coloured().convert(mode)
    plain, turned = (
        first(encoded(image, "TIFF", compression=compression, tiffinfo={274: tag})).image
        for tag in (1, orientation)
    )
    assert distance(plain, coloured()) < 10
    assert not ImageChops.difference(
        turned, ImageOps.exif_transpose(tagged(plain, orientation))
    ).getbbox()


def tagged(image: Image.Image, orientation: int) -> Image.Image:
    """An image that Pillow itself is to turn."""
    copy = image.copy()
    copy.getexif()[274] = orientation
    return copy


def test_turning_is_part_of_a_heic_and_an_avif():
    for encoding in ("HEIF", "AVIF"):
        page = next(open_source(encoded(coloured(), encoding, exif=oriented(6))))
        raster = page.decode(page.upright)
        assert page.stored == page.upright == raster.image.size == SIZE[::-1]
        assert raster.to_stored.point(10, 20) == (10, 20)
        shown = coloured().transpose(Image.Transpose.ROTATE_270)
        assert distance(raster.image, shown) < 10


def test_the_exif_of_a_png_may_come_behind_its_pixels():
    exif = (b"eXIf", oriented(6).removeprefix(b"Exif\x00\x00"))
    page = next(open_source(png((2, 1), 8, 0, [b"\x00\xff"], late=[exif])))
    assert page.upright == (1, 2)


def test_a_turned_jpeg_is_reduced_by_the_sides_that_are_shown():
    data = encoded(Image.new("L", (1600, 800)), "JPEG", exif=oriented(6))
    raster = next(open_source(data)).decode((100, 200))
    assert raster.image.size == (200, 400)
    assert raster.to_stored.point(200, 0) == (0, 0)
