import gc
import io
import weakref

import pytest
from PIL import Image, ImageChops, ImageStat
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from ocr_watcher.errors import DoubtfulImageError, ImageError
from ocr_watcher.pages.decoding import bounds
from ocr_watcher.pages.decoding.bounds import LARGEST_RASTER
from ocr_watcher.pages.source import open_source, picture_of
from tests.pages.scans import SIZE, coloured, encoded, form

SCAN = encoded(coloured(), "PDF", resolution=300)
SHOWN = picture_of(encoded(coloured(), "JPEG"))
"""What the PDF holds is this JPEG."""
A4 = (595, 842)
"""Points."""


def written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def assembled(*objects: str) -> bytes:
    """A PDF of these objects, of which the first is the catalogue, without a table of them."""
    body = "".join(f"{number} 0 obj {text} endobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer << /Root 1 0 R >>\n%%EOF\n".encode()


def drawn(size: tuple[float, float] = A4, content: str = "", further: str = "") -> bytes:
    """A page without an image."""
    box = f"/MediaBox [0 0 {size[0]} {size[1]}]"
    return assembled(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {box} /Contents 4 0 R {further} >>",
        f"<< /Length {len(content)} >> stream\n{content}\nendstream",
    )


def scanned() -> PdfWriter:
    return PdfWriter(clone_from=PdfReader(io.BytesIO(SCAN)))


def code_of(data: bytes) -> str:
    with pytest.raises(ImageError) as caught:
        next(open_source(data))
    return str(caught.value.code)


def distance(image: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(image, other)).mean)


def test_a_scanned_page_comes_at_the_resolution_of_its_scan():
    (page,) = open_source(SCAN)
    assert page.stored == page.upright == SIZE
    raster = page.decode(page.upright)
    assert (raster.image.mode, raster.image.size, raster.lossless) == ("RGB", SIZE, False)
    assert distance(raster.image, SHOWN) < 0.1


@pytest.mark.parametrize("resolution", [150, 200, 240, 300, 600])
def test_no_pixel_of_a_scan_is_lost_or_doubled_at_any_resolution(resolution):
    page = next(open_source(encoded(Image.new("L", (1653, 2339)), "PDF", resolution=resolution)))
    assert page.stored == (1653, 2339)


def test_a_page_comes_at_the_size_that_is_wanted():
    raster = next(open_source(SCAN)).decode((60, 40))
    assert raster.image.size == (60, 40)
    assert raster.to_stored.point(60, 40) == SIZE


def test_no_page_is_enlarged():
    assert next(open_source(SCAN)).decode((9999, 9999)).image.size == SIZE


def test_a_drawn_page_comes_at_300_dots_an_inch_on_white_paper():
    page = next(open_source(drawn(content="0 0 0 rg 0 0 297.5 421 re f")))
    assert page.stored == (2479, 3508)
    image = page.decode((100, 100)).image
    assert image.getpixel((10, 90)) == (0, 0, 0)
    assert image.getpixel((90, 10)) == (255, 255, 255)


def test_an_image_with_few_pixels_does_not_make_the_writing_over_it_coarse():
    assert next(open_source(encoded(coloured(), "PDF", resolution=72))).stored == (504, 362)


def test_a_small_image_on_a_page_makes_it_no_scan():
    writer = scanned()
    page = writer.pages[0]
    page.mediabox.upper_right = A4
    assert next(open_source(written(writer))).stored == (2479, 3508)


def image(width: int, height: int, further: str = "/ColorSpace /DeviceGray") -> str:
    """An image that is grey as a whole, as an object of a PDF."""
    head = "/Type /XObject /Subtype /Image /BitsPerComponent 8 /Filter /RunLengthDecode"
    return (
        f"<< {head} {further} /Width {width} /Height {height} /Length 1 >> stream\n\x80\nendstream"
    )


def mask(width: int, height: int) -> str:
    """The same of one bit, through which the colour of the writing is painted."""
    return image(width, height, "/ImageMask true").replace("Component 8", "Component 1")


