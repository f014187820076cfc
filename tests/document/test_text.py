import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.document.text import LAYOUTS, text_of
from ocr_watcher.values.dialect import line_of
from ocr_watcher.values.reading import Line
from tests.document.paper import drawn, laid_out


def page(*words: str) -> RecognisedPage:
    return RecognisedPage(1, 600, 800, tuple(Line(word) for word in words))


@pytest.mark.parametrize("layout", ["rows", "lines"])
def test_without_places_each_line_is_ended_and_a_form_feed_stands_between_pages(layout):
    assert text_of([page("一", "two")], layout) == "一\ntwo\n".encode()
    assert text_of([page("a"), page(), page("b")], layout) == b"a\n\f\fb\n"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_without_text_the_file_is_empty(layout):
    assert text_of([page()], layout) == b""
    assert text_of([], layout) == b""


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("character", "\n\r\f\v\x00\x1b\x1c\x85\x7f\u2028\u2029")
def test_nothing_within_a_line_ends_a_line_or_page(character, layout):
    assert text_of([page(f"a{character}b")], layout) == b"a b\n"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_surrogate_becomes_a_question_mark(layout):
    assert text_of([page("a\ud800b")], layout) == b"a?b\n"


@given(st.lists(st.lists(st.text(st.characters()))))
def test_the_text_has_as_many_pages_and_lines_as_were_read(pages):
    rendered = text_of([page(*words) for words in pages], "lines").decode()
    split = rendered.split("\f")
    assert len(split) == max(1, len(pages))
    assert [len(part.splitlines()) for part in split] == ([len(words) for words in pages] or [0])


def test_lines_stay_by_themselves_in_the_order_of_the_engine():
    assert laid_out(drawn("left      right\nbelow"), "lines") == ["left", "right", "below"]


PLACES = st.integers(-(10**8), 10**8) | st.floats(allow_nan=True) | st.none()


@given(st.lists(st.tuples(st.text(max_size=9), PLACES, PLACES, PLACES, PLACES), max_size=20))
def test_no_place_that_an_engine_answers_loses_a_word(found):
    names = ("left", "top", "width", "height")
    lines = tuple(
        line_of(f"w{number}", {"location": dict(zip(names, place, strict=True))})
        for number, (_, *place) in enumerate(found)
    )
    for layout in LAYOUTS:
        text = text_of([RecognisedPage(1, 600, 800, lines)], layout).decode()
        assert sorted(text.split()) == sorted(line.text for line in lines)
