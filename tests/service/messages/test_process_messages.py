"""The messages of a process are there while they are on, and end with it whatever hangs."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.events.bus import EventBus
from ocr_watcher.service.messages.process_messages import ProcessMessages
from ocr_watcher.settings.model import Settings
from tests.service.messages.happenings import failed
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.service.messages.webhook import Webhook


def settings(directory: Path, *urls: str, on: tuple[str, ...] = ("failed", "paused")) -> Settings:
    notify = {"urls": urls, "every_seconds": 0.1, "on": on}
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


def test_a_bug_of_the_program_costs_no_message_and_is_told_once(
    tmp_path: Path,
    webhook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    crashes = []

    def crash() -> int:
        crashes.append(1)
        raise RuntimeError("a bug")

    monkeypatch.setattr("ocr_watcher.service.messages.idleness.QUIET_SECONDS", 0.0)
    with ProcessMessages() as messages:
        bus = EventBus()
        messages.attach(settings(tmp_path, webhook.url, on=("failed", "idle")), crash, bus)
        for name in ("a.png", "b.png"):
            before = len(crashes)
            bus.publish(failed(name))
            eventually(lambda before=before: len(crashes) > before)  # type: ignore[misc]
        messages.flush(30.0)
    assert caplog.text.count("a fault of this program") == 1
    # The second one is sent at once, or kept where the first one was sent just before.
    with ProcessMessages() as messages:
        messages.attach(settings(tmp_path, webhook.url), lambda: 0, EventBus())
        eventually(lambda: "a.png" in webhook.text and "b.png" in webhook.text)


def test_addresses_that_cannot_be_read_any_more_keep_nothing_from_going_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chosen = Settings.model_validate(
        {"state_dir": tmp_path, "notify": {"urls_file": tmp_path / "gone"}}
    )
    with ProcessMessages() as messages:
        messages.attach(chosen, lambda: 0, EventBus())
    assert "no messages are sent, and the work goes on" in caplog.text
