"""Which events people are told of."""

from __future__ import annotations

from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import AttemptEnded, CallEnded, PauseChanged
from ocr_watcher.service.messages.listeners import Item, Translator, listen
from ocr_watcher.service.messages.notices import Notices
from ocr_watcher.values.image import Image
from ocr_watcher.values.outcome import Changed, Skipped
from tests.service.messages.happenings import called, failed, paused, recognised, resumed

ALL = frozenset({"failed", "paused", "resumed", "idle"})


def told(translator: Translator, *events: Item, wanted: frozenset[str] = ALL) -> Notices:
    notices = Notices()
    for event in events:
        notices += translator.notices(event, wanted, 5.0)
    return notices


def test_only_what_was_asked_for_is_told() -> None:
    events = (failed(), paused(), resumed())
    assert not told(Translator(), *events, wanted=frozenset({"idle"}))
    assert told(Translator(), failed(), wanted=frozenset({"failed"})).failed == 1
    only_paused = told(Translator(), *events, wanted=frozenset({"paused"}))
    assert not only_paused.failures
    assert only_paused.pauses[0].over == 5.0


def test_two_images_whose_long_paths_end_alike_are_two() -> None:
    names = [f"{folder}/{'d' * 210}/scan.png" for folder in "ab"]
    assert told(Translator(), *map(failed, names), failed(names[0])).failed == 2


def test_a_success_is_nothing_to_tell() -> None:
    assert told(Translator(), recognised()) == Notices()


def test_a_pause_whose_end_moves_is_told_once_and_another_reason_again() -> None:
    translator = Translator()
    assert told(translator, paused("17"))
    assert not told(translator, paused("17"))
    assert told(translator, paused("6")).pauses[0].code == "6"


def test_the_end_of_no_pause_is_nothing_to_tell() -> None:
    assert told(Translator(), resumed()) == Notices()


def test_a_success_in_the_next_pipeline_ends_a_pause_of_the_one_before() -> None:
    translator = Translator()
    told(translator, paused("17", "general"))
    assert not told(translator, called("general")), "a call that was under way tells nothing"
    translator.begin_again()
    assert not told(translator, called("accurate"))
    assert told(translator, called("general")).pauses[0].over == 5.0
    assert not told(translator, called("general"))


def test_a_pause_that_goes_on_after_a_reload_is_not_told_again() -> None:
    translator = Translator()
    told(translator, paused("17"))
    translator.begin_again()
    assert not told(translator, paused("17"))
    assert not told(translator, called())


def test_a_pause_that_another_process_told_of_is_told_again_only_for_another_reason() -> None:
    translator = Translator()
    translator.recall({"baidu": "17", "baidu general": "6"})
    assert not told(translator, paused("17"))
    assert told(translator, paused("18"))
    assert told(translator, called("general")).pauses[0].who == "baidu general"


def test_hostile_texts_of_an_event_are_one_line_without_markup() -> None:
    event = failed("x\n<b>\u202e.png", "<c>\n" * 99, "see http://evil\n@all " * 99)
    (failure,) = told(Translator(), event).failures
    shown = failure.path + failure.code + failure.message
    assert shown.isprintable()
    assert not set(shown) & set("<>@")
    assert len(shown) < 800


def test_of_a_bus_only_ends_of_images_pauses_and_calls_are_heard() -> None:
    heard: list[Item] = []
    bus = EventBus()
    listen(bus, heard.append)
    image = Image("/scans", "a.png")
    for outcome in (Skipped("gone"), Changed()):
        bus.publish(AttemptEnded(image, outcome))
    assert heard == []
    for event in (failed(), recognised(), paused(), called()):
        bus.publish(event)
    assert [type(each) for each in heard] == [AttemptEnded, AttemptEnded, PauseChanged, CallEnded]
