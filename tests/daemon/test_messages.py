"""The daemon tells people what failed and why it pauses, by a webhook that may be in any state."""

from __future__ import annotations

import signal
import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.daemon.daemon import Daemon, write
from tests.proc import children_of, words_of
from tests.service.messages.webhook import SECRET, Webhook, free_port, told
from tests.simulator.faults import ErrorCode
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.simulator.server import Simulator

SENDER = "ocr_watcher.service.messages.sender_process"
POISON = ErrorCode(216201, "image format error")
WRONG_KEYS = ErrorCode(6, "no permission")


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as webhook:
        yield webhook


def notify(*urls: str, every: float = 0.5, on: tuple[str, ...] = ("failed",)) -> dict[str, Any]:
    return {"notify": {"urls": list(urls), "every_seconds": every, "on": list(on)}}


def change_settings(daemon: Daemon, **sections: object) -> None:
    """Changes the settings file, and has the daemon read it."""
    settings = yaml.safe_load(daemon.settings_file.read_text("utf-8"))
    daemon.settings_file.write_text(yaml.safe_dump({**settings, **sections}), "utf-8")
    before = daemon.log.count("watching")
    daemon.process.send_signal(signal.SIGHUP)
    eventually(lambda: daemon.log.count("watching") > before)


def is_kept(daemon: Daemon, name: str) -> bool:
    """Whether the store has an image that is still to be told of."""
    path = daemon.state / "messages.sqlite"
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT outbox FROM outboxes").fetchall()
    return any(name in text for (text,) in rows)


