"""Formats that keep places, written beside an image, and once more from memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands.program import in_this_process, write_settings
from tests.daemon.daemon import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

_WORD = re.compile(r'ocrx_word" id="[^"]*" title="bbox (\d+ \d+ \d+ \d+)[^>]*>([^<]*)<')
FORMATS = {"formats": ["txt", "hocr", "alto"]}


SMALL = ({"recognize_granularity": "small"}, {"ab": "2 2 20 20", "cde": "29 2 56 20"})
BIG = ({}, {"ab": "2 2 22 20", "cde": "27 2 56 20"})
"""Options, and the places of the words: those of their characters, or estimated."""


@pytest.mark.parametrize("asked", [SMALL, BIG], ids=["told", "estimated"])
def test_words_have_places_and_a_deleted_sidecar_comes_back_for_no_call(
    folder: Path,
    settings: dict[str, Any],
    with_keys: dict[str, str],
    simulator: Simulator,
    asked: tuple[dict[str, str], dict[str, str]],
) -> None:
    options, places = asked
    settings["baidu"] |= {"endpoint": "general", "options": options}
    file = write_settings(folder.parent / "config.yaml", **settings, output=FORMATS)
    write(folder / "scan.png", "ab cde")
    for _ in range(2):
        ended = in_this_process("run", "--once", "-c", file, variables=with_keys)
        assert ended.returncode == 0, ended.stderr
        assert {path.suffix for path in folder.iterdir()} == {".png", ".txt", ".hocr", ".xml"}
        hocr, alto = folder / "scan.png.hocr", folder / "scan.png.alto.xml"
        found = {word: place for place, word in _WORD.findall(hocr.read_text("utf-8"))}
        assert found == places
        left, top, right, bottom = map(int, places["ab"].split())
        box = f'HPOS="{left}" VPOS="{top}" WIDTH="{right - left}" HEIGHT="{bottom - top}"'
        assert f'{box} CONTENT="ab"' in alto.read_text("utf-8")
        hocr.unlink()
        alto.unlink()
    assert simulator.billed() == 1
