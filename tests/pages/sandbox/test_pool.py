from __future__ import annotations

import contextlib
import functools
import io
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

from ocr_watcher.errors import DoubtfulImageError, ImageError, Stopped, TransientError
from ocr_watcher.pages.fit import fit_page, shrink
from ocr_watcher.pages.sandbox.pool import SandboxPool
from ocr_watcher.pages.source import open_source
from ocr_watcher.pages.types import Piece
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.geometry import Transform
from ocr_watcher.values.page import Page
from tests.engine.fake import LIMITS
from tests.proc import descriptors_of, is_gone, sandboxes_of, status_of, words_of
from tests.simulator.pictures import png
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.pages.types import FittedPage

ROOT = Path(__file__).parents[3]
SOON = 5.0
NO_PICTURE = b"MM\0*\0\0\0\x08"
"""The head of a TIFF, without which a file would be turned away before it comes to decoding."""


def tiff(pages: int = 1, size: tuple[int, int] = (300, 200)) -> bytes:
    """A file that must be decoded; each page has a grey of its own."""
    drawn = [Image.new("L", size, 40 * number) for number in range(1, pages + 1)]
    stream = io.BytesIO()
    drawn[0].save(stream, "TIFF", save_all=True, append_images=drawn[1:])
    return stream.getvalue()


@functools.cache
def large() -> bytes:
    """A file that takes some time and memory to decode."""
    stream = io.BytesIO()
    Image.new("RGB", (8000, 8000)).save(stream, "TIFF", compression="tiff_lzw")
    return stream.getvalue()


def in_this_process(data: bytes) -> list[FittedPage]:
    return [fit_page(source, LIMITS) for source in open_source(data)]


@contextlib.contextmanager
def opened(processes: int = 1, page_seconds: float = 60.0) -> Iterator[SandboxPool]:
    with contextlib.closing(SandboxPool(processes, page_seconds)) as sandboxes:
        yield sandboxes
    assert sandboxes_of(os.getpid()) == set()


@pytest.fixture
def sandboxes() -> Iterator[SandboxPool]:
    with opened() as sandboxes:
        yield sandboxes


def the_process() -> int:
    (pid,) = sandboxes_of(os.getpid())
    return pid


def started(sandboxes: SandboxPool) -> int:
    """Has a process started, and tells which."""
    list(sandboxes.open(tiff(), LIMITS))
    return the_process()


# Pages


def test_a_page_that_the_engine_takes_starts_no_process(sandboxes):
    data = png("words")
    (page,) = sandboxes.open(data, LIMITS)
    assert page.pieces[0].page.data == data
    assert sandboxes_of(os.getpid()) == set()


def test_pages_are_what_they_were_in_this_process(sandboxes):
    data = tiff(pages=3)
    assert list(sandboxes.open(data, LIMITS)) == in_this_process(data)


def test_one_process_serves_one_file_after_the_other(sandboxes):
    pid = started(sandboxes)
    assert len(list(sandboxes.open(tiff(pages=2), LIMITS))) == 2
    assert the_process() == pid


def test_a_smaller_rendering_is_what_it_were_in_this_process(sandboxes):
    stream = io.BytesIO()
    Image.effect_noise((1500, 1000), 64).save(stream, "PNG")
    (page,) = sandboxes.open(stream.getvalue(), LIMITS)
    (piece,) = page.pieces
    smaller = sandboxes.shrink(piece, LIMITS)
    assert smaller == shrink(piece, LIMITS)
    assert len(smaller.page.data) < len(piece.page.data)


def test_why_there_is_no_page_is_told_as_in_this_process(sandboxes):
    with pytest.raises(ImageError) as here:
        in_this_process(NO_PICTURE)
    with pytest.raises(ImageError) as there:
        list(sandboxes.open(NO_PICTURE, LIMITS))
    assert type(there.value) is type(here.value)
    assert str(there.value) == str(here.value)
    assert (there.value.code, there.value.advice) == (here.value.code, here.value.advice)


def test_a_picture_that_cannot_be_read_costs_no_process(sandboxes):
    pid = started(sandboxes)
    with pytest.raises(ImageError):
        list(sandboxes.open(NO_PICTURE, LIMITS))
    assert started(sandboxes) == pid


# Many files at once


def test_a_rendering_that_fails_costs_no_other_file_its_pages(sandboxes):
    pages = sandboxes.open(tiff(pages=2), LIMITS)
    next(pages)
    with pytest.raises(ImageError):
        sandboxes.shrink(Piece(Page(NO_PICTURE, "TIFF", 9, 9), Transform()), LIMITS)
    assert [page.number for page in pages] == [2]


def test_between_its_pages_a_file_holds_no_process(sandboxes):
    files = [tiff(pages=3), tiff(pages=4)]
    readers = [sandboxes.open(data, LIMITS) for data in files]
    pages = [next(readers[number % 2]) for number in range(6)]
    assert pages[0::2] == in_this_process(files[0])
    assert pages[1::2] == in_this_process(files[1])[:3]
    assert len(sandboxes_of(os.getpid())) == 1
    assert next(readers[1]).number == 4