def form_object(matrix: str, content: str) -> str:
    """A part of a page that is drawn as a whole; it draws the seventh object as /Image."""
    resources = "/Resources << /XObject << /Image 7 0 R >> >>"
    head = f"/Type /XObject /Subtype /Form /BBox [0 0 900 900] /Matrix [{matrix}] {resources}"
    return f"<< {head} /Length {len(content)} >> stream\n{content}\nendstream"


def placed(content: str, *objects: str) -> bytes:
    """A page of one by two inches that draws with /A, /B and so on, the fifth object and more."""
    names = " ".join(f"/{'ABC'[index]} {5 + index} 0 R" for index in range(len(objects)))
    return assembled(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 144] /Contents 4 0 R "
        f"/Resources << /XObject << {names} >> >> >>",
        f"<< /Length {len(content)} >> stream\n{content}\nendstream",
        *objects,
    )


ALL_OF_IT = "q 72 0 0 144 0 0 cm"
STRIPS = " ".join(f"q 72 0 0 36 0 {36 * index} cm /A Do Q" for index in range(4))


@pytest.mark.parametrize(
    ("data", "resolution"),
    [
        (placed(f"{ALL_OF_IT} /A Do /B Do Q", image(151, 302), mask(600, 1200)), 600),
        (placed(f"{ALL_OF_IT} /B Do /A Do Q", image(151, 302), mask(600, 1200)), 600),
        (placed(STRIPS, image(600, 300)), 600),
        (placed(STRIPS, image(200, 100)), 200),
        (
            placed(f"{ALL_OF_IT} /A Do Q q 9 0 0 9 0 0 cm /B Do Q", image(200, 400), image(90, 90)),
            200,
        ),
        (
            placed(
                "/A Do",
                form_object("1 0 0 1 0 0", f"{ALL_OF_IT} /Image Do Q"),
                "null",
                image(600, 1200),
            ),
            600,
        ),
        (
            placed(
                "q 9 0 0 9 0 0 cm /A Do Q",
                form_object("2 0 0 2 0 0", "q 4 0 0 8 0 0 cm /Image Do Q"),
                "null",
                image(600, 1200),
            ),
            600,
        ),
        (placed("q 72 0 0 0 0 0 cm /A Do Q", image(600, 1200)), 300),
    ],
    ids=[
        "fine writing on a background",
        "a background on fine writing",
        "strips of 600",
        "strips of 200",
        "a stamp on a scan",
        "a scan within a form",
        "a scan within a form that is enlarged twice",
        "an image without height",
    ],
)
def test_a_page_comes_at_the_finest_resolution_that_covers_a_fair_share_of_it(data, resolution):
    (page,) = open_source(data)
    assert page.stored == (resolution, 2 * resolution)


def sheet_of(pixels: tuple[int, int], resolution: float, decimals: int, content: str = "") -> bytes:
    """A page that one scan fills, with its sides in points as they are often rounded."""
    across, down = (f"{72 * side / resolution:.{decimals}f}" for side in pixels)
    placing = content or f"q {across} 0 0 {down} 0 0 cm /A Do Q"
    data = placed(placing, image(*pixels))
    return data.replace(b"0 0 72 144", f"0 0 {across} {down}".encode())


@pytest.mark.parametrize("decimals", [0, 1, 2, 5])
@pytest.mark.parametrize("resolution", [150, 200, 240, 300, 400, 600])
@pytest.mark.parametrize("pixels", [(1240, 1754), (1275, 1650), (999, 1777), (827, 1169)])
def test_a_scan_keeps_its_own_pixels_however_the_page_is_rounded(pixels, resolution, decimals):
    assert next(open_source(sheet_of(pixels, resolution, decimals))).stored == pixels


@pytest.mark.parametrize("resolution", [72, 96, 100, 145])
def test_a_scan_of_clearly_less_than_150_dots_an_inch_comes_at_300(resolution):
    pixels = (827, 1169)
    expected = tuple(round(side * 300 / resolution) for side in pixels)
    assert next(open_source(sheet_of(pixels, resolution, 5))).stored == expected


