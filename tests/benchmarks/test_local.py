"""The pages of the local engine's benchmark are what they should be, and so are its figures."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from benchmarks import process
from benchmarks.local import sizes, speed, text
from benchmarks.local.difference import PlacedLine
from benchmarks.local.names import ONE, RAPIDOCR, TESSERACT, TWO
from benchmarks.local.specimens import FAXES, LATIN, further, specimens
from benchmarks.local.watch import MemoryWatch, Peaks
from benchmarks.process import Memory
from benchmarks.report import MET, MISSED
from benchmarks.stage import Stage
from tests.scans.typeset import has_fonts
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.local.specimens import Specimen

with_fonts = pytest.mark.skipif(not has_fonts(), reason="the fonts of print are not installed")


@pytest.fixture
def quick(tmp_path: Path) -> list[Specimen]:
    return specimens(tmp_path, Stage(tmp_path, quick=True))


@with_fonts
def test_a_quick_run_has_one_page_of_each_kind(quick: list[Specimen]) -> None:
    assert len({one.kind for one in quick}) == len(quick) == 4
    assert [one.is_chinese for one in quick] == [False, True, False, False]
    assert all(one.page.blocks for one in quick)


@with_fonts
def test_a_coarse_fax_is_drawn_out_only_for_those_who_take_no_notice(
    quick: list[Specimen],
) -> None:
    (fax,) = (one for one in quick if one.kind == FAXES)
    with Image.open(fax.page.picture) as sent, Image.open(fax.square) as square:
        assert (sent.mode, sent.info["dpi"]) == ("1", (204, 98))
        assert square.width == sent.width
        assert square.height == pytest.approx(2.08 * sent.height, rel=0.01)


@with_fonts
def test_further_pages_are_a4_at_150_dots_an_inch_with_41_lines_and_none_is_like_another(
    tmp_path: Path,
) -> None:
    one, other = further(tmp_path, 1000, 2)
    assert one.kind == LATIN
    assert [len(block) for block in one.page.blocks] == [1 + 40]
    assert one.page.blocks != other.page.blocks
    with Image.open(one.page.picture) as image:
        assert image.size == (1240, 1754)


def seen_by_the_detector(size: tuple[int, int]) -> float:
    """The pixels of a page whose longer side is reduced to 2000."""
    return size[0] * size[1] * min(1, 2000 / max(size)) ** 2


def test_no_two_of_the_sizes_are_alike_and_the_first_are_the_largest() -> None:
    chosen = sizes.sizes(500)
    assert len(set(chosen)) == 500
    assert chosen[0] == (max(x for x, _ in chosen), max(y for _, y in chosen)) == (2000, 2800)
    assert chosen[1] == max(chosen, key=seen_by_the_detector)
    assert min(x for x, _ in chosen) >= 300
    assert min(y for _, y in chosen) >= 300


@pytest.mark.parametrize("shape", sizes.LINE_SHAPES)
def test_a_picture_shaped_like_a_line_is_full_of_ink(
    tmp_path: Path, shape: tuple[int, int]
) -> None:
    with Image.open(sizes.line(tmp_path, shape)) as image:
        assert image.size == shape
        ink = image.point(lambda value: 255 * (value < 128)).getbbox()
    assert ink is not None
    assert max(ink[2] - ink[0], ink[3] - ink[1]) > 0.95 * max(shape)


def test_rates_are_counted_over_all_rounds_beside_rapidocrs() -> None:
    rounds = [(4, {RAPIDOCR: 20.0, ONE: 10.0, TWO: 12.0}), (2, {RAPIDOCR: 10.0, ONE: 5.0, TWO: 8})]
    one, two, tesseract, _ = speed.of_many(rounds)
    assert (one.value, one.verdict) == (2, MET)
    assert one.against == "24.0 and 12.0; median of the rounds 2.00"
    assert (two.value, two.verdict) == (1.5, MISSED)
    assert tesseract.against.startswith("tesseract is not installed")


def test_a_lone_pages_wait_is_compared_page_by_page() -> None:
    waits = [{RAPIDOCR: 3.2, ONE: 2.0, TWO: 3.2}, {RAPIDOCR: 6.4, ONE: 3.2, TWO: 6.4}]
    one, two = speed.of_one(waits)
    assert (one.value, one.verdict) == (pytest.approx(1.8), MET)
    assert two.verdict == MISSED


@with_fonts
def test_text_stands_beside_rapidocrs_and_the_truth(quick: list[Specimen]) -> None:
    pages = quick[:1]
    theirs = PlacedLine("ab" * 500, ((0, 0), (100, 0), (100, 9), (0, 9)))
    ours = PlacedLine("ab" * 499 + "a", theirs.corners)
    common, every = text.of_difference(
        pages, {RAPIDOCR: [[theirs]], ONE: [[ours]], TWO: [[theirs]]}
    )
    assert (common.value, common.verdict) == (pytest.approx(0.1), MET)
    assert common.against == "Latin 0.10; workers: 2 0.00; 100.0 % of all its characters"
    assert every.value == pytest.approx(0.1)

    words = "\n".join(text for row in pages[0].page.blocks[0] for text in row)
    (f1,) = text.of_words(pages, {RAPIDOCR: [words], ONE: [""], TWO: [words]})
    assert (f1.value, f1.verdict) == (0, MISSED)
    assert f1.against == "workers: 2 1.0000, RapidOCR 1.0000, tesseract not installed"
    assert TESSERACT not in next(iter(f1.details.values()))  # type: ignore[operator]


def test_the_models_process_is_the_one_that_holds_most() -> None:
    small, models = Memory(50, 20, 60), Memory(500, 450, 700)
    peaks = Peaks().with_sample({1: small, 2: models}).with_sample({1: small})
    assert peaks == Peaks(tree=700, models=700)
    assert Peaks().with_sample({1: Memory(50, 0, 60)}).tree == 60


def test_the_peak_of_a_child_is_seen() -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    child = "import sys; held = b'x' * 200_000_000; print(len(held), flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script, child]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        with MemoryWatch(parent.pid) as watch:
            eventually(lambda: watch.peaks.models > 200)
            assert process.largest(parent.pid) != parent.pid
            assert watch.peaks.tree > watch.peaks.models - 20
        parent.kill()
        parent.communicate()
