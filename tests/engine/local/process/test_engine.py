"""The engine and the process of its models, which here has a stand-in for the models."""

from __future__ import annotations

import itertools
import logging
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ocr_watcher.engine.local.process import models_process
from ocr_watcher.errors import (
    DoubtfulImageError,
    DoubtfulServiceError,
    EngineMissingError,
    ImageError,
    Stopped,
    TransientError,
)
from ocr_watcher.processes.errors import ProcessFault
from tests.engine.local.pictures import page_of
from tests.engine.local.process.conftest import STAND_IN, models_of, the_models
from tests.engine.local.process.stand_in import (
    ALL_CRASH,
    CRASHED,
    ENDED,
    ENDS_AT_START,
    FAILS,
    HANGS,
    HANGS_AT_START,
    HAS_A_BUG,
    KILLED,
    KILLED_AT_START,
    KILLED_ONCE,
    NO_MODELS,
    NONSENSE,
    ONE_CRASHES,
)
from tests.proc import children_of, descriptors_of, is_gone, status_of, words_of
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.engine.local.engine import LocalEngine
    from ocr_watcher.values.page import Page

ROOT = Path(__file__).parents[4]
SOON = 20.0


def page(width: int = 300, height: int = 40) -> Page:
    return page_of(Image.new("L", (width, height), "white"), "BMP")


def text_of(engine: LocalEngine, width: int = 300, height: int = 40) -> str:
    (line,) = engine.recognise(page(width, height)).lines
    return line.text


def started(engine: LocalEngine) -> int:
    """The number of its process, which has read a page."""
    assert text_of(engine) == "300 x 40"
    (pid,) = the_models()
    return pid


def in_the_background(engine: LocalEngine, *pages: Page) -> list[Callable[[], object]]:
    """Has pages read on threads of their own; each function waits for the end of one."""
    threads = ThreadPoolExecutor(len(pages))
    ends = [threads.submit(engine.recognise, page) for page in pages]
    threads.shutdown(wait=False)
    return [lambda end=end: end.result(SOON) for end in ends]


# One process


def test_no_process_is_started_before_there_is_a_page(engine):
    assert engine.limits.formats == {"BMP"}
    assert the_models() == set()


def test_one_process_reads_one_page_after_the_other(engine):
    pid = started(engine)
    assert text_of(engine, 400) == "400 x 40"
    assert the_models() == {pid}
    assert engine.identity.endpoint == "stand-in"
    assert engine.self_test() == "stand-in read a drawn word (none, threads: 1)"


def test_several_threads_get_each_its_own_page(opened):
    engine = opened(lanes=3)
    with ThreadPoolExecutor(8) as threads:
        texts = list(threads.map(lambda width: text_of(engine, width), range(300, 340)))
    assert texts == [f"{width} x 40" for width in range(300, 340)]
    assert len(the_models()) == 1


def test_several_pages_are_read_at_once_where_there_are_several_lanes(opened):
    engine = opened(lanes=2)
    pid = started(engine)
    (hangs,) = in_the_background(engine, page(HANGS))
    assert text_of(engine) == "300 x 40"
    assert the_models() == {pid}
    engine.close()
    with pytest.raises(Stopped):
        hangs()


def test_start_and_end_are_told_once_each(opened, caplog):
    caplog.set_level(logging.INFO)
    engine = opened(idle_seconds=0.2)
    pid = started(engine)
    eventually(lambda: is_gone(pid) and len(caplog.records) > 1)
    assert [record.message for record in caplog.records] == [
        "the local models are loaded",
        "the local models had no work and free their memory",
    ]
    fields = caplog.records[0].fields
    assert fields.pop("seconds") > 0
    assert fields == {"models": "stand-in", "backend": "none", "threads": 1, "process": pid}
    assert caplog.records[1].fields == {"process": pid}


# Errors of a page


def test_why_a_page_was_not_read_is_told_and_costs_no_process(engine):
    pid = started(engine)
    broken = page()
    object.__setattr__(broken, "data", b"\xff\xd8\xff")
    with pytest.raises(ImageError) as raised:
        engine.recognise(broken)
    assert (raised.value.code, bool(str(raised.value))) == ("cut-off", True)
    assert started(engine) == pid


def test_a_page_that_the_models_fail_on_fails_alone(engine):
    pid = started(engine)
    with pytest.raises(ImageError, match="AssertionError") as raised:
        engine.recognise(page(FAILS))
    assert raised.value.code == "engine-failed"
    assert started(engine) == pid


def test_a_fault_of_the_program_is_told_by_its_place(engine):
    pid = started(engine)
    with pytest.raises(ProcessFault, match=r"^AttributeError at messages\.py:\d+ in "):
        engine.recognise(page(HAS_A_BUG))
    assert started(engine) == pid


