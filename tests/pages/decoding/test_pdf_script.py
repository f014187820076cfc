"""Words of scripts that are written from right to left."""

import pytest

from ocr_watcher.pages.decoding.pdf_script import turned_round


@pytest.mark.parametrize(
    ("seen", "read"),
    [
        ("\u0627\u0628", "\u0628\u0627"),
        ("12\u0627\u0628", "\u0628\u062712"),
        ("\u0627\u064e\u0628", "\u0628\u0627\u064e"),
        (".\u05d0\u05d1", "\u05d1\u05d0."),
        ("", ""),
    ],
)
def test_they_are_turned_round_but_for_numbers_and_marks(seen: str, read: str) -> None:
    assert turned_round(seen) == read
