"""The text of a page from a text sidecar: lines without places."""

from __future__ import annotations

from ocr_watcher.service.web.transcript.text_page import TextLine, TextPage, bounded

SOURCE = "the text beside the image, which has no places"


def text_page_from(content: bytes, number: int, *, is_whole: bool) -> TextPage:
    """Return the text of a page; it has no lines if there is no such page.

    Args:
        content: The content of the sidecar, or its beginning.
        number: The number of the page, from 1.
        is_whole: Whether the content is all of it.
    """
    pages = content.decode("utf-8-sig", "replace").split("\f")
    is_there = number <= len(pages)
    written = pages[number - 1].splitlines() if is_there else []
    lines, is_cut = bounded(
        TextLine(line, begins_block=at > 0 and not written[at - 1].strip())
        for at, line in enumerate(written)
        if line.strip()
    )
    ends_early = not is_whole and number >= len(pages)
    return TextPage(lines, SOURCE, pages=len(pages) if is_whole else 0, is_cut=is_cut or ends_early)
