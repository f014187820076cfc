"""Makes a page fit the limits of an engine."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PIL import Image

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.encoding import QUALITIES, encode, grey_if_grey
from ocr_watcher.pages.fit_plan import layout_of, strips_of
from ocr_watcher.pages.source import open_source
from ocr_watcher.pages.strips.seams import blank_band
from ocr_watcher.pages.types import FittedPage, Piece, Raster
from ocr_watcher.values.geometry import Transform

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.pages.types import Size, SourcePage
    from ocr_watcher.values.page import Limits, PdfText

_SHRINK_QUALITIES = (85,)
"""A single quality, so that a page that is refused again loses pixels, and not only quality."""

_WORTHWHILE = 0.75
"""The share of its former bytes up to which a picture counts as clearly smaller."""

_LIGHT = 0.25
"""The share of the bytes that an engine accepts. A page with no more bytes than that was refused
because of its pixels, whatever the encoding of the request adds to its bytes."""

_STEP = 0.8
"""The factor by which each step shortens the sides of a page that is too large: two thirds of the
pixels stay."""

_FEWER = 2
"""The number of steps after which a page has clearly fewer pixels."""

_LEAST_LONG_SIDE = 512
"""The length of the longer side, in pixels, below which print on a page is not legible."""


def prepared(source: SourcePage, limits: Limits, wanted: PdfText) -> FittedPage:
    """Return a page with the text that it has in the file, or otherwise fit for an engine.

    Args:
        source: The page.
        limits: The limits of the engine.
        wanted: The setting ``pdf.text``.

    Raises:
        ImageError: As `fit_page`.
        TransientError: There is not enough memory now.
    """
    lines = source.own_lines(wanted)
    if lines is None:
        return fit_page(source, limits)
    return FittedPage(source.number, *source.stored, (), source.total, source.resolution, lines)


def fit_page(source: SourcePage, limits: Limits) -> FittedPage:
    """Decode a page and make it fit the limits of an engine.

    The page is decoded upright and encoded anew. A page that is too large is reduced. A page that
    is too small gets white paper on its right and below, so that no coordinate moves. A page that
    is so long that it would not be legible when reduced as a whole is cut into strips.

    Args:
        source: The page.
        limits: The limits of the engine.

    Raises:
        ImageError: The page cannot be decoded, or no legible size of it fits (``too-large``).
        TransientError: There is not enough memory now.
    """
    layout = layout_of(source.upright, limits)
    decoded = source.decode(layout.size)
    raster = _reduced(replace(decoded, image=grey_if_grey(decoded.image)), layout.size)
    pieces = tuple(
        replace(_fitting(part, limits, limits.page_bytes), shares_lines=shares_lines)
        for part, shares_lines in _parts(raster, layout.strip_side)
    )
    return FittedPage(source.number, *source.stored, pieces, source.total, source.resolution)


def shrink(piece: Piece, limits: Limits) -> Piece:
    """Make a piece clearly smaller, for an engine that refused it as too large.

    Args:
        piece: The piece that was refused; it may be the result of an earlier call.
        limits: The limits of the engine.

    Raises:
        ImageError: ``too-large``: a smaller picture would not be legible; or the piece cannot be
            decoded.
        TransientError: There is not enough memory now.
    """
    page = piece.page
    source = next(open_source(page.data))
    decoded = source.decode((page.width, page.height))
    raster = Raster(
        grey_if_grey(decoded.image),
        piece.to_stored.after(decoded.to_stored),
        decoded.lossless,
    )
    light = int(_LIGHT * limits.page_bytes)
    if len(page.data) > limits.page_bytes:
        smaller = _fitting(raster, limits, limits.page_bytes)
    elif len(page.data) > light:
        most_bytes = int(_WORTHWHILE * len(page.data))
        smaller = _fitting(raster, limits, most_bytes, _SHRINK_QUALITIES)
    else:
        smaller = _fitting(raster, limits, light, _SHRINK_QUALITIES, first_step=_FEWER)
    return replace(smaller, shares_lines=piece.shares_lines)


def _parts(raster: Raster, strip_side: int | None) -> Iterator[tuple[Raster, bool]]:
    if strip_side is None:
        yield raster, False
        return
    width, height = raster.image.size
    find_band = partial(blank_band, raster.image)
    for strip in strips_of(max(width, height), strip_side, find_band):
        if height >= width:
            box = (0, strip.start, width, strip.end)
        else:
            box = (strip.start, 0, strip.end, height)
        to_stored = raster.to_stored.after(Transform.shift(*box[:2]))
        part = replace(raster, image=raster.image.crop(box), to_stored=to_stored)
        yield part, strip.shares_lines


def _fitting(
    raster: Raster,
    limits: Limits,
    most_bytes: int,
    qualities: Sequence[int] = QUALITIES,
    *,
    first_step: int = 0,
) -> Piece:
    """Encode pixels at the largest size that fits a number of bytes."""
    for size in _sizes(raster.image.size, first_step):
        smaller = _reduced(raster, size)
        paper = _on_paper(smaller.image, limits.shortest_side)
        page = encode(
            paper, most_bytes, limits.formats, lossless=raster.lossless, qualities=qualities
        )
        if page is not None:
            return Piece(page, smaller.to_stored)
    raise ImageError(
        "too-large",
        "the engine takes no page of its size, and a smaller one would not be legible",
        advice="scan it in parts, or with less colour",
    )


def _sizes(size: Size, step: int) -> Iterator[Size]:
    """Yield the size of a page and smaller ones, as long as it stays legible."""
    while True:
        scale = _STEP**step
        smaller = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
        if step and max(smaller) < _LEAST_LONG_SIDE:
            return
        yield smaller
        step += 1


def _reduced(raster: Raster, size: Size) -> Raster:
    image = raster.image
    if image.size == size:
        return raster
    # Pillow only drops pixels of a black and white picture; thin strokes survive in grey.
    grey = image.convert("L") if image.mode == "1" else image
    reduced = grey.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    scaling = Transform.scaling(image.width / size[0], image.height / size[1])
    return replace(raster, image=reduced, to_stored=raster.to_stored.after(scaling))


def _on_paper(image: Image.Image, shortest_side: int) -> Image.Image:
    size = (max(image.width, shortest_side), max(image.height, shortest_side))
    if image.size == size:
        return image
    paper = Image.new(image.mode, size, "white")
    paper.paste(image, (0, 0))
    return paper
