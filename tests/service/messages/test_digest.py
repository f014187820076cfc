"""The text of a message is short, says what to do, and has nothing of what hostile names intend."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.service.messages.digest import (
    digest_of,
    inert,
    shown_advice,
    shown_path,
    shown_text,
)
from ocr_watcher.service.messages.notices import AllDone, Failure, Notices, Pausing
from tests.service.messages.happenings import one_failure


def test_a_failure_is_told_with_its_reason_and_what_to_do() -> None:
    digest = digest_of(one_failure("/scans/a.png", "216201"), "desk")
    assert digest.title == "ocr-watcher on desk: 1 image failed"
    assert digest.kind == "failure"
    assert digest.body.splitlines() == [
        "1 image failed:",
        "/scans/a.png: no image (216201)",
        "What to do about 216201: scan it again",
    ]


def test_a_pause_an_end_and_failures_are_one_message() -> None:
    notices = one_failure() + Notices(
        pauses=(Pausing("baidu general", "17", "no calls left", "Buy some.", 1e9, 1e9 + 60),),
        done=AllDone(2, 1, 1e9),
    )
    digest = digest_of(notices, "desk")
    assert digest.title == "ocr-watcher on desk: 1 image failed, paused, all done"
    assert "baidu general: paused since 2001-09-0" in digest.body
    assert "no calls left (17)\nBuy some.\n" in digest.body
    assert "2 recognised, 1 failed." in digest.body


def test_what_is_over_is_good_news() -> None:
    over = Notices(pauses=(Pausing("baidu", "17", "no calls", "Buy.", 1e9, 1e9, over=1e9 + 5),))
    digest = digest_of(over, "desk")
    assert digest.kind == "success"
    assert "resumed" in digest.title
    assert "Buy." not in digest.body


def test_ten_thousand_long_failures_are_one_bounded_text() -> None:
    notices = Notices()
    for number in range(10_000):
        path, text = shown_path("/scans/" + "ü" * 500 + str(number)), shown_text("x" * 9999)
        notices += Notices(
            failures=(Failure(path, str(number % 400), text, "Scan again.", str(number)),)
        )
    digest = digest_of(notices, "h" * 500)
    assert "10000 images failed" in digest.title
    assert len(digest.title) < 120
    assert len(digest.body) < 20_000
    assert "more: " in digest.body


def test_times_of_no_calendar_are_shown_as_unknown() -> None:
    for seconds in (1e300, float("inf"), float("nan"), -1e15):
        digest = digest_of(Notices(done=AllDone(1, 0, seconds)), "desk")
        assert "an unknown time" in digest.body


def test_the_end_of_a_long_path_is_shown() -> None:
    shown = shown_path("/scans/" + "deep/" * 500 + "last.png")
    assert shown.startswith("…")
    assert shown.endswith("/last.png")
    assert len(shown) <= 201


def test_common_names_are_shown_as_they_are() -> None:
    for name in ("scan_001 (2).jpg", "A & B [1].pdf", "Rechnung März #4.png", "发票.jpg"):
        assert shown_path(f"/scans/{name}") == f"/scans/{name}"


def test_advice_keeps_its_addresses() -> None:
    assert shown_advice("see https://example.org/\n") == "see https://example.org/\\n"


@given(st.text())
def test_no_name_can_show_a_link_a_mention_a_tag_or_a_second_line(name: str) -> None:
    text = inert(name)
    assert text.isprintable()
    assert not set(text) & set("<>@*`|~")
    assert "](" not in text
    assert "://" not in text