def test_a_scan_placed_on_its_side_keeps_its_own_pixels_whether_the_page_is_turned_or_not():
    content = "q 0 480 -853 0 853 0 cm /A Do Q"
    data = sheet_of((999, 1777), 150, 0, content).replace(b"0 0 480 853", b"0 0 853 480")
    assert next(open_source(data)).stored == (1777, 999)
    turned = data.replace(b"/MediaBox", b"/Rotate 90 /MediaBox")
    assert next(open_source(turned)).stored == (999, 1777)


def test_a_scan_on_a_page_of_rounded_size_comes_pixel_by_pixel():
    rows = b"".join(bytes([255 * (row % 2)]) * 100 for row in range(221))
    stored = image(100, 221).replace("RunLength", "ASCIIHex").replace("Length 1 ", "Length 44200 ")
    content = "q 48 0 0 106 0 0 cm /A Do Q"
    data = placed(content, stored.replace("\x80", rows.hex())).replace(b"72 144", b"48 106")
    # On a grid of 150 dots an inch, which has 220.83 rows here, the stripes would blur to grey.
    assert picture_of(data).convert("L").tobytes() == rows


def test_a_page_that_is_turned_is_upright():
    writer = scanned()
    writer.pages[0].rotate(90)
    page = next(open_source(written(writer)))
    assert page.stored == page.upright == SIZE[::-1]
    shown = SHOWN.transpose(Image.Transpose.ROTATE_270)
    assert distance(page.decode(page.upright).image, shown) < 0.1


def test_every_page_comes_in_order():
    pages = [Image.new("L", (300 + index, 400), 100 * index) for index in range(3)]
    data = encoded(pages[0], "PDF", resolution=300, save_all=True, append_images=pages[1:])
    opened = list(open_source(data))
    assert [(page.number, page.stored) for page in opened] == [
        (1, (300, 400)),
        (2, (301, 400)),
        (3, (302, 400)),
    ]
    shades = [page.decode(page.upright).image.getpixel((5, 5))[0] for page in opened]
    assert shades == pytest.approx([0, 100, 200], abs=3)


def test_annotations_are_drawn():
    square = "<< /Type /Annot /Subtype /Square /Rect [20 20 180 180] /IC [1 0 0] /C [1 0 0] >>"
    image = picture_of(drawn((200, 200), further=f"/Annots [{square}]"))
    assert image.resize((3, 3)).getpixel((1, 1)) == (255, 0, 0)


def test_what_was_filled_into_a_form_is_drawn():
    look = "/Type /XObject /Subtype /Form /BBox [0 0 160 160] /Length 27"
    data = assembled(
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Annots [4 0 R] >>",
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (x) /F 4 "
        "/Rect [20 20 180 180] /AP << /N 5 0 R >> >>",
        f"<< {look} >> stream\n0 0 1 rg 0 0 160 160 re f  \nendstream",
    )
    assert picture_of(data).resize((3, 3)).getpixel((1, 1)) == (0, 0, 255)


def test_junk_before_a_pdf_does_no_harm():
    assert picture_of(b"\r\n" * 100 + SCAN).size == SIZE


def test_a_pdf_that_opens_with_a_password_only_is_named_with_what_to_do():
    writer = scanned()
    writer.encrypt(user_password="secret", owner_password="owner", algorithm="RC4-128")
    with pytest.raises(ImageError) as caught:
        next(open_source(written(writer)))
    assert caught.value.code == "encrypted"
    assert "without a password" in caught.value.advice
    assert caught.value.__context__ is None


def test_a_pdf_whose_changing_alone_takes_a_password_is_read():
    writer = scanned()
    writer.encrypt(user_password="", owner_password="owner", algorithm="RC4-128")
    assert picture_of(written(writer)).size == SIZE


