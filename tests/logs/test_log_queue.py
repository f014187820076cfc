from __future__ import annotations

import fcntl
import logging
import os
import threading

import pytest

from ocr_watcher.logs.log_queue import LogQueue
from tests.waiting import eventually


def record(message: str) -> logging.LogRecord:
    return logging.LogRecord("ocr_watcher", logging.INFO, "", 0, message, (), None)


def test_what_is_logged_is_written_in_order(tmp_path):
    file = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT)
    handler = LogQueue(logging.StreamHandler(), descriptor=file)
    for number in range(100):
        handler.handle(record(str(number)))
    assert handler.end(10)
    os.close(file)
    assert (tmp_path / "log").read_text().split() == [str(number) for number in range(100)]


def test_a_pipe_that_nobody_reads_blocks_nobody_and_what_was_dropped_is_counted():
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    handler = LogQueue(logging.StreamHandler(), descriptor=writer, most=10)
    for _ in range(100):
        handler.handle(record("x" * 1000))
    assert not handler.end(0.05)
    told: list[bytes] = []
    reading = threading.Thread(
        target=lambda: told.extend(iter(lambda: os.read(reader, 65536), b""))
    )
    reading.start()
    eventually(handler._queue.empty)
    handler.handle(record("next"))
    assert handler.end(10)
    os.close(writer)
    reading.join(10)
    os.close(reader)
    assert b"were dropped" in b"".join(told)


@pytest.mark.parametrize("gone", ["closed", "full"])
def test_where_nothing_can_be_written_nothing_fails(gone):
    if gone == "full":
        descriptor = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, descriptor = os.pipe()
        os.close(reader)
    handler = LogQueue(logging.StreamHandler(), descriptor=descriptor)
    handler.handle(record("one"))
    handler.handle(record("two"))
    assert handler.end(10)
    eventually(lambda: not handler._thread.is_alive())
    os.close(descriptor)
