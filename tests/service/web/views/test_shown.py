"""What a template shows is harmless, whatever it is given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.service.web.views.rendering import environment
from ocr_watcher.service.web.views.shown import counted, number, when


def shown(value: object) -> str:
    return environment().from_string("<p>{{ value }}</p>").render(value=value)


@given(st.text(st.characters()))
def test_any_text_can_be_encoded_and_is_never_markup(text: str) -> None:
    html = shown(text)
    html.encode("utf-8")
    assert html.count("<") == 2


def test_a_text_in_an_attribute_stays_there() -> None:
    template = environment().from_string('<a title="{{ value }}">')
    assert template.render(value='" onclick="alert(1)') == (
        '<a title="&#34; onclick=&#34;alert(1)">'
    )


def test_directions_and_controls_are_escaped_and_scripts_keep_their_joiners() -> None:
    assert shown("\u202e\udcff\x00\x1b") == "<p>\\u202e\\udcff\\x00\\x1b</p>"
    assert shown("\u0645\u06cc\u200c\u062e") == "<p>\u0645\u06cc\u200c\u062e</p>"


@given(st.one_of(st.floats(), st.integers(), st.none(), st.text()))
def test_any_value_as_a_time_is_a_time_or_unknown(value: object) -> None:
    element = when(value)
    assert element.startswith("<time datetime=") or "unknown" in element


def test_a_time_has_its_date_for_people_and_for_programs() -> None:
    assert '<time datetime="2001-09-0' in when(1e9)
    assert "2001-09-0" in when(1e9).striptags()


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0 images"), (1, "1 image"), (1234, "1\u202f234 images")]
)
def test_numbers_have_their_word(value: int, words: str) -> None:
    assert counted(value, "image") == words
    assert words.startswith(number(value))
