"""The check that this machine's clock agrees with that of the service."""

from __future__ import annotations

import time
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ocr_watcher.engine.baidu.client import Client
from ocr_watcher.errors import TransientError
from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from ocr_watcher.engine.baidu.settings import BaiduSettings

_FAR = 300.0  # seconds


def check_clock(baidu: BaiduSettings) -> Result | None:
    """Compare the clocks with an empty request without credentials.

    Returns:
        The result; None if the service does not answer, or sends no time.
    """
    client = Client(
        baidu.base_url,
        connections=1,
        connect_timeout=baidu.connect_timeout,
        read_timeout=baidu.read_timeout,
    )
    try:
        # An empty form; a body of no bytes would be sent in chunks, which not every server accepts.
        date = client.post("/", b"&").date
    except TransientError:
        return None
    finally:
        client.close()
    return judge_clock(date, time.time())


def judge_clock(date: str, now: float) -> Result | None:
    """Judge this machine's clock.

    Args:
        date: The service's time in the notation of HTTP (RFC 9110, section 6.6.1); always GMT.
        now: This machine's time, in seconds since the epoch.

    Returns:
        The result; None if the date is invalid.
    """
    try:
        told = parsedate_to_datetime(date).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None
    seconds = round(abs(now - told))
    if seconds <= _FAR:
        return Result("ok", "clock", f"{seconds} s from the service's")
    which = "ahead of" if now > told else "behind"
    remedy = "switch time synchronisation on (timedatectl set-ntp true)"
    return Result("warn", "clock", f"{seconds} s {which} the service's; {remedy}")