def test_a_pdf_without_its_end_may_still_be_growing():
    for length in (20, len(SCAN) // 2, SCAN.rindex(b"trailer")):
        with pytest.raises(DoubtfulImageError) as caught:
            next(open_source(SCAN[:length]))
        assert caught.value.code == "cut-off"


def test_a_pdf_that_lacks_nothing_but_the_mark_of_its_end_is_read():
    assert picture_of(SCAN[: SCAN.rindex(b"%%EOF")]).size == SIZE


def test_a_pdf_that_grows_by_a_revision_is_not_read_as_the_one_before():
    writer = PdfWriter(io.BytesIO(SCAN), incremental=True)
    writer.add_page(scanned().pages[0])
    data = written(writer)
    assert data.startswith(SCAN)
    assert len(list(open_source(data))) == 2
    for length in (len(SCAN) + 1100, len(data) - 100):
        assert code_of(data[:length]) == "cut-off"


@pytest.mark.parametrize("padding", [b"\x00", b"\r\n", b" "])
def test_the_mark_of_the_end_may_have_padding_behind_it(padding):
    assert picture_of(SCAN + padding * 3000).size == SIZE


def test_the_mark_at_the_beginning_of_a_pdf_for_the_web_is_not_its_end():
    head = b"%PDF-1.7\n1 0 obj << /Linearized 1 /L 99999 /N 1 >> endobj %%EOF\n"
    assert code_of(head + SCAN) == "cut-off"
    whole = head.replace(b"99999", b"00099")
    assert picture_of(whole + SCAN).size == SIZE


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\n" + bytes(5000) + b"%%EOF",
        assembled("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"),
    ],
    ids=["empty", "zeros", "no page"],
)
def test_a_pdf_that_cannot_be_opened_is_damaged(data):
    assert code_of(data) == "damaged"


def test_too_many_pages_are_refused_before_the_first_one(monkeypatch):
    monkeypatch.setattr(bounds, "MAX_PAGES", 2)
    pages = [form()] * 2
    data = encoded(form(), "PDF", save_all=True, append_images=pages)
    assert code_of(data) == "too-many-pages"


@pytest.mark.parametrize("size", [(14_400, 14_400), (200_000, 100)])
def test_a_page_as_large_as_a_wall_comes_as_large_as_memory_allows(size):
    page = next(open_source(drawn(size)))
    width, height = page.stored
    assert 7 * width * height < 1.01 * LARGEST_RASTER
    assert width / height == pytest.approx(size[0] / size[1], rel=0.01)
    assert page.decode((64, 64)).image.size == (64, 64)


def test_a_page_without_extent_is_a_page_nevertheless():
    page = next(open_source(drawn((0.001, 0.001))))
    assert min(page.stored) >= 1
    assert page.decode((1, 1)).image.size == (1, 1)


def test_a_layer_of_text_changes_nothing():
    text = b"BT 3 Tr /F1 12 Tf 10 10 Td (hidden) Tj ET"
    writer = scanned()
    stream = DecodedStreamObject()
    stream.set_data(writer.pages[0].get_contents().get_data() + text)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    page = next(open_source(written(writer)))
    assert page.stored == SIZE
    assert distance(page.decode(SIZE).image, SHOWN) < 0.1


def test_a_pdf_is_closed_with_its_last_page():
    page = next(open_source(SCAN))
    document = weakref.ref(page.document)
    gc.disable()  # a file is large: it must not wait for the collector
    try:
        del page
        assert document() is None
    finally:
        gc.enable()


def xfa_form(catalogue: str) -> bytes:
    """A form in XFA; its only page tells to open it in another program."""
    notice = "BT /F 12 Tf 50 700 Td (Please wait...) Tj ET"
    font = "/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    return drawn(content=notice, further=font).replace(
        b"/Type /Catalog",
        f"/Type /Catalog {catalogue} /AcroForm << /Fields [] /XFA [(template) 4 0 R] >>".encode(),
    )


def test_a_dynamic_xfa_form_fails_as_its_page_is_only_a_notice():
    with pytest.raises(ImageError) as caught:
        next(open_source(xfa_form("/NeedsRendering true")))
    assert caught.value.code == "unsupported-format"
    assert "print it to a PDF" in caught.value.advice


@pytest.mark.parametrize("catalogue", ["", "/NeedsRendering false"])
def test_a_static_xfa_form_is_read_as_its_pages_show_it(catalogue):
    (line,) = next(open_source(xfa_form(catalogue))).own_lines("auto")
    assert line.text == "Please wait..."
