"""Pages are read on the workers of a cluster, whatever happens to its members."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ocr_watcher import __version__
from ocr_watcher.engine.cluster.description import DESCRIPTION
from ocr_watcher.engine.description import EngineContext
from ocr_watcher.errors import DoubtfulImageError, ImageError, OutageError, Stopped
from ocr_watcher.values.page import Page
from tests.engine.cluster import slow_models
from tests.engine.cluster.machines import Machines, worker_of
from tests.simulator import pictures
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ocr_watcher.engine.cluster.engine import ClusterEngine


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    with Machines(tmp_path) as machines:
        yield machines


def page(words: str) -> Page:
    data = pictures.png(words)
    return Page(data, "PNG", *Image.open(io.BytesIO(data)).size)


def text(engine: ClusterEngine, words: str) -> str:
    return "\n".join(line.text for line in engine.recognise(page(words)).lines)


def test_a_worker_reads_the_pages_and_tells_where_its_lines_are(machines: Machines) -> None:
    machines.start_scheduler()
    machines.start_worker()
    engine = machines.engine()
    try:
        line = engine.recognise(page("a receipt")).lines[0]
    finally:
        engine.close()
    assert (line.text, line.box, line.score) == ("a receipt", (1, 2, 10, 10), 0.9)


def test_an_engine_may_be_closed_again_and_reads_nothing_more(machines: Machines) -> None:
    engine = machines.engine()
    for _ in range(2):
        engine.close()
    with pytest.raises(Stopped):
        engine.recognise(page("a receipt"))


@pytest.mark.slow
def test_without_a_scheduler_there_is_a_pause_and_no_failure(machines: Machines) -> None:
    engine = machines.engine()
    with pytest.raises(OutageError, match="cannot be reached") as told:
        engine.recognise(page("a receipt"))
    engine.close()
    assert told.value.code == "no-scheduler"


@pytest.mark.slow
def test_without_a_worker_there_is_a_pause_until_one_comes(machines: Machines) -> None:
    machines.start_scheduler()
    engine = machines.engine(grace=0.1)
    try:
        with pytest.raises(OutageError, match="no worker") as told:
            engine.recognise(page("a receipt"))
        machines.start_worker()
        eventually(lambda: engine.members)
        assert text(engine, "a receipt") == "a receipt"
    finally:
        engine.close()
    assert told.value.code == "no-workers"


@pytest.mark.slow
def test_pages_in_flight_are_one_more_for_each_worker_than_there_are_threads(
    machines: Machines,
) -> None:
    machines.start_scheduler()
    machines.start_worker(pages=3)
    machines.start_worker(pages=1)
    engine = machines.engine()
    numbers: list[int] = []
    try:
        assert engine.identity.endpoint
        engine.follow(numbers.append)
        eventually(lambda: numbers[-1] == 3 + 1 + 2)
    finally:
        engine.close()


@pytest.mark.slow
def test_a_page_whose_worker_is_killed_is_read_by_another(machines: Machines) -> None:
    machines.start_scheduler()
    nannies = [machines.start_worker(variables={slow_models.SECONDS: "0.5"}) for _ in range(2)]
    engine = machines.engine()
    words = [f"page {number}" for number in range(8)]
    try:
        assert engine.identity.endpoint
        eventually(lambda: len(engine.members) == 2)
        with ThreadPoolExecutor(4) as threads:
            texts = threads.map(partial(text, engine), words)
            eventually(lambda: len(machines.told()) >= 2)
            killed = worker_of(nannies[0])
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            assert list(texts) == words
    finally:
        engine.close()


@pytest.mark.slow
def test_a_page_that_kills_three_workers_fails_and_no_other_page_does(machines: Machines) -> None:
    machines.start_scheduler()
    machines.start_worker()
    engine = machines.engine()
    try:
        with pytest.raises(DoubtfulImageError) as told:
            engine.recognise(page("deadly"))
        assert text(engine, "harmless") == "harmless"
    finally:
        engine.close()
    assert told.value.code == "engine-crashed"
    assert machines.told().count("deadly") == 3


@pytest.mark.slow
def test_the_pages_beside_one_that_kills_workers_are_read(machines: Machines) -> None:
    machines.start_scheduler()
    for _ in range(2):
        machines.start_worker(pages=2, variables={slow_models.SECONDS: "0.3"})
    engine = machines.engine()
    words = [f"page {number}" for number in range(20)]
    try:
        assert engine.identity.endpoint
        eventually(lambda: len(engine.members) == 2)
        with ThreadPoolExecutor(7) as threads:
            deadly = threads.submit(text, engine, "deadly")
            assert list(threads.map(partial(text, engine), words)) == words
            with pytest.raises(DoubtfulImageError):
                deadly.result(60)
    finally:
        engine.close()
    most = max(machines.told().count(each) for each in words)
    assert most <= 1 + 1  # only the first kill finds others on its worker


@pytest.mark.slow
def test_a_scheduler_that_hangs_is_left_within_a_minute_and_no_page_is_to_blame(
    machines: Machines,
) -> None:
    scheduler = machines.start_scheduler()
    machines.start_worker(variables={slow_models.SECONDS: "1"})
    engine = machines.engine()
    try:
        assert text(engine, "a receipt") == "a receipt"
        scheduler.send_signal(signal.SIGSTOP)
        with ThreadPoolExecutor(2) as threads:
            waiting = [threads.submit(text, engine, f"page {number}") for number in range(2)]
            for each in waiting:
                with pytest.raises(OutageError) as told:
                    each.result(60)
                assert told.value.code == "no-scheduler"
        scheduler.send_signal(signal.SIGCONT)
        eventually(lambda: _found(engine))
        assert text(engine, "another receipt") == "another receipt"
    finally:
        scheduler.send_signal(signal.SIGCONT)
        engine.close()


@pytest.mark.slow
def test_a_worker_with_other_models_gets_no_page_and_the_log_names_it(
    machines: Machines, caplog: pytest.LogCaptureFixture
) -> None:
    machines.start_scheduler()
    machines.start_worker()
    engine = machines.engine()
    try:
        eventually(lambda: _found(engine))
        machines.start_worker(variables={slow_models.MODELS: "other models"})
        eventually(lambda: len(engine.members) == 2)
        assert [text(engine, f"page {number}") for number in range(6)] == [
            f"page {number}" for number in range(6)
        ]
    finally:
        engine.close()
    assert "it reads with other models, and others with PP-OCRv6_det_small" in caplog.text


@pytest.mark.slow
def test_a_worker_of_another_version_gets_no_page_and_check_and_the_log_name_it(
    machines: Machines, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    machines.start_scheduler()
    machines.start_worker(variables={slow_models.VERSION: "0.0.9"})
    why_not = f"127.0.0.1: it has ocr-watcher 0.0.9, and this machine {__version__}"
    engine = machines.engine(grace=0.1)
    try:
        assert engine.identity.endpoint
        eventually(lambda: engine.members)
        with pytest.raises(OutageError, match="no worker of the cluster") as told:
            engine.recognise(page("a receipt"))
        assert why_not in caplog.text
        with pytest.raises(OutageError) as told:
            engine.self_test()
        assert told.value.advice == why_not
        machines.start_worker(pages=3)
        eventually(lambda: len(engine.members) == 2)
        assert [text(engine, f"page {number}") for number in range(4)] == [
            f"page {number}" for number in range(4)
        ]
    finally:
        engine.close()
    context = EngineContext(machines.section, {}, frozenset())
    assert [(result.verdict, result.finding) for result in DESCRIPTION.checks(context)] == [
        ("ok", "workers: 1, threads: 3"),
        ("warn", f"a worker gets no pages: {why_not.partition(': ')[2]}"),
    ]


@pytest.mark.slow
def test_a_worker_far_slower_than_the_others_holds_up_the_end_by_one_page_at_most(
    machines: Machines,
) -> None:
    machines.start_scheduler()
    machines.start_worker(variables={slow_models.SECONDS: "8"})
    for _ in range(2):
        machines.start_worker(variables={slow_models.SECONDS: "0.2"})
    engine = machines.engine()
    words = [f"page {number}" for number in range(40)]
    try:
        assert engine.identity.endpoint
        eventually(lambda: len(engine.members) == 3)
        began = time.monotonic()
        with ThreadPoolExecutor(6) as threads:
            assert list(threads.map(partial(text, engine), words)) == words
        took = time.monotonic() - began
    finally:
        engine.close()
    assert took < 8 + 6  # with a page behind that of the slow worker it takes 16
    told = machines.told()
    assert {told.count(each) for each in words} == {1}  # what has begun is not begun elsewhere


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_worker_that_hangs_is_given_up_and_its_pages_are_read_by_another(
    machines: Machines,
) -> None:
    machines.start_scheduler()
    nannies = [machines.start_worker(variables={slow_models.SECONDS: "0.3"}) for _ in range(2)]
    engine = machines.engine()
    words = [f"page {number}" for number in range(12)]
    try:
        assert engine.identity.endpoint
        eventually(lambda: len(engine.members) == 2)
        with ThreadPoolExecutor(4) as threads:
            texts = threads.map(partial(text, engine), words)
            eventually(lambda: len(machines.told()) >= 3)
            hung = worker_of(nannies[0])
            assert hung is not None
            os.kill(hung, signal.SIGSTOP)
            assert list(texts) == words
    finally:
        engine.close()


@pytest.mark.slow
def test_an_engine_that_is_closed_ends_the_pages_in_flight_and_leaves_the_scheduler(
    machines: Machines,
) -> None:
    machines.start_scheduler()
    machines.start_worker(variables={slow_models.SECONDS: "30"})
    engine = machines.engine()
    with ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(text, engine, f"page {number}") for number in range(2)]
        eventually(machines.told)
        engine.close()
        for each in waiting:
            with pytest.raises(Stopped):
                each.result(10)
    assert "cluster" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.slow
def test_what_a_worker_tells_of_a_page_that_cannot_be_decoded_is_told_as_it_is(
    machines: Machines,
) -> None:
    machines.start_scheduler()
    machines.start_worker()
    engine = machines.engine()
    try:
        with pytest.raises(ImageError):
            engine.recognise(Page(b"no picture", "WEBP", 40, 40))
    finally:
        engine.close()


@pytest.mark.slow
def test_the_members_of_a_cluster_with_certificates_need_them(tmp_path: Path) -> None:
    with Machines(tmp_path, encrypted=True) as machines:
        machines.start_scheduler()
        machines.start_worker()
        engine = machines.engine()
        try:
            assert text(engine, "a receipt") == "a receipt"
        finally:
            engine.close()
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        stranger = Machines(elsewhere, encrypted=True)
        stranger.settings["scheduler"] = machines.settings["scheduler"]
        engine = stranger.engine()
        with pytest.raises(OutageError, match="cannot be reached"):
            engine.recognise(page("a receipt"))
        engine.close()


def _found(engine: ClusterEngine) -> bool:
    try:
        return engine.self_test().startswith("PP-OCRv6")
    except OutageError:
        return False
