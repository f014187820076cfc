from __future__ import annotations

import socket
import time

import pytest

from ocr_watcher.engine.baidu.transport import _DeadlineReader


def test_what_arrives_after_the_deadline_is_not_read() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.01)
        reader = _DeadlineReader(ours.makefile("rb", buffering=0), ours)
        theirs.sendall(b"early late")
        assert reader.read(5) == b"early"
        deadline = time.monotonic() + 0.02
        while time.monotonic() <= deadline:
            pass
        with pytest.raises(TimeoutError):
            reader.read(5)
        reader.close()
