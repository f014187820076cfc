"""The script that people write today: a handler of watchdog calls the official SDK."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer

from benchmarks.reference.sdk import client, write_text

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent


class _Handler(FileSystemEventHandler):
    def __init__(self, ocr: Any) -> None:
        self._ocr = ocr

    def on_created(self, event: FileSystemEvent) -> None:
        path = str(event.src_path)
        if path.endswith(".jpg"):
            write_text(self._ocr, path)


if __name__ == "__main__":
    observer = Observer()
    observer.schedule(_Handler(client(sys.argv[1])), sys.argv[2], recursive=True)
    observer.start()
    print("watching", flush=True)
    threading.Event().wait()
