"""Each metric moves with what it counts, in a whole pipeline."""

from __future__ import annotations

import builtins
import os
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.baidu.codes import CODES
from ocr_watcher.errors import (
    AccountError,
    EndpointError,
    ImageError,
    LimitError,
    OutageError,
    QuotaError,
    RequestError,
    UnknownFaultError,
)
from ocr_watcher.events.bus import EventBus
from ocr_watcher.service.metrics.facts import Facts
from ocr_watcher.service.metrics.metrics import Metrics
from ocr_watcher.values.machine import Machine
from ocr_watcher.values.pause import Pause
from ocr_watcher.values.snapshot import Counts, Snapshot
from tests.service.metrics.exposition import Scrape, needs_promtool, promtool

if TYPE_CHECKING:
    from collections.abc import Callable


def text_of(facts: Facts) -> bytes:
    metrics = Metrics()
    metrics.attach(facts, EventBus())
    return metrics.text()


def test_counters_begin_at_0_with_every_value_of_their_labels(bench):
    scrape = bench.now
    assert scrape.labels("ocr_watcher_calls_total", "code") == {"ok", *CODES, "other"}
    assert scrape.labels("ocr_watcher_images_finished_total", "state") == {"done", "failed"}
    for name in ("calls", "images_finished", "pages_read"):
        assert bench.get(f"{name}_total") == 0
    assert bench.get("page_duration_seconds_count") == bench.get("call_duration_seconds_count") == 0


def test_an_image_that_is_read_moves_the_counters_and_the_time_of_the_last_success(bench):
    before = time.time()
    assert bench.get("last_success_timestamp_seconds") == 0
    bench.drop("one", "two")
    bench.comes(2, "images", state="done")
    assert bench.get("images_finished_total", state="done") == 2
    assert bench.get("pages_read_total") == 2
    assert bench.get("page_duration_seconds_count") == 2
    assert bench.get("page_duration_seconds_sum") > 0
    assert bench.get("calls_total", engine="fake", endpoint="general", code="ok") == 2
    assert bench.get("call_duration_seconds_count", endpoint="general") == 2
    assert before <= bench.get("last_success_timestamp_seconds") <= time.time()
    assert bench.get("daily_limit_remaining_calls") == 8
    assert bench.get("daily_limit_calls") == 10


def test_an_image_that_fails_is_counted_by_folder_and_its_call_by_code(bench):
    bench.engine.next_faults.extend(
        [ImageError(216201, "no image"), ImageError(4711, "unheard of")]
    )
    bench.drop("one", "two")
    bench.comes(2, "images", state="failed")
    assert bench.get("images_finished_total", state="failed") == 2
    assert bench.get("calls_total", code="216201") == bench.get("calls_total", code="other") == 1
    assert bench.get("calls_total", code="ok") == 0
    assert bench.get("last_success_timestamp_seconds") == 0


def test_images_that_came_after_the_last_scan_wait_since_they_were_whole(bench):
    bench.comes(1, "healthy")
    assert (
        bench.get("oldest_waiting_timestamp_seconds") == bench.get("images", state="waiting") == 0
    )
    before = time.time()
    bench.engine.hold()
    bench.drop("one")
    bench.comes(1, "images", state="waiting")
    since = bench.get("oldest_waiting_timestamp_seconds")
    assert before <= since <= time.time()
    bench.drop("two")
    bench.comes(2, "images", state="waiting")
    assert bench.get("oldest_waiting_timestamp_seconds") == since
    bench.engine.release()
    bench.comes(0, "images", state="waiting")
    assert bench.get("oldest_waiting_timestamp_seconds") == 0


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (QuotaError(17, ""), "quota"),
        (LimitError("daily-limit", ""), "daily_limit"),
        (AccountError(14, ""), "account"),
        (AccountError(110, ""), "account"),
        (EndpointError(6, ""), "permission"),
        (OutageError("outage", ""), "outage"),
        (RequestError(216101, ""), "request"),
        (UnknownFaultError(4711, ""), "other"),
    ],
)
def test_a_pause_is_told_by_its_reason(bench, fault, reason):
    assert bench.get("paused") == 0
    bench.engine.next_faults.append(fault)
    bench.drop("one")
    bench.comes(1, "paused", endpoint="all", reason=reason)
    assert bench.get("paused") == 1