def test_a_failed_image_is_told_with_its_reason_and_others_go_on(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    simulator.next_faults.append(POISON)
    with Daemon(tmp_path, simulator, settings=notify(webhook.url)) as daemon:
        write(daemon.folder / "bad.png", "bad")
        (message,) = webhook.wait_for()
        assert "1 image failed" in message["title"]
        assert f"{daemon.folder}/bad.png: " in message["message"]
        assert "(216201)" in message["message"]
        assert message["type"] == "failure"
        write(daemon.folder / "good.png", "good")
        eventually(lambda: "good.png" in daemon.texts())
        assert daemon.stop() == 0
        assert len(webhook.messages) == 1


@pytest.mark.slow
def test_a_pause_its_end_and_that_all_is_done_are_told(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    chosen = notify(webhook.url, on=("paused", "resumed", "idle"))
    simulator.fault = lambda _call: WRONG_KEYS
    with Daemon(tmp_path, simulator, settings=chosen) as daemon:
        write(daemon.folder / "a.png", "a")
        eventually(told(webhook, "paused since"))
        assert webhook.messages[0]["type"] == "warning"
        simulator.fault = None
        change_settings(daemon, settle_seconds=0.1)
        eventually(told(webhook, "calls are made again since"))
        eventually(told(webhook, "All that came is done"))
        assert "1 recognised." in webhook.text
        assert daemon.stop() == 0


@pytest.mark.slow
def test_a_pause_is_told_once_over_a_restart_and_its_end_as_well(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    chosen = notify(webhook.url, on=("paused", "resumed"))
    simulator.fault = lambda _call: WRONG_KEYS
    daemon = Daemon(tmp_path, simulator, settings=chosen)
    with daemon:
        write(daemon.folder / "a.png", "a")
        webhook.wait_for()
        assert daemon.stop() == 0
    with daemon:
        simulator.wait_for(lambda: len(simulator.calls) >= 2, 30)
        assert daemon.stop() == 0
        assert len(webhook.messages) == 1
        assert not is_kept(daemon, '"code":"6"')
    simulator.fault = None
    with daemon:
        webhook.wait_for(2)
        assert "calls are made again since" in webhook.text
        assert daemon.stop() == 0


def test_without_the_setting_there_is_no_thread_no_file_and_no_import(
    tmp_path: Path, simulator: Simulator
) -> None:
    with Daemon(tmp_path, simulator, variables={"PYTHONPROFILEIMPORTTIME": "1"}) as daemon:
        assert not (daemon.state / "messages.sqlite").exists()
        assert daemon.stop() == 0
        assert daemon.says("ocr_watcher.service.messages")
        for module in (
            "apprise",
            "messages.messenger",
            "messages.store",
            "messages.sender_process",
        ):
            assert not daemon.says(module)


def test_the_daemon_itself_never_imports_apprise(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    simulator.next_faults.append(POISON)
    variables = {"PYTHONPROFILEIMPORTTIME": "1"}
    with Daemon(tmp_path, simulator, settings=notify(webhook.url), variables=variables) as daemon:
        write(daemon.folder / "bad.png", "bad")
        webhook.wait_for()
        assert daemon.stop() == 0
        assert not daemon.says("apprise")


@pytest.mark.slow
def test_what_was_not_sent_before_a_kill_is_sent_once_after_the_restart(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    simulator.fault = lambda _call: POISON
    with Daemon(tmp_path, simulator, settings=notify(webhook.url, every=600.0)) as daemon:
        write(daemon.folder / "first.png", "first")
        webhook.wait_for()
        eventually(lambda: not is_kept(daemon, "first.png"))
        write(daemon.folder / "bad.png", "bad")  # too early for a message until the kill
        eventually(lambda: is_kept(daemon, "bad.png"))
    assert len(webhook.messages) == 1
    daemon = Daemon(tmp_path, simulator, settings=notify(webhook.url))
    with daemon:
        message = webhook.wait_for(2)[1]["message"]
        assert "bad.png" in message
        assert "first.png" not in message
        eventually(lambda: not is_kept(daemon, "bad.png"))
    simulator.fault = None
    with daemon:
        write(daemon.folder / "good.png", "good")
        eventually(lambda: "good.png" in daemon.texts())
        assert daemon.stop() == 0
    assert len(webhook.messages) == 2


@pytest.mark.slow
def test_what_is_too_early_for_a_message_at_a_stop_is_told_once_after_the_next_start(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    simulator.fault = lambda _call: POISON
    chosen = {**notify(webhook.url, every=600.0), "settle_seconds": 0}
    with Daemon(tmp_path, simulator, settings=chosen) as daemon:
        write(daemon.folder / "first.png", "first")
        webhook.wait_for()
        write(daemon.folder / "early.png", "early")
        eventually(lambda: len(daemon.error_files()) == 2)
        assert daemon.stop() == 0
        assert len(webhook.messages) == 1, "at most one in 600 seconds, also at the end"
        assert is_kept(daemon, "early.png")
    with Daemon(tmp_path, simulator, settings=notify(webhook.url)) as daemon:
        message = webhook.wait_for(2)[1]["message"]
        assert "early.png" in message
        assert "first.png" not in message
        eventually(lambda: not is_kept(daemon, "early.png"))
        assert daemon.stop() == 0
    assert len(webhook.messages) == 2


def test_what_fails_while_it_stops_is_kept(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    answered = threading.Event()

    def fault(_call: object) -> ErrorCode:
        answered.wait(30)
        return POISON

    simulator.fault = fault
    with Daemon(tmp_path, simulator, settings=notify(webhook.url, every=600.0)) as daemon:
        write(daemon.folder / "bad.png", "bad")
        simulator.wait_for(lambda: simulator.inside == 1, 30)
        daemon.ask_to_stop()
        eventually(lambda: daemon.says("stopping"))
        answered.set()
        assert daemon.process.wait(30) == 0
        assert daemon.error_files()
        assert is_kept(daemon, "bad.png")
    assert webhook.messages == []


@pytest.mark.slow
def test_a_message_that_was_being_sent_at_a_kill_is_sent_again(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    webhook.hangs = True
    simulator.next_faults.append(POISON)
    daemon = Daemon(tmp_path, simulator, settings=notify(webhook.url))
    with daemon:
        write(daemon.folder / "bad.png", "bad")
        webhook.wait_until_asked()
    webhook.hangs = False
    with daemon:
        (message,) = webhook.wait_for()
        assert "bad.png" in message["message"]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["hangs", "drips"])
def test_it_stops_in_time_while_a_target_does_not_answer_and_keeps_the_message(
    tmp_path: Path, simulator: Simulator, webhook: Webhook, how: str
) -> None:
    setattr(webhook, how, True)
    simulator.next_faults.append(POISON)
    daemon = Daemon(tmp_path, simulator, settings=notify(webhook.url))
    with daemon:
        write(daemon.folder / "bad.png", "bad")
        webhook.wait_until_asked()
        write(daemon.folder / "good.png", "good")
        eventually(lambda: "good.png" in daemon.texts())
        began = time.monotonic()
        assert daemon.stop() == 0
        assert time.monotonic() - began < 5.0
        assert is_kept(daemon, "bad.png")
    setattr(webhook, how, False)
    with daemon:
        assert "bad.png" in webhook.wait_for()[0]["message"]


@pytest.mark.slow
def test_a_target_that_refuses_is_told_of_once_and_costs_no_image(
    tmp_path: Path, simulator: Simulator
) -> None:
    simulator.fault = lambda call: POISON if "bad" in (call.words or "") else None
    port = free_port()
    chosen = notify(f"json://user:{SECRET}@127.0.0.1:{port}/{SECRET}")
    daemon = Daemon(tmp_path, simulator, settings=chosen, level="debug")
    with daemon:
        write(daemon.folder / "bad.png", "bad")
        eventually(lambda: daemon.says("messages cannot be sent"))
        write(daemon.folder / "bad2.png", "bad2")
        write(daemon.folder / "good.png", "good")
        eventually(lambda: "good.png" in daemon.texts() and len(daemon.error_files()) == 2)
        assert daemon.stop() == 0
        assert daemon.log.count("messages cannot be sent") == 1
        assert SECRET not in daemon.log
    with Webhook(port) as webhook, daemon:
        webhook.wait_for()
        eventually(told(webhook, "bad2.png"))
        assert "bad.png" in webhook.text
        assert daemon.stop() == 0


def test_a_target_that_answers_500_holds_up_no_other_target(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    simulator.next_faults.append(POISON)
    with Webhook() as broken:
        broken.status = 500
        settings = notify(broken.url, webhook.url)
        with Daemon(tmp_path, simulator, settings=settings, level="debug") as daemon:
            write(daemon.folder / "bad.png", "bad")
            webhook.wait_for()
            eventually(lambda: daemon.says("it answered 500"))
            assert is_kept(daemon, "bad.png")
            broken.status = 200
            change_settings(daemon, settle_seconds=0.1)  # after which it is tried at once
            broken.wait_for()
            eventually(lambda: daemon.says("messages are sent again"))
            assert daemon.stop() == 0
            assert daemon.log.count("messages cannot be sent") == 1
            assert SECRET not in daemon.log
            assert len(webhook.messages) == 1


@pytest.mark.slow
def test_another_address_after_a_reload_gets_what_the_first_did_not_take(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    simulator.next_faults.append(POISON)
    wrong = f"json://127.0.0.1:{free_port()}/{SECRET}"
    with Daemon(tmp_path, simulator, settings=notify(wrong)) as daemon:
        write(daemon.folder / "bad.png", "bad")
        eventually(lambda: daemon.says("messages cannot be sent"))
        change_settings(daemon, **notify(webhook.url))
        assert "bad.png" in webhook.wait_for()[0]["message"]
        change_settings(daemon, notify={"urls": []})
        write(daemon.folder / "good.png", "good")
        eventually(lambda: "good.png" in daemon.texts())
        assert daemon.stop() == 0


@pytest.mark.slow
def test_an_address_that_is_corrected_after_a_kill_gets_what_the_first_did_not_take(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    simulator.next_faults.append(POISON)
    wrong = f"json://127.0.0.1:{free_port()}/{SECRET}"
    with Daemon(tmp_path, simulator, settings=notify(wrong)) as daemon:
        write(daemon.folder / "bad.png", "bad")
        eventually(lambda: daemon.says("messages cannot be sent"))
        daemon.kill()
    with Daemon(tmp_path, simulator, settings=notify(webhook.url)) as daemon:
        assert "bad.png" in webhook.wait_for()[0]["message"]
        assert daemon.stop() == 0


@pytest.mark.slow
def test_one_run_tells_of_a_target_that_never_ends_its_answer(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    webhook.drips = True
    simulator.fault = lambda _call: POISON
    daemon = Daemon(tmp_path, simulator, settings=notify(webhook.url))
    write(daemon.folder / "bad.png", "bad")
    assert "messages cannot be sent" in daemon.once().stderr
    assert is_kept(daemon, "bad.png")


def test_names_are_one_line_without_markup(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    simulator.fault = lambda _call: POISON
    names = ["a\nPaused forever.png", "b\u202egnp.png", "c<b>@everyone](http:.png", "d\udcff.png"]
    with Daemon(tmp_path, simulator, settings=notify(webhook.url)) as daemon:
        for name in names:
            write(daemon.folder / name, name.encode("utf-8", "replace").decode())
        eventually(lambda: len(daemon.error_files()) == len(names))
        eventually(told(webhook, "d\\udcff.png"))
        text = webhook.text
        assert "a\\nPaused forever.png" in text
        assert "b\\u202egnp.png" in text
        assert "c\\x3cb\\x3e\\x40everyone\\x5d(http:.png" in text
        assert not set(text) & set("<>@\u202e")
        assert daemon.stop() == 0


def test_the_process_that_sends_has_no_key_and_ends_with_the_daemon(
    tmp_path: Path, simulator: Simulator, webhook: Webhook
) -> None:
    webhook.hangs = True
    simulator.next_faults.append(POISON)
    with Daemon(tmp_path, simulator, settings=notify(webhook.url)) as daemon:
        write(daemon.folder / "bad.png", "bad")
        webhook.wait_until_asked()
        (sender,) = [
            pid for pid in children_of(daemon.process.pid) if SENDER in words_of(pid, "cmdline")
        ]
        seen = words_of(sender, "environ") + words_of(sender, "cmdline")
        assert simulator.secret_key not in "".join(seen)
        assert SECRET not in "".join(seen)
    eventually(lambda: not words_of(sender, "cmdline"))  # a kill ends it, too


def test_one_run_tells_at_its_end(tmp_path: Path, simulator: Simulator, webhook: Webhook) -> None:
    chosen = notify(webhook.url, every=600.0, on=("failed", "idle"))
    daemon = Daemon(tmp_path, simulator, settings=chosen)
    simulator.fault = lambda call: POISON if "bad" in (call.words or "") else None
    for name in ("bad", "good"):
        write(daemon.folder / f"{name}.png", name)
    assert daemon.once().returncode == 1
    assert len(webhook.messages) == 1
    assert "bad.png" in webhook.text
    assert "1 recognised, 1 failed" in webhook.text
    write(daemon.folder / "bad2.png", "bad2")
    daemon.once()
    assert len(webhook.messages) == 1, "it is too early for another"
    assert is_kept(daemon, "bad2.png")
