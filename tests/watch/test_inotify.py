"""The internals of watchdog that `ocr_watcher.watch.inotify` relies on."""

from __future__ import annotations

import inspect
import threading

import pytest
from watchdog.observers.inotify import InotifyFullEmitter
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, InotifyFD


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("add_callback", ["self", "path", "mask", "callback", "id_"]),
        ("remove_callbacks", ["self", "callbacks"]),
        ("handle_event", ["self", "event"]),
    ],
)
def test_the_inotify_instance_has_the_methods_that_are_extended(method, parameters):
    assert list(inspect.signature(getattr(InotifyFD, method)).parameters) == parameters


def test_the_inotify_instance_is_a_thread_that_can_be_stopped():
    assert issubclass(InotifyFD, threading.Thread)
    assert callable(InotifyFD.stop)


def test_an_emitter_takes_the_inotify_instance_that_it_is_given():
    assert "inotify_fd" in inspect.signature(InotifyFullEmitter.__init__).parameters


@pytest.mark.parametrize(
    ("mask", "attribute"),
    [
        (InotifyConstants.IN_Q_OVERFLOW, "is_queue_overflow"),
        (InotifyConstants.IN_CREATE, "is_create"),
        (InotifyConstants.IN_CLOSE_WRITE, "is_close_write"),
        (InotifyConstants.IN_MOVED_FROM, "is_moved_from"),
        (InotifyConstants.IN_MOVED_TO, "is_moved_to"),
        (InotifyConstants.IN_ISDIR, "is_directory"),
    ],
)
def test_an_event_tells_what_happened(mask, attribute):
    event = InotifyEvent(wd=1, mask=mask, cookie=7, name=b"a.jpg")
    assert getattr(event, attribute)
    assert (event.mask, event.cookie, event.name) == (mask, 7, b"a.jpg")