def test_a_file_goes_on_in_the_process_that_holds_it():
    with opened(processes=2) as sandboxes:
        first, second = (sandboxes.open(tiff(pages=3), LIMITS) for _ in range(2))
        next(first)
        holder = the_process()
        next(second)
        (other,) = sandboxes_of(os.getpid()) - {holder}
        os.kill(other, signal.SIGSTOP)  # who asked it would wait
        assert [page.number for page in first] == [2, 3]


def test_eight_threads_share_two_processes():
    data = [tiff(pages=3, size=(200 + number, 100)) for number in range(8)]
    seen: set[int] = set()

    def read(number: int) -> list[FittedPage]:
        pages = []
        for page in sandboxes.open(data[number], LIMITS):
            pages.append(page)
            seen.update(sandboxes_of(os.getpid()))
        return pages

    with opened(processes=2) as sandboxes, ThreadPoolExecutor(8) as threads:
        assert list(threads.map(read, range(8))) == [in_this_process(file) for file in data]
        assert len(seen) == 2


def test_a_file_that_is_left_half_read_leaves_nothing_behind(sandboxes):
    pages = sandboxes.open(tiff(pages=3), LIMITS)
    next(pages)
    pid = the_process()
    pages.close()
    assert is_gone(pid)
    assert started(sandboxes) != pid


def test_a_file_that_is_left_while_its_process_does_something_else_leaves_nothing_behind(sandboxes):
    pages = sandboxes.open(tiff(pages=3), LIMITS)
    next(pages)
    pid = the_process()
    stream = io.BytesIO()
    Image.effect_noise((4000, 4000), 64).save(stream, "JPEG", quality=95)
    piece = Piece(Page(stream.getvalue(), "JPEG", 4000, 4000), Transform())
    with ThreadPoolExecutor(1) as threads:
        smaller = threads.submit(sandboxes.shrink, piece, LIMITS)
        eventually(lambda: not sandboxes._lending.has_idle)
        pages.close()
        assert not smaller.done()
        assert smaller.result().page.width < 4000
    assert is_gone(pid)


# Harm


def in_the_background(sandboxes: SandboxPool, data: bytes) -> Callable[[], object]:
    """Asks for the pages of a file on a thread of its own; called, tells how that ended."""
    threads = ThreadPoolExecutor(1)
    ended = threads.submit(lambda: list(sandboxes.open(data, LIMITS)))
    threads.shutdown(wait=False)
    return lambda: ended.exception(timeout=60) or ended.result()


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (signal.SIGKILL, "was killed"),
        (signal.SIGSEGV, f"signal {signal.SIGSEGV:d}, Segmentation fault"),
        (signal.SIGRTMAX, f"signal {signal.SIGRTMAX:d}"),
    ],
)
def test_a_process_that_is_ended_within_a_page_fails_that_page_and_no_other(
    sandboxes, number, told
):
    pid = started(sandboxes)
    os.kill(pid, signal.SIGSTOP)
    end = in_the_background(sandboxes, tiff())
    eventually(lambda: not sandboxes._lending.has_idle)
    os.kill(pid, number)
    os.kill(pid, signal.SIGCONT)
    error = end()
    assert isinstance(error, DoubtfulImageError)
    assert error.code == "decoder-crashed"
    assert told in str(error)
    assert len(list(sandboxes.open(tiff(pages=2), LIMITS))) == 2


def test_a_process_that_is_killed_between_two_pages_fails_none(sandboxes):
    pages = sandboxes.open(tiff(pages=2), LIMITS)
    assert next(pages).number == 1
    pid = the_process()
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: is_gone(pid))
    assert [page.number for page in pages] == [2]


def test_a_process_that_hangs_is_ended_and_the_page_fails_for_good():
    with opened(page_seconds=1) as sandboxes:
        pid = started(sandboxes)
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(ImageError) as raised:
            list(sandboxes.open(tiff(), LIMITS))
        assert type(raised.value) is ImageError
        assert (raised.value.code, bool(raised.value.advice)) == ("too-slow", True)
        assert "1 seconds" in str(raised.value)
        assert is_gone(pid)
        assert len(list(sandboxes.open(tiff(pages=2), LIMITS))) == 2


def test_a_process_that_takes_nothing_in_is_ended_as_well():
    with opened(page_seconds=1) as sandboxes:
        os.kill(started(sandboxes), signal.SIGSTOP)
        with pytest.raises(ImageError, match="1 seconds"):
            list(sandboxes.open(tiff() + bytes(10_000_000), LIMITS))


def test_a_page_that_takes_long_is_not_waited_for():
    with opened(page_seconds=0.05) as sandboxes, pytest.raises(ImageError) as raised:
        list(sandboxes.open(large(), LIMITS))
    assert raised.value.code == "too-slow"


def grow_by_no_more_than(pid: int, size: int) -> None:
    addresses = 1024 * int(status_of(pid)["VmSize"].split()[0])
    resource.prlimit(pid, resource.RLIMIT_AS, (addresses + size,) * 2)


