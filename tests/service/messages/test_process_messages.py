"""The messages of a process are there while they are on, and end with it whatever hangs."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.events.bus import EventBus
from ocr_watcher.service.messages.process_messages import ProcessMessages
from ocr_watcher.service.messages.store import FILE_NAME
from ocr_watcher.settings.model import Settings
from tests.service.messages.happenings import failed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.service.messages.webhook import Webhook


def settings(directory: Path, *urls: str) -> Settings:
    notify = {"urls": urls, "every_seconds": 0.1}
    return Settings.model_validate({"state_dir": directory, "notify": notify})


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("message")]


def test_off_there_is_neither_a_thread_nor_a_file(tmp_path: Path) -> None:
    with ProcessMessages() as messages:
        messages.attach(settings(tmp_path), lambda: 0, EventBus())
        assert threads() == []
    assert list(tmp_path.iterdir()) == []


def test_it_follows_the_settings_and_keeps_what_comes_at_the_end(
    tmp_path: Path, webhook: Webhook
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with ProcessMessages() as messages:
        for directory in (first, second):
            bus = EventBus()
            messages.attach(settings(directory, webhook.url), lambda: 0, bus)
            assert threads() == ["messages"]
            bus.publish(failed(f"{directory.name}.png"))
        webhook.wait_for()
        messages.attach(settings(second), lambda: 0, EventBus())
        assert threads() == []
        messages.attach(settings(first, webhook.url), lambda: 0, EventBus())
        webhook.wait_for(2)
    assert "first.png" in webhook.text
    assert "second.png" in webhook.text


def test_it_ends_in_time_while_a_target_hangs(tmp_path: Path, webhook: Webhook) -> None:
    webhook.hangs = True
    with ProcessMessages() as messages:
        bus = EventBus()
        messages.attach(settings(tmp_path, webhook.url), lambda: 0, bus)
        bus.publish(failed())
        webhook.wait_until_asked()
        began = time.monotonic()
    assert time.monotonic() - began < 4.0
    assert threads() == []


def test_a_bug_of_the_messenger_costs_no_event_and_no_thread(
    tmp_path: Path, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash() -> int:
        raise RuntimeError("a bug")

    with ProcessMessages() as messages:
        bus = EventBus()
        chosen = settings(tmp_path, webhook.url)
        notify = chosen.notify.model_copy(update={"on": ("failed", "idle")})
        messages.attach(chosen.model_copy(update={"notify": notify}), crash, bus)
        bus.publish(failed("a.png"))
        webhook.wait_for()
        assert threads()
    assert (tmp_path / FILE_NAME).exists()


def test_addresses_that_cannot_be_read_any_more_keep_nothing_from_going_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chosen = Settings.model_validate(
        {"state_dir": tmp_path, "notify": {"urls_file": tmp_path / "gone"}}
    )
    with ProcessMessages() as messages:
        messages.attach(chosen, lambda: 0, EventBus())
    assert "no messages are sent, and the work goes on" in caplog.text
