"""The daemon serves its page, over reloads and until it is asked to stop."""

from __future__ import annotations

import signal
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.daemon.daemon import Daemon, write
from tests.service.metrics.exposition import Scrape, needs_promtool, promtool
from tests.service.web.attacks.visitor import Answer, Visitor, ask, request
from tests.waiting import eventually

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

LOOPBACK = "127.0.0.1"
SOON_AGAIN = (
    "import ocr_watcher.commands.shown as of; of._AGAIN_SECONDS = 0.5; "
    "from ocr_watcher.cli import main; main()"
)
"""An index that cannot be opened is tried again soon, instead of after a while."""


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.create_server((LOOPBACK, 0)) as taken:
        return int(taken.getsockname()[1])


def change(daemon: Daemon, **settings: object) -> None:
    """Writes other settings, and has the daemon read them."""
    data = yaml.safe_load(daemon.settings_file.read_text("utf-8"))
    daemon.settings_file.write_text(yaml.safe_dump(data | settings), "utf-8")
    before = daemon.log.count("watching")
    daemon.process.send_signal(signal.SIGHUP)
    eventually(lambda: daemon.log.count("watching") > before or daemon.says("stay as they were"))


def get(address: tuple[str, int] | str, target: str) -> Answer:
    return ask(address, request(target))


def refuses(address: tuple[str, int]) -> bool:
    try:
        Visitor(address).socket.close()
    except ConnectionRefusedError:
        return True
    return False


def test_it_shows_what_was_read_and_goes_on_over_a_reload(
    tmp_path: Path, simulator: Simulator, port: int
) -> None:
    with Daemon(tmp_path, simulator, settings={"web": {"listen": f"{LOOPBACK}:{port}"}}) as daemon:
        address = (LOOPBACK, port)
        eventually(lambda: daemon.says("the page is served"))
        write(daemon.folder / "letter.png", "Dear Anna")
        eventually(lambda: b"letter.png" in get(address, "/images").body)
        eventually(lambda: b"letter.png" in get(address, "/find?words=Anna").body)
        assert get(address, "/health").status == 200
        assert Scrape(get(address, "/metrics").body).of("ocr_watcher_calls_total", code="ok") == 1
        change(daemon, workers=2)
        eventually(lambda: get(address, "/health").status == 200)
        write(daemon.folder / "bill.png", "Total 12")
        eventually(lambda: b"bill.png" in get(address, "/images").body)
        assert daemon.log.count("the page is served") == 1
        assert daemon.stop() == 0
        assert refuses(address)
        assert not daemon.says("fault")


@needs_promtool
def test_its_metrics_are_what_promtool_accepts(
    tmp_path: Path, simulator: Simulator, port: int
) -> None:
    with Daemon(tmp_path, simulator, settings={"web": {"listen": f"{LOOPBACK}:{port}"}}) as daemon:
        eventually(lambda: daemon.says("the page is served"))
        metrics = get((LOOPBACK, port), "/metrics")
        assert promtool("check", "metrics", given=metrics.body) == (0, "")
        assert daemon.stop() == 0


def test_it_moves_with_its_address_and_goes_with_it(
    tmp_path: Path, simulator: Simulator, port: int
) -> None:
    path = tmp_path / "page.sock"
    with Daemon(tmp_path, simulator, settings={"web": {"listen": f"{LOOPBACK}:{port}"}}) as daemon:
        eventually(lambda: daemon.says("the page is served"))
        change(daemon, web={"listen": f"unix:{path}"})
        eventually(path.exists)
        assert refuses((LOOPBACK, port))
        assert get(str(path), "/").status == 200
        assert path.stat().st_mode & 0o777 == 0o660
        change(daemon, web={})
        eventually(lambda: not path.exists())
        assert daemon.stop() == 0


def test_a_password_that_cannot_be_read_refuses_the_reload_and_the_page_goes_on(
    tmp_path: Path, simulator: Simulator, port: int
) -> None:
    listen = f"{LOOPBACK}:{port}"
    with Daemon(tmp_path, simulator, settings={"web": {"listen": listen}}) as daemon:
        eventually(lambda: daemon.says("the page is served"))
        change(daemon, web={"listen": listen, "password_file": str(tmp_path / "none")})
        assert daemon.says("web.password_file: ")
        assert get((LOOPBACK, port), "/health").status == 200
        (tmp_path / "password").write_text("correct horse\n", "utf-8")
        change(daemon, web={"listen": listen, "password_file": str(tmp_path / "password")})
        eventually(lambda: get((LOOPBACK, port), "/health").status == 401)
        assert daemon.stop() == 0


