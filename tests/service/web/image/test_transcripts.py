"""What the reading of texts may take."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.web.pictures.picture_queue import BusyError
from ocr_watcher.service.web.pictures.time_share import TimeShare
from ocr_watcher.service.web.safe_file import SafeFile
from ocr_watcher.service.web.transcript.transcripts import Known, Transcripts
from tests.service.web.image.sidecars import line, write_json

if TYPE_CHECKING:
    from tests.service.web.image.gallery import Gallery


@pytest.mark.parametrize("format_", ["json", "txt"])
def test_texts_are_parsed_for_a_small_part_of_the_time_and_those_that_are_kept_are_shown(
    gallery: Gallery, format_: str
) -> None:
    gallery.put("a.jpg", b"")
    write_json(gallery, "a.jpg", line("first"), line("second", page=2))
    root = str(gallery.folder)
    sidecars = {format_: SafeFile.look(root, f"a.jpg.{format_}")}
    image = SafeFile.look(root, "a.jpg")
    known = Known(image, sidecars, is_done=True, engine=None, ledger=gallery.ledger)
    transcripts = Transcripts(gallery.work, TimeShare(0.0, 1e-9))
    first = asyncio.run(transcripts.of(known, 1))
    assert first is not None
    with pytest.raises(BusyError):
        asyncio.run(transcripts.of(known, 2))
    assert asyncio.run(transcripts.of(known, 1)) is first
