"""Pages far from the usual size and shape, and pages that lie on their side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from tests.scans.drawing import PAPER, Drawing, drawn, sheet
from tests.scans.scan import Scan, TruePage, encoded, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTH, _ROW, _SIDE = 600, 100, 84
_LEFT, _RIGHT = 30, 480
_GOODS = 500
"""How many different things the shop sells; their prices bear the numbers that follow."""

_TURNS = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)


def sizes() -> Iterator[Scan]:
    """Every kind."""
    yield from _tiny()
    yield from _turned(sheet())
    huge = sheet((9600, 7200), columns=6, rows=5)
    yield scan("huge.jpg", encoded(huge.image, "JPEG", quality=75), huge, plain=True)
    yield from _receipts()


def _tiny() -> Iterator[Scan]:
    for width, height in ((10, 10), (3, 2000), (2000, 3)):
        data = encoded(Image.new("L", (width, height), PAPER), "PNG")
        yield Scan(f"{width}x{height}.png", data, (TruePage((width, height), None),), plain=True)


def _turned(drawing: Drawing) -> Iterator[Scan]:
    for method in _TURNS:
        turned = drawing.transposed(method)
        yield scan(f"{method.name}.png".lower(), encoded(turned.image, "PNG"), turned, plain=True)


def _receipts() -> Iterator[Scan]:
    straight, shorter = receipt(200), receipt(90)
    yield scan("receipt.png", _flat(straight), straight, plain=True)
    for method in _TURNS:
        turned = shorter.transposed(method)
        yield scan(f"receipt-{method.name}.png".lower(), _flat(turned), turned, plain=True)
    crooked = shorter.crooked(2)
    yield scan(
        "crooked-receipt.jpg", encoded(crooked.image, "JPEG", quality=85), crooked, plain=True
    )


def receipt(rows: int) -> Drawing:
    """A till receipt: each row a thing and its price, and here and there three of the same."""
    words = []
    for row in range(rows):
        thing = (row - row % 3 if row % 15 < 3 else row * 7) % _GOODS
        top = row * _ROW + (_ROW - _SIDE) // 2
        words += [(thing, _LEFT, top, _SIDE), (_GOODS + thing, _RIGHT, top, _SIDE)]
    return drawn((_WIDTH, rows * _ROW), words)


def _flat(drawing: Drawing) -> bytes:
    """In black and white, as thermal printers have it."""
    return encoded(drawing.image.convert("1"), "PNG")
