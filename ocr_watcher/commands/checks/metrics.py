"""The check that the file with the metrics can be written, and read by node_exporter."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from ocr_watcher.escapes import printable
from ocr_watcher.storage.advice import storage_advice
from ocr_watcher.storage.directory import directory_below
from ocr_watcher.storage.trial import try_to_write
from ocr_watcher.threads.patience import answered
from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from pathlib import Path


def check_textfile(path: Path) -> Result:
    """Test ``metrics.textfile``, in whose directory a hidden file is written and removed."""
    subject = f"metrics {printable(str(path))}"
    place = str(path.parent)
    try:
        return answered(lambda: _judge(path, subject), of=place)
    except OSError as error:
        advice = storage_advice(error, place) or f"make {place} writable"
        return Result("fail", subject, f"{error.strerror}; {printable(advice)}")


def _judge(path: Path, subject: str) -> Result:
    if path.is_dir():
        return Result("fail", subject, "is a directory; name a file")
    with directory_below(str(path.parent), "") as directory:
        try_to_write(directory, 0)
    closed = [each for each in path.parents if not each.stat().st_mode & stat.S_IXOTH]
    if not path.parent.stat().st_mode & stat.S_IROTH:  # the collector lists it
        closed.insert(0, path.parent)
    if closed:
        finding = f"can be written to, but {printable(str(closed[0]))} is closed to other users"
        return Result("warn", subject, f"{finding}; see that node_exporter can read in it")
    return Result("ok", subject, "can be written to")
