"""`ocr-watcher check` tells whether people can be told, and with --notify tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands.program import in_this_process, write_settings
from tests.service.messages.webhook import SECRET, Webhook, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as webhook:
        yield webhook


def check(
    tmp_path: Path,
    settings: dict[str, object],
    variables: dict[str, str],
    *arguments: str,
    urls: tuple[str, ...] = (),
) -> tuple[int, list[str]]:
    """Returns the exit status, and the lines about messages."""
    chosen = {**settings, "notify": {"urls": list(urls)}} if urls else settings
    file = write_settings(tmp_path / "config.yaml", **chosen)
    ended = in_this_process("check", "-c", file, *arguments, variables=variables)
    assert SECRET not in ended.stdout + ended.stderr
    lines = ended.stdout.splitlines()
    return ended.returncode, [line for line in lines if line.split()[1].startswith("messages")]


def test_nobody_to_tell_is_nothing_to_check(
    tmp_path: Path, settings: dict[str, object], with_keys: dict[str, str]
) -> None:
    assert check(tmp_path, settings, with_keys) == (0, [])
    status, (line,) = check(tmp_path, settings, with_keys, "--notify")
    assert status == 1
    assert "set notify.urls" in line


def test_addresses_are_read_without_sending(
    tmp_path: Path, settings: dict[str, object], with_keys: dict[str, str], webhook: Webhook
) -> None:
    urls = (webhook.url, f"unknown://{SECRET}")
    status, lines = check(tmp_path, settings, with_keys, urls=urls)
    assert status == 1
    assert [line[:24] for line in lines] == ["ok    messages json (1):", "fail  messages unknown ("]
    assert "failed, paused" in lines[0]
    assert "does not understand" in lines[1]
    assert webhook.asked == 0


def test_a_message_is_sent_to_each_and_each_is_told_of(
    tmp_path: Path, settings: dict[str, object], with_keys: dict[str, str], webhook: Webhook
) -> None:
    urls = (webhook.url, f"json://{SECRET}@127.0.0.1:{free_port()}")
    status, lines = check(tmp_path, settings, with_keys, "--notify", urls=urls)
    assert status == 1
    assert lines[0] == "ok    messages json (1): accepted a message"
    assert lines[1].startswith("fail  messages json (2): there was no connection")
    assert "a test" in webhook.messages[0]["title"]
