"""PDF as scanners write it, and as people change it."""

from __future__ import annotations

import io
import itertools
from typing import TYPE_CHECKING

from PIL import Image
from pypdf import PdfWriter

from tests.scans.drawing import Drawing, Word, sheet
from tests.scans.scan import Scan, coloured, encoded, page, scan
from tests.simulator.markers import MODULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_POINTS_PER_INCH, _SCANNED_RESOLUTION, _DRAWN_RESOLUTION = 72, 200, 300
_TO_STORED = (
    Image.Transpose.ROTATE_90,
    Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_270,
)
"""How an upright page is stored when /Rotate, which turns clockwise, is 90, 180 and 270."""


def documents() -> Iterator[Scan]:
    """Every kind."""
    drawing = sheet()
    plain = _pdf(drawing.image)
    yield scan("grey.pdf", plain, drawing)
    yield scan("colour.pdf", _pdf(coloured(drawing.image)), drawing)
    yield scan("1-bit.pdf", _pdf(drawing.image.convert("1")), drawing)
    yield scan("after-junk.pdf", b"from the scanner's mail:\r\n" + plain, drawing)
    yield scan("owner-password.pdf", _changed(plain, _locked_for_changes), drawing)
    yield Scan("password.pdf", _changed(plain, _locked), (), refusal="encrypted")
    for quarters, method in enumerate(_TO_STORED, start=1):
        data = _changed(_pdf(drawing.transposed(method).image), _turned(quarters))
        yield scan(f"rotated-{90 * quarters}.pdf", data, drawing)
    yield _several()
    yield _drawn()


def _pdf(*images: Image.Image) -> bytes:
    first, *others = images
    return encoded(
        first, "PDF", save_all=True, append_images=others, resolution=_SCANNED_RESOLUTION
    )


def _several() -> Scan:
    first, second = sheet(first=500), sheet((1200, 900), first=600, columns=6, rows=5)
    third = sheet((1500, 2000), first=700)
    data = _pdf(first.image, coloured(second.image), third.image.convert("1"))
    return Scan("several.pdf", data, (page(first), page(second), page(third)))


def _drawn() -> Scan:
    """A page without a scan on it: its words are drawn by lines and areas."""
    points = sheet((300, 400), columns=3, rows=4, first=800)
    scale = _DRAWN_RESOLUTION / _POINTS_PER_INCH
    size = (round(300 * scale), round(400 * scale))
    words = tuple(word.moved(lambda x, y: (x * scale, y * scale)) for word in points.words)
    truth = Drawing(Image.new("L", size), words)
    return scan("drawn.pdf", _vectors(points), truth)


def _vectors(points: Drawing) -> bytes:
    """A PDF of the drawing in filled squares, a pixel a point (ISO 32000-1, 7.5 and 8.5)."""
    width, height = points.image.size
    squares = "\n".join(square for word in points.words for square in _squares(points.image, word))
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R >>",
        f"<< /Length {len(squares)} >>\nstream\n{squares}\nendstream",
    )
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(f"{len(body):010} 00000 n \n")
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{''.join(places)}"
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}{table}{trailer}".encode("ascii")


def _squares(image: Image.Image, word: Word) -> Iterator[str]:
    """The black squares of a marker; PDF counts from the page's lower left corner."""
    left, top, right, _ = (int(edge) for edge in word.edges)
    side = (right - left) // MODULES
    for row, column in itertools.product(range(MODULES), repeat=2):
        x, y = left + column * side, top + row * side
        if not image.getpixel((x, y)):
            yield f"{x} {image.height - y - side} {side} {side} re f"


def _changed(data: bytes, change: Callable[[PdfWriter], object]) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(data))
    change(writer)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _turned(quarters: int) -> Callable[[PdfWriter], object]:
    return lambda writer: writer.pages[0].rotate(90 * quarters)


def _locked(writer: PdfWriter) -> None:
    writer.encrypt("what only its owner knows", algorithm="RC4-128")


def _locked_for_changes(writer: PdfWriter) -> None:
    writer.encrypt("", "what only its owner knows", algorithm="RC4-128")
