"""A message is sent by a process of its own, which is ended in time and tells no secret."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from ocr_watcher.service.messages.delivery import (
    BROKEN_OFF,
    NOT_STARTED,
    SEND_SECONDS,
    START_SECONDS,
    Delivery,
)
from ocr_watcher.service.messages.digest import Digest
from ocr_watcher.service.messages.outbox import LEASE_SECONDS
from ocr_watcher.service.messages.sender_process import NOT_UNDERSTOOD
from ocr_watcher.service.messages.target import Target, targets_of
from tests.service.messages.webhook import SECRET, Webhook, free_port

if TYPE_CHECKING:
    from collections.abc import Mapping

DIGEST = Digest("a title", "line one\n*line* <two> & ${HOME} :smile: \\t\n", "failure")


def send(
    *urls: str, digest: Digest | None = DIGEST, delivery: Delivery | None = None
) -> Mapping[str, str]:
    """Sends a message, and returns the fault of each target by its number."""
    faults: dict[str, str] = {}

    def on_result(target: Target, fault: str) -> None:
        faults[str(target)] = fault

    targets = targets_of(map(SecretStr, urls))
    (delivery or Delivery()).send(dict.fromkeys(targets, digest), on_result)
    return faults


def test_a_message_arrives_as_it_was_written(webhook: Webhook) -> None:
    assert send(webhook.url) == {"json (1)": ""}
    (message,) = webhook.messages
    assert message["title"] == DIGEST.title
    assert message["message"].strip() == DIGEST.body.strip()
    assert message["type"] == "failure"


def test_each_target_has_its_own_result(webhook: Webhook) -> None:
    refusing = f"json://user:{SECRET}@127.0.0.1:{free_port()}/{SECRET}"
    with Webhook() as broken:
        broken.status = 503
        faults = send(refusing, webhook.url, broken.url, f"nothing://{SECRET}")
    assert faults == {
        "json (1)": "there was no connection, or no answer in time",
        "json (2)": "",
        "json (3)": "it answered 503",
        "nothing (4)": NOT_UNDERSTOOD,
    }
    assert SECRET not in str(faults)


def test_one_that_drips_is_given_up_in_time_and_the_others_have_their_message(
    webhook: Webhook,
) -> None:
    with Webhook() as dripping:
        dripping.drips = True
        began = time.monotonic()
        faults = send(dripping.url, webhook.url, delivery=Delivery(2.0))
        assert time.monotonic() - began < SEND_SECONDS / 2  # the start of the process among it
    assert faults["json (2)"] == ""
    assert "did not answer" in faults["json (1)"]


def test_the_start_of_the_process_takes_nothing_from_the_time_of_a_target(
    webhook: Webhook,
) -> None:
    began = time.monotonic()
    assert send(webhook.url, delivery=Delivery(60.0)) == {"json (1)": ""}
    whole = time.monotonic() - began
    # Most of it is the start; other work on the machine may hold up one sending, but not each.
    assert any(send(webhook.url, delivery=Delivery(whole / 2))["json (1)"] == "" for _ in range(5))


def test_a_process_that_does_not_start_in_time_is_no_fault_of_the_target(webhook: Webhook) -> None:
    delivery = Delivery(start_seconds=0.01)
    assert send(webhook.url, delivery=delivery) == {"json (1)": NOT_STARTED}
    assert webhook.asked == 0


def test_the_process_has_the_priority_of_the_daemon(webhook: Webhook) -> None:
    webhook.hangs = True
    delivery = Delivery()
    seen: list[int] = []

    def look() -> None:
        webhook.wait_until_asked()
        assert delivery._process is not None
        seen.append(os.getpriority(os.PRIO_PROCESS, delivery._process.pid))
        delivery.break_off()

    looking = threading.Thread(target=look)
    looking.start()
    send(webhook.url, delivery=delivery)
    looking.join()
    assert seen == [os.getpriority(os.PRIO_PROCESS, 0)]


def test_an_answer_without_end_meets_the_bound_of_the_memory(webhook: Webhook) -> None:
    webhook.floods = True
    faults = send(webhook.url, delivery=Delivery(60.0))
    assert faults == {"json (1)": "it did not take the message"}


def test_twenty_targets_have_their_message_at_once(webhook: Webhook) -> None:
    assert set(send(*(f"{webhook.url}/{n}" for n in range(20))).values()) == {""}
    assert len(webhook.messages) == 20


def test_a_sending_can_be_broken_off(webhook: Webhook) -> None:
    webhook.hangs = True
    delivery = Delivery()

    def break_off() -> None:
        webhook.wait_until_asked()
        delivery.break_off()

    breaker = threading.Thread(target=break_off)
    breaker.start()
    assert send(webhook.url, delivery=delivery) == {"json (1)": BROKEN_OFF}
    breaker.join()
    assert send(webhook.url, delivery=delivery) == {"json (1)": BROKEN_OFF}


def test_no_redirect_is_followed(webhook: Webhook) -> None:
    with Webhook() as elsewhere:
        webhook.status, webhook.location = 307, f"http://127.0.0.1:{elsewhere.port}/"
        assert send(webhook.url) == {"json (1)": "it answered 307"}
        assert elsewhere.asked == 0
        assert send(f"{webhook.url}?redirect=yes") == {"json (1)": ""}
        assert elsewhere.asked == 1


@pytest.mark.parametrize("scheme", ["http", "file", "memory", "include"])
def test_no_configuration_is_fetched(webhook: Webhook, scheme: str) -> None:
    url = f"{scheme}://127.0.0.1:{webhook.port}/apprise.yml"
    assert send(url) == {f"{scheme} (1)": NOT_UNDERSTOOD}
    assert webhook.asked == 0


def test_an_address_can_be_read_without_sending(webhook: Webhook) -> None:
    assert send(webhook.url, "json://", digest=None) == {"json (1)": "", "json (2)": NOT_UNDERSTOOD}
    assert webhook.asked == 0


def test_a_proxy_that_is_set_is_used(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{webhook.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert send("json://webhook.example.org/path") == {"json (1)": ""}
    assert len(webhook.messages) == 1


def test_a_sending_ends_before_another_process_may_send() -> None:
    assert START_SECONDS + SEND_SECONDS + 5 < LEASE_SECONDS


def test_a_target_shows_its_service_alone() -> None:
    (target,) = targets_of([SecretStr(f"Mailto://me:{SECRET}@example.org")] * 2)
    assert str(target) == "mailto (1)"
    assert SECRET not in repr(target) + target.key
