"""Write the TrueType program of a font that has a blank glyph, and one without width."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

EM = 1000
"""The units of all lengths here, by the size of the font."""


def true_type(width: int, top: int, bottom: int) -> bytes:
    """Return the font program: the tables that ISO 32000-1 (9.9) asks for, with two glyphs.

    The first is blank, and the second has no width either.

    Args:
        width: The width of the first glyph.
        top: How far it reaches above the base line.
        bottom: How far it reaches below the base line, as a number that is not positive.
    """
    revision, magic, created = 0x00010000, 0x5F0F3CF5, 0
    head = struct.pack(
        ">IIIIHHqqhhhhHHhhh",
        *(0x00010000, revision, 0, magic, 0, EM, created, created),
        *(0, bottom, width, top, 0, 8, 2, 0, 0),
    )
    hhea = struct.pack(
        ">IhhhHhhhhhhhhhhhH", 0x00010000, top, bottom, 0, width, *(0,) * 3, 1, *(0,) * 7, 3
    )
    maxp = struct.pack(">IH13H", 0x00010000, 3, *(2, 2, 0, 0, 2), *(0,) * 8)
    glyph = _corners(width, top, bottom)
    tables = {
        b"glyf": glyph,
        b"head": head,
        b"hhea": hhea,
        b"hmtx": struct.pack(">HhHhHh", width, 0, width, 0, 0, 0),
        b"loca": struct.pack(">4H", 0, 0, len(glyph) // 2, len(glyph) // 2),
        b"maxp": maxp,
    }
    return _font_file(tables)


def _corners(width: int, top: int, bottom: int) -> bytes:
    """Return a glyph of two contours, each of one point, in opposite corners of its box.

    There is nothing to draw, but the glyph has an extent: PDFium passes over text without one.
    """
    box = struct.pack(">hhhhh", 2, 0, bottom, width, top)
    ends, instructions, on_curve = struct.pack(">HH", 0, 1), bytes(2), bytes([1, 1])
    points = struct.pack(">hhhh", 0, width, bottom, top - bottom)
    return box + ends + instructions + on_curve + points


def _font_file(tables: Mapping[bytes, bytes]) -> bytes:
    """Return a font file (OpenType specification, "Table Directory")."""
    count = len(tables)
    power = count.bit_length() - 1
    search = 16 << power
    directory = struct.pack(">IHHHH", 0x00010000, count, search, power, 16 * count - search)
    body, start = b"", 12 + 16 * count
    for tag, table in tables.items():
        padded = table + bytes(-len(table) % 4)
        directory += struct.pack(">4sIII", tag, _checksum(padded), start + len(body), len(table))
        body += padded
    whole = directory + body
    adjustment = (0xB1B0AFBA - _checksum(whole)) & 0xFFFFFFFF
    at = start + body.index(tables[b"head"]) + 8
    return whole[:at] + struct.pack(">I", adjustment) + whole[at + 4 :]


def _checksum(table: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(table) // 4}I", table)
    return sum(words) & 0xFFFFFFFF