def test_a_pause_of_one_endpoint_is_told_by_its_name():
    pauses = {"accurate": Pause("17", "used up", "wait", 1.0, 2.0)}
    snapshot = Snapshot(Counts(), pauses=pauses)
    scrape = Scrape(
        text_of(Facts("x", ["general", "accurate"], [], lambda: snapshot, lambda _: True, CODES))
    )
    assert scrape.of("ocr_watcher_paused", endpoint="accurate", reason="quota") == 1
    assert scrape.of("ocr_watcher_paused") == 1


def test_a_folder_that_does_not_answer_is_told_until_it_answers(bench):
    bench.end()
    bench.begin(hang_seconds=0.2)
    bench.comes(0, "folder_hung")
    with bench.heartbeats.working("a look that hangs", str(bench.root)):
        bench.comes(1, "folder_hung", folder=str(bench.root))
    bench.comes(0, "folder_hung")


def test_counters_count_on_in_the_next_pipeline(bench):
    bench.drop("one")
    bench.comes(1, "images_finished_total", state="done")
    bench.end()
    bench.begin(limit=None)
    assert bench.get("images_finished_total", state="done") == 1
    assert "ocr_watcher_daily_limit_calls" not in bench.now.names
    bench.drop("two")
    bench.comes(2, "images_finished_total", state="done")
    bench.comes(2, "images", state="done")


def test_a_name_with_quotes_newlines_and_bytes_that_are_no_text_is_escaped(bench):
    assert bench.now.labels("ocr_watcher_images", "folder") == {str(bench.root)}
    snapshot = Snapshot(Counts(), by_folder={"/\udcff": Counts(done=3)}, hung=("/\udcff",))
    scrape = Scrape(text_of(Facts("x", [], ["/\udcff"], lambda: snapshot, lambda _: True)))
    assert scrape.of("ocr_watcher_images", folder="/\\udcff", state="done") == 3
    assert scrape.of("ocr_watcher_folder_hung", folder="/\\udcff") == 1


def test_the_machines_of_a_cluster_are_told_as_they_come_read_and_go(bench):
    names = ("cluster_workers", "cluster_threads", "cluster_last_minute_pages")
    bench.machines = (Machine("one", 2, 16, 900, 60), Machine("two", 1, 4, 7, 5))
    assert [bench.get(name, machine="one") for name in names] == [2, 16, 60]
    assert [bench.get(name, machine="two") for name in names] == [1, 4, 5]
    bench.machines = (Machine("one", 0, 0, 901, 61, why_not="it has other models"),)
    assert [bench.get(name, machine="one") for name in names] == [0, 0, 61]
    assert bench.now.labels("ocr_watcher_cluster_workers", "machine") == {"one"}
    bench.machines = ()
    assert not {f"ocr_watcher_{name}" for name in names} & bench.now.names


def test_a_cluster_has_a_bounded_number_of_labels(bench):
    bench.machines = tuple(Machine(f"host-{number}", 1, 1) for number in range(1_100))
    assert len(bench.now.labels("ocr_watcher_cluster_workers", "machine")) == 1_000


def test_a_pipeline_that_has_ended_is_not_healthy(bench):
    bench.comes(1, "healthy")
    bench.end()
    assert bench.get("healthy") == 0
    assert bench.get("folder_hung") == 0


def test_the_build_and_the_start_are_told(bench):
    assert bench.get("build_info", engine="fake") == 1
    assert bench.get("start_time_seconds") == pytest.approx(time.time(), abs=60)


def test_a_scrape_touches_no_file_and_no_network(bench, monkeypatch):
    bench.drop("one")
    bench.comes(1, "images", state="done")
    scraping = threading.get_ident()

    def watched(call: Callable[..., object]) -> Callable[..., object]:
        def instead(*arguments: object, **named: object) -> object:
            assert threading.get_ident() != scraping, (call, arguments)
            return call(*arguments, **named)

        return instead

    for name in ("open", "stat", "lstat", "scandir", "listdir", "statvfs"):
        monkeypatch.setattr(os, name, watched(getattr(os, name)))
    monkeypatch.setattr(socket, "create_connection", watched(socket.create_connection))
    monkeypatch.setattr(builtins, "open", watched(open))
    text = bench.metrics.text()
    monkeypatch.undo()
    assert Scrape(text).of("ocr_watcher_pages_read_total") == 1


@needs_promtool
def test_promtool_has_nothing_to_say(bench):
    bench.drop("one")
    bench.comes(1, "images", state="done")
    assert promtool("check", "metrics", given=bench.metrics.text()) == (0, "")