def test_a_page_that_takes_too_much_memory_is_doubtful(sandboxes):
    pid = started(sandboxes)
    grow_by_no_more_than(pid, 50_000_000)
    with pytest.raises(DoubtfulImageError) as raised:
        list(sandboxes.open(large(), LIMITS))
    assert raised.value.code == "too-large-to-decode"
    assert started(sandboxes) == pid


def test_a_process_that_ends_by_itself_is_told_with_its_status(sandboxes):
    grow_by_no_more_than(started(sandboxes), 10_000_000)
    with pytest.raises(DoubtfulImageError, match=r"ended \(status 1\)"):
        list(sandboxes.open(tiff() + bytes(50_000_000), LIMITS))
    assert len(list(sandboxes.open(tiff(), LIMITS))) == 1


def test_signals_that_ask_a_program_to_end_are_not_for_it(sandboxes):
    pid = started(sandboxes)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(pid, number)
    assert started(sandboxes) == pid


def test_a_thread_that_waits_for_a_page_is_not_taken_for_one_that_hangs():
    heartbeats = Heartbeats()
    with contextlib.closing(SandboxPool(1, heartbeats=heartbeats)) as sandboxes:
        os.kill(started(sandboxes), signal.SIGSTOP)

        def read() -> None:
            with heartbeats.working("an image"), contextlib.suppress(Stopped):
                list(sandboxes.open(tiff(), LIMITS))

        reader = threading.Thread(target=read)
        reader.start()
        eventually(lambda: not sandboxes._lending.has_idle)
        assert heartbeats.overdue(0.0) is None
    reader.join()


# The end


def test_whoever_waits_when_it_ends_is_told_at_once(sandboxes):
    os.kill(started(sandboxes), signal.SIGSTOP)
    asks = in_the_background(sandboxes, tiff())
    eventually(lambda: not sandboxes._lending.has_idle)
    waits = in_the_background(sandboxes, tiff())
    began = time.monotonic()
    sandboxes.close()
    assert isinstance(asks(), Stopped)
    assert isinstance(waits(), Stopped)
    assert time.monotonic() - began < SOON


def test_after_the_end_no_page_is_rendered_but_who_has_read_the_last_learns_so(sandboxes):
    one, two = (sandboxes.open(tiff(pages), LIMITS) for pages in (1, 2))
    next(one)
    next(two)
    sandboxes.close()
    assert list(one) == []
    with pytest.raises(Stopped):
        next(two)


ANOTHER_PROCESS = """
import os, sys, threading
from ocr_watcher.pages.sandbox.pool import SandboxPool
from tests.engine.fake import LIMITS
from tests.pages.sandbox.test_pool import the_process, tiff

sandboxes = SandboxPool(1)
pages = sandboxes.open(tiff(pages=2), LIMITS)
next(pages)
print(the_process(), flush=True)
threading.Event().wait()
"""


def test_a_daemon_that_is_killed_leaves_no_process_behind():
    with subprocess.Popen(
        [sys.executable, "-c", ANOTHER_PROCESS], cwd=ROOT, stdout=subprocess.PIPE
    ) as daemon:
        assert daemon.stdout is not None
        pid = int(daemon.stdout.readline())
        assert not is_gone(pid)
        daemon.kill()
        eventually(lambda: is_gone(pid), SOON)


# What a process has


def test_it_inherits_no_secret_and_no_descriptor(monkeypatch, sandboxes, tmp_path):
    monkeypatch.setenv("OCR_WATCHER_BAIDU_SECRET_KEY", "hidden")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/hidden")
    monkeypatch.setenv("https_proxy", "http://user:hidden@proxy")
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        pid = started(sandboxes)
        variables = words_of(pid, "environ")
        assert variables != []
        assert not [variable for variable in variables if "hidden" in variable]
        leads_to = sorted(path.partition(":")[0] for path in descriptors_of(pid).values())
        assert leads_to == ["/dev/null", "/dev/null", "/dev/null", "pipe", "socket"]


def test_it_is_bounded_in_all_that_decoding_does_not_need(sandboxes):
    pid = started(sandboxes)
    bounds = {
        resource.RLIMIT_AS: 3 * 2**30,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    assert {which: resource.prlimit(pid, which)[0] for which in bounds} == bounds
    assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")


def test_where_memory_runs_out_the_kernel_takes_it_first(sandboxes):
    assert Path(f"/proc/{started(sandboxes)}/oom_score_adj").read_text() == "1000\n"


# No process


def test_where_no_process_can_be_started_no_picture_is_to_blame(sandboxes):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        with pytest.raises(TransientError) as raised:
            list(sandboxes.open(tiff(), LIMITS))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert (raised.value.code, bool(raised.value.advice)) == ("no-renderer", True)
    assert "Too many open files" in str(raised.value)
    assert len(list(sandboxes.open(tiff(), LIMITS))) == 1


def test_a_process_that_does_not_get_ready_is_no_picture_s_fault(monkeypatch, sandboxes):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(TransientError, match=r"did not start \(status 1\)") as raised:
        list(sandboxes.open(tiff(), LIMITS))
    assert raised.value.code == "no-renderer"
