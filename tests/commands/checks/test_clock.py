"""`ocr-watcher check`: this machine's clock against that of the service."""

from __future__ import annotations

import json
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.commands.checks.clock import check_clock, judge_clock
from ocr_watcher.settings.model import BaiduSettings
from tests.commands.program import in_this_process, write_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


GRANT = json.dumps({"access_token": "24." + "a" * 64, "expires_in": 2592000}).encode()


class Late(BaseHTTPRequestHandler):
    """Gives a token whatever is asked, at the time of ten minutes ago."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response_only(200)
        self.send_header("Date", formatdate(time.time() - 600, usegmt=True))
        self.send_header("Content-Length", str(len(GRANT)))
        self.end_headers()
        self.wfile.write(GRANT)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def late_service() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Late) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_service_ten_minutes_behind_is_noticed_by_what_it_answers(late_service: str) -> None:
    result = check_clock(BaiduSettings(base_url=late_service))
    assert result is not None
    assert (result.verdict, result.subject) == ("warn", "clock")
    assert " s ahead of the service's; switch time synchronisation on" in result.finding


def test_of_a_service_that_does_not_answer_nothing_is_said() -> None:
    with HTTPServer(("127.0.0.1", 0), Late) as server:
        url = f"http://127.0.0.1:{server.server_port}"
    assert check_clock(BaiduSettings(base_url=url)) is None


def test_the_command_warns_of_it_after_the_engine(
    tmp_path: Path, settings: dict[str, object], with_keys: dict[str, str], late_service: str
) -> None:
    changed = settings | {"baidu": {"base_url": late_service}}
    file = write_settings(tmp_path / "config.yaml", **changed)
    ended = in_this_process("check", "-c", file, variables=with_keys)
    assert ended.returncode == 0
    engine, clock, _ = ended.stdout.splitlines()[-3:]
    assert engine.startswith("ok    engine baidu: ")
    assert clock.startswith("warn  clock: ")


EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"


@pytest.mark.parametrize("now", [300.0, 0.0, -300.0])
def test_five_minutes_are_near(now: float) -> None:
    result = judge_clock(EPOCH, now)
    assert result is not None
    assert (result.verdict, result.finding) == ("ok", f"{abs(now):.0f} s from the service's")


def test_a_clock_that_is_behind_is_warned_of() -> None:
    result = judge_clock(EPOCH, -301.0)
    assert result is not None
    assert result.verdict == "warn"
    assert result.finding.startswith("301 s behind the service's; ")


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Jan 1970 00:00:00 GMT"])
def test_what_is_no_date_tells_nothing(date: str) -> None:
    assert judge_clock(date, 0.0) is None