# Its end


def test_a_page_whose_process_is_killed_from_outside_is_read_again(engine):
    pid = started(engine)
    os.kill(pid, signal.SIGSTOP)
    (end,) = in_the_background(engine, page(500))
    eventually(lambda: engine._turns._taken)
    os.kill(pid, signal.SIGKILL)
    assert end().lines[0].text == "500 x 40"
    assert the_models() != {pid}


def test_a_process_that_is_killed_without_a_page_costs_nobody_a_try(engine, caplog):
    pid = started(engine)
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: caplog.records)
    assert [record.getMessage() for record in caplog.records] == [
        "the process of the local models was killed"
    ]
    eventually(lambda: not Path(f"/proc/{pid}").exists())  # not even as a zombie
    assert started(engine) != pid


@pytest.mark.parametrize(
    ("width", "cause"),
    [
        (KILLED, "was killed"),
        (CRASHED, "crashed (signal 11, Segmentation fault)"),
        (ENDED, "ended (status 0)"),
        (NONSENSE, "talks nonsense"),
    ],
)
def test_a_page_that_ends_its_process_twice_is_doubtful_and_harms_no_other(
    engine, width: int, cause: str
):
    started(engine)
    with pytest.raises(DoubtfulImageError) as raised:
        engine.recognise(page(width))
    assert raised.value.code == "engine-crashed"
    assert cause in str(raised.value)
    assert raised.value.advice
    assert started(engine)


def test_a_page_whose_process_the_kernel_kills_for_memory_is_not_blamed_alone(
    engine, monkeypatch, caplog
):
    kills = itertools.count()
    monkeypatch.setattr(models_process, "oom_kills", lambda: next(kills))
    started(engine)
    with pytest.raises(DoubtfulServiceError, match="killed by the kernel, as memory ran out"):
        engine.recognise(page(KILLED))
    assert "was killed by the kernel, as memory ran out" in caplog.text
    with pytest.raises(DoubtfulImageError, match="crashed"):
        engine.recognise(page(CRASHED))
    assert started(engine)


def test_pages_that_are_read_beside_one_that_crashes_are_read(opened):
    engine = opened(lanes=3)
    started(engine)
    ends = in_the_background(engine, page(KILLED), *map(page, range(310, 330)))
    with pytest.raises(DoubtfulImageError):
        ends[0]()
    assert [end().lines[0].text for end in ends[1:]] == [f"{x} x 40" for x in range(310, 330)]


def test_a_page_that_takes_too_long_ends_the_process_and_others_are_read_again(opened):
    engine = opened(lanes=2, page_seconds=2)
    pid = started(engine)
    os.kill(pid, signal.SIGSTOP)
    slow, other = in_the_background(engine, page(301), page(302))
    errors = []
    for end in (slow, other):
        try:
            assert end().lines
        except DoubtfulImageError as error:
            errors.append(error.code)
    assert errors in (["too-slow"], ["too-slow"] * 2)
    eventually(lambda: is_gone(pid))
    assert started(engine)


def test_a_page_that_hangs_is_too_slow(opened):
    engine = opened(page_seconds=0.5)
    started(engine)
    with pytest.raises(DoubtfulImageError, match=r"within 0\.5 seconds"):
        engine.recognise(page(HANGS))
    assert started(engine)


def test_it_ends_when_it_has_no_work_and_comes_back_with_the_next_page(opened):
    engine = opened(idle_seconds=0.2)
    first = started(engine)
    eventually(lambda: not Path(f"/proc/{first}").exists())  # not even as a zombie
    second = started(engine)
    assert second != first


def test_a_page_that_arrives_while_it_ends_is_read(opened):
    engine = opened(idle_seconds=0.5)
    pid = started(engine)
    os.kill(pid, signal.SIGSTOP)
    ends_at = time.monotonic() + 0.5
    (end,) = in_the_background(engine, page(500))
    eventually(lambda: time.monotonic() > ends_at)
    os.kill(pid, signal.SIGCONT)  # now its time is over, and a page is there
    assert end().lines[0].text == "500 x 40"


def test_signals_that_ask_a_program_to_end_are_not_for_it(engine):
    pid = started(engine)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pid, number)
    assert started(engine) == pid


# The end of the engine


def test_whoever_waits_for_a_page_when_it_ends_is_told_at_once(engine):
    of_other_tests = children_of(os.getpid()) - {started(engine)}
    ends = in_the_background(engine, page(HANGS), page(301), page(302))
    eventually(lambda: engine._turns._taken)
    engine.close()
    for end in ends:
        with pytest.raises(Stopped):
            end()
    with pytest.raises(Stopped):
        engine.recognise(page())
    assert children_of(os.getpid()) <= of_other_tests