def test_an_address_that_is_taken_costs_no_image_and_is_told_once(
    tmp_path: Path, simulator: Simulator
) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        listen = f"{LOOPBACK}:{taken.getsockname()[1]}"
        with Daemon(tmp_path, simulator, settings={"web": {"listen": listen}}) as daemon:
            eventually(lambda: daemon.says("the page cannot be served, and the work goes on"))
            write(daemon.folder / "a.png", "one")
            eventually(lambda: "a.png" in daemon.texts())
            assert daemon.stop() == 0


def test_without_its_index_it_is_served_and_fills_its_lists_once_there_is_one(
    tmp_path: Path, simulator: Simulator, port: int
) -> None:
    index = tmp_path / "state" / "index.sqlite"
    index.mkdir(parents=True)
    page = {"web": {"listen": f"{LOOPBACK}:{port}"}}
    with Daemon(tmp_path, simulator, settings=page, program=("-c", SOON_AGAIN)) as daemon:
        address = (LOOPBACK, port)
        eventually(lambda: daemon.says("the page is served"))
        assert [get(address, each).status for each in ("/health", "/metrics", "/")] == [200] * 3
        eventually(lambda: daemon.says("the index is not up to date"))
        write(daemon.folder / "a.png", "one")
        eventually(lambda: "a.png" in daemon.texts())
        assert b"a.png" not in get(address, "/images").body
        index.rmdir()
        eventually(lambda: b"a.png" in get(address, "/images").body)
        assert daemon.stop() == 0


def test_off_it_imports_nothing_and_has_no_file(tmp_path: Path, simulator: Simulator) -> None:
    with Daemon(tmp_path, simulator, variables={"PYTHONPROFILEIMPORTTIME": "1"}) as daemon:
        assert daemon.stop() == 0
        imported = {line.rpartition("|")[2].strip() for line in daemon.log.splitlines()}
        assert "ocr_watcher.service.web.process_page" in imported
        others = {"starlette", "uvicorn", "h11", "anyio", "jinja2", "prometheus_client"}
        assert not imported & {*others, "ocr_watcher.index.index", "ocr_watcher.service.web.page"}
        assert not (daemon.state / "index.sqlite").exists()


def test_the_stop_waits_for_no_client(tmp_path: Path, simulator: Simulator, port: int) -> None:
    address = (LOOPBACK, port)
    with (
        Daemon(tmp_path, simulator, settings={"web": {"listen": f"{LOOPBACK}:{port}"}}) as daemon,
        ExitStack() as clients,
    ):
        eventually(lambda: daemon.says("the page is served"))
        for sent in (b"", b"GET / HT", request("/events"), request("/") * 50):
            clients.enter_context(Visitor(address, receive_buffer=4096)).send(sent)
        began = time.monotonic()
        assert daemon.stop() == 0
        assert time.monotonic() - began < 10


AS_SYSTEMD = """
import os, socket, sys
given = socket.socket(socket.AF_UNIX)
given.bind(sys.argv[1])
given.listen()
os.dup2(given.fileno(), 3)
os.set_inheritable(3, True)  # also where it was 3 already
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="page")
os.execv(sys.argv[2], sys.argv[2:])
"""
"""Hands over a socket by sd_listen_fds(3)."""


def test_a_socket_of_the_service_manager_is_served_over_a_reload_and_no_child_has_it(
    tmp_path: Path, simulator: Simulator
) -> None:
    path = str(tmp_path / "given.sock")
    wrapper = (sys.executable, "-c", AS_SYSTEMD, path)
    with Daemon(tmp_path, simulator, wrapper=wrapper) as daemon:
        eventually(lambda: daemon.says("the page is served"))
        assert get(path, "/health").status == 200
        write(daemon.folder / "a.png", "one")
        eventually(lambda: "a.png" in daemon.texts())
        for child in children(daemon.process.pid):
            assert path not in sockets_of(child)
        change(daemon, workers=2)
        eventually(lambda: get(path, "/health").status == 200)
        assert daemon.stop() == 0
    assert Path(path).exists()


def children(pid: int) -> list[int]:
    """The processes that a process has started (proc(5))."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in found.read_text("ascii").split()]


def sockets_of(pid: int) -> str:
    """The Unix sockets that a process has open."""
    numbers = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
    lines = Path("/proc/net/unix").read_text("ascii").splitlines()[1:]
    return "\n".join(line for line in lines if f"socket:[{line.split()[6]}]" in numbers)
