"""The score of a text counts what a person would, and the truth is read as it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.__main__ import main
from benchmarks.parts import quality
from benchmarks.quality.readers import OURS
from benchmarks.quality.score import Score, score
from benchmarks.quality.truth import boxes_of, given, rows_of
from benchmarks.report import MET, MISSED

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.quality.score import Block

TILL: tuple[Block, ...] = (
    (("Green Basket",), ("Rye bread", "2.95"), ("Butter", "2", "5.20"), ("Paid", "-")),
)
COLUMNS: tuple[Block, ...] = (
    (("Boats and bees",),),
    (("the ferry leaves",), ("at seven",)),
    (("honey is dark",), ("and thick",)),
)


def csv_line(left: int, top: int, width: int, height: int, text: str) -> str:
    right, bottom = left + width, top + height
    return f"{left},{top},{right},{top},{right},{bottom},{left},{bottom},{text}"


def in_order(text: str) -> bool:
    return score(COLUMNS, text).in_order == 1


def test_a_text_that_says_what_the_page_says_is_perfect() -> None:
    found = score(TILL, "GREEN BASKET\nrye bread    2.95\nButter  2   5.20\npaid -\n")
    assert (found.recall, found.precision, found.f1, found.character_error) == (1, 1, 1, 0)
    assert (found.rows, found.whole, found.read, found.read_whole) == (3, 3, 3, 3)


def test_each_word_counts_as_often_as_it_is_in_both() -> None:
    found = score(((("two and two",),),), "two two two\n")
    assert (found.hits, found.wanted, found.got) == (2, 3, 3)
    assert found.f1 == pytest.approx(2 / 3)


def test_characters_are_counted_in_reading_order_with_the_spaces_between_words() -> None:
    truth = ((("one", "two"), ("three",)),)
    assert score(truth, "One, two: three!").wrong == 0
    assert score(truth, "one twothree") == Score(
        hits=1, wanted=3, got=2, wrong=1, characters=13, rows=1, told=1
    )
    assert score(truth, "").character_error == 1


def test_a_row_is_whole_where_one_line_has_its_words_in_their_order() -> None:
    found = score(TILL, "2.95 rye bread\nButter (fresh) 2 5.20\npaid")
    assert (found.rows, found.whole, found.read, found.read_whole) == (3, 2, 3, 2)
    found = score(TILL, "rye bread 2.96\nbutter 2\n5.20\n-")
    assert (found.rows, found.whole, found.read, found.read_whole) == (3, 0, 1, 0)


def test_rows_that_share_a_line_are_joined() -> None:
    def joined(text: str) -> tuple[int, int]:
        found = score(COLUMNS, text)
        return found.joined, found.told

    assert joined("Boats and bees\nthe ferry leaves\nat seven\nhoney is dark\nand thick") == (0, 5)
    assert joined("the ferry leaves   honey is dark\nat seven\n   thick") == (2, 4)
    assert joined("Boats\nand bees\nhoney and is darc") == (0, 2)
    assert joined("") == (0, 0)


def test_columns_one_after_the_other_are_in_order() -> None:
    assert in_order("Boats and bees\nthe ferry leaves\nat seven\nhoney is dark\nand thick")


@pytest.mark.parametrize(
    "text",
    [
        "Boats and bees\nhoney is dark\nand thick\nthe ferry leaves\nat seven",
        "Boats and bees\nthe ferry leaves   honey is dark\nat seven   and thick",
        "the ferry leaves\nBoats and bees\nat seven\nhoney is dark\nand thick",
        "the ferry leaves\nat seven\nhoney is dark\nand thick",
        "",
    ],
    ids=["swapped", "row by row across both", "headline within", "headline missing", "empty"],
)
def test_any_other_order_is_wrong(text: str) -> None:
    assert not in_order(text)


def test_misread_and_repeated_words_decide_no_order() -> None:
    assert in_order("Boats and bees\nthe fcrry leaves\nat sevem\nhoney is dark\nand thick")
    assert in_order("Boats and bees seven\nthe ferry leaves\nat seven\nhoney is dark\nand thick")


def test_a_page_of_one_block_has_no_order() -> None:
    assert score(TILL, "anything").ordered == 0


def test_each_chinese_character_is_a_word() -> None:
    truth = ((("复印纸", "20"),), (("桥头 A4",),))
    found = score(truth, "复 印 纸   20\n桥头A4")
    assert (found.wanted, found.f1, found.wrong, found.characters) == (7, 1, 0, 12)
    assert (found.whole, found.in_order) == (1, 1)
    assert score(truth, "复印级 20 桥头 a4").wrong == 1


def test_chinese_that_was_read_on_a_page_without_any_is_no_word() -> None:
    assert score(((("Total 5",),),), "Total 5 四").got == 2


def test_scores_of_pages_add_up() -> None:
    both = score(TILL, "rye bread") + score(COLUMNS, "honey is dark")
    assert (both.hits, both.got, both.ordered) == (5, 5, 1)
    assert both.recall == pytest.approx(5 / (11 + 13))


def test_boxes_are_read_with_the_commas_of_their_text() -> None:
    text = csv_line(10, 20, 30, 8, "JALAN 3, NORTHWICK,")
    assert boxes_of(f"{text}\n\nno box\n") == [(10, 20, 40, 28, "JALAN 3, NORTHWICK,")]


def test_boxes_of_one_height_are_one_row_from_left_to_right() -> None:
    boxes = boxes_of(
        "\n".join(
            [
                csv_line(300, 104, 50, 20, "2.95"),
                csv_line(10, 100, 90, 20, "Rye bread"),
                csv_line(10, 124, 90, 20, "Butter"),
                csv_line(150, 90, 90, 200, "tall"),
            ]
        )
    )
    assert [[text for *_, text in row] for row in rows_of(boxes)] == [
        ["Rye bread", "2.95"],
        ["Butter"],
        ["tall"],
    ]


def test_a_persons_own_pages_are_pictures_with_their_truth_beside_them(tmp_path: Path) -> None:
    own, copies = tmp_path / "own", tmp_path / "copies"
    own.mkdir()
    copies.mkdir()
    lines = [csv_line(200, 0, 50, 20, "2.95"), csv_line(0, 0, 90, 20, "Rye bread")]
    (own / "b.csv").write_bytes("\r\n".join(lines).encode())
    (own / "b.jpg").write_bytes(b"pixels")
    (own / "a.jpg").write_bytes(b"has no truth")
    (page,) = given(own, copies)
    assert (page.name, page.blocks) == ("b", ((("Rye bread", "2.95"),),))
    assert page.picture.read_bytes() == b"pixels"
    assert page.picture.parent == copies


def test_a_folder_without_any_truth_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"NAME\.csv"):
        list(given(tmp_path, tmp_path))


def test_figures_stand_beside_those_of_the_others_and_their_aims() -> None:
    right, wrong = score(COLUMNS, "boats ferry honey"), score(COLUMNS, "honey ferry boats")
    scores = [{OURS: right, "RapidOCR's lines": wrong, "its Markdown": wrong}]
    order = list(quality.of_all("drawn", scores))[-1]
    assert (order.value, order.verdict) == (1, MET)
    assert order.against == "RapidOCR's lines 0.000, its Markdown 0.000, tesseract not installed"
    f1 = next(figure for figure in quality.of_all("--truth", scores) if "F1" in figure.what)
    assert f1.verdict == MISSED
    one = quality.of_one("letter", scores[0])
    assert one.against.startswith("in order; RapidOCR's lines 0.7")
    assert list(quality.of_all("--truth", [])) == []


def test_a_folder_of_truth_that_is_not_there_is_told_before_anything_is_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["quality", "--truth", "/nowhere"])
    assert "/nowhere is no folder" in capsys.readouterr().err