def own_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_it_leaves_nothing_behind(opened):
    threads, descriptors = set(threading.enumerate()), own_descriptors()
    engine = opened(lanes=3)
    started(engine)
    engine.close()
    assert set(threading.enumerate()) == threads
    assert own_descriptors() == descriptors
    engine.close()


ANOTHER_PROCESS = f"""
import os, threading
from ocr_watcher.engine.local.process import models_process
models_process._WORKER = "{STAND_IN}"
from ocr_watcher.engine.local.engine import LocalEngine
from tests.engine.local.process.stand_in import HANGS
from tests.engine.local.process.test_engine import page, started

engine = LocalEngine(threads=1, lanes=2)
print(started(engine), flush=True)
engine.recognise(page(HANGS))
"""


def test_a_daemon_that_is_killed_leaves_no_process_behind():
    with subprocess.Popen(
        [sys.executable, "-c", ANOTHER_PROCESS], cwd=ROOT, stdout=subprocess.PIPE
    ) as daemon:
        assert daemon.stdout is not None
        pid = int(daemon.stdout.readline())
        assert models_of(daemon.pid) == {pid}
        daemon.kill()
        eventually(lambda: is_gone(pid), SOON)


# What the process has


def test_it_inherits_no_secret_and_no_descriptor(monkeypatch, opened):
    monkeypatch.setenv("OCR_WATCHER_BAIDU_SECRET_KEY", "hidden")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/hidden")
    monkeypatch.setenv("https_proxy", "http://user:hidden@proxy")
    pid = started(opened(lanes=2))
    variables = words_of(pid, "environ")
    assert variables != []
    assert not [variable for variable in variables if "hidden" in variable]
    leads_to = sorted(path.partition(":")[0] for path in descriptors_of(pid).values())
    assert leads_to == ["/dev/null", "/dev/null", "/dev/null", "pipe", "socket", "socket"]


def test_it_is_bounded_in_what_reading_does_not_need(engine):
    pid = started(engine)
    bounds = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_NOFILE: 64}
    assert {which: resource.prlimit(pid, which)[0] for which in bounds} == bounds
    assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")
    assert Path(f"/proc/{pid}/oom_score_adj").read_text() == "900\n"
    assert "SigBlk" in status_of(pid)


# No process


def test_models_that_are_not_there_are_told(opened):
    engine = opened(further=[Path(NO_MODELS)])
    with pytest.raises(EngineMissingError, match="there are no models") as raised:
        engine.recognise(page())
    assert raised.value.advice == "Get some."


def test_a_process_that_does_not_get_ready_is_no_page_s_fault(opened):
    engine = opened(further=[Path(ENDS_AT_START)])
    for _ in range(2):
        with pytest.raises(TransientError, match=r"did not start \(ended \(status 3\)\)") as raised:
            engine.recognise(page())
    assert raised.value.code == "no-models"


def test_a_backend_that_crashes_when_it_loads_is_replaced_by_the_next_one(opened):
    engine = opened(further=[Path(ONE_CRASHES)])
    assert "none but openvino" in engine.self_test()
    assert engine.recognise(page()).lines


def test_a_process_that_is_killed_while_it_loads_is_started_once_more(opened, tmp_path):
    mark = tmp_path / KILLED_ONCE
    mark.mkdir()
    assert "read a drawn word" in opened(further=[mark]).self_test()
    assert (mark / "started").is_dir()


def test_where_each_process_is_killed_while_it_loads_no_page_is_to_blame(opened):
    engine = opened(further=[Path(KILLED_AT_START)])
    for _ in range(2):
        with pytest.raises(TransientError, match=r"did not start \(was killed\)"):
            engine.recognise(page())


def test_where_every_backend_crashes_no_page_is_to_blame(opened):
    engine = opened(further=[Path(ALL_CRASH)])
    for _ in range(2):
        with pytest.raises(TransientError, match=r"did not start \(crashed \(signal 11"):
            engine.recognise(page())


def test_where_no_process_can_be_started_no_page_is_to_blame(engine):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        with pytest.raises(TransientError, match="Too many open files"):
            engine.recognise(page())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert started(engine)


def test_an_engine_that_is_closed_while_its_models_load_ends_at_once(opened):
    engine = opened(further=[Path(HANGS_AT_START)])
    (end,) = in_the_background(engine, page())
    eventually(the_models)
    engine.close()
    with pytest.raises(Stopped):
        end()


def test_a_lane_that_fails_ends_the_process_and_the_page_is_not_waited_for(engine):
    started(engine)
    process = engine._keeper.process()
    (channel,) = process._free
    channel.sendall(b"\xff" * 8)  # no message is so long
    began = time.monotonic()
    assert text_of(engine) == "300 x 40"  # by another process
    assert time.monotonic() - began < SOON
    assert process._status == 70
