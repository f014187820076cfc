"""The members of a cluster as people start them: what they open, say and refuse; their ends."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
from typing import TYPE_CHECKING

import psutil
import pytest

from ocr_watcher.errors import EXIT_FAILED, EXIT_SETTINGS
from tests.commands.program import command, environment, ocr_watcher, write_settings
from tests.documentation import ROOT
from tests.engine.cluster import slow_models
from tests.engine.cluster.machines import Machines, free_port, worker_of
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOON = 12.0
"""Seconds within which a member ends that is asked to."""


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    with Machines(tmp_path) as machines:
        yield machines


def ports_of(pid: int) -> set[int]:
    """The ports on which a process and those below it listen."""
    process = psutil.Process(pid)
    every = [process, *process.children(recursive=True)]
    return {
        connection.laddr.port
        for each in every
        for connection in each.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


def ends_soon(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(SOON)


@pytest.mark.slow
def test_members_open_their_ports_of_the_cluster_alone_and_log_as_the_daemon_does(
    machines: Machines,
) -> None:
    scheduler = machines.start_scheduler()
    nanny = machines.start_worker()
    eventually(lambda: "the worker is connected" in machines.log("worker"))
    assert ports_of(scheduler.pid) == {machines.port}
    assert len(ports_of(nanny.pid)) == 2  # the nanny's and the worker's
    assert "distributed" not in machines.log("worker") + machines.log("scheduler")
    assert ends_soon(nanny) == 0
    assert ends_soon(scheduler) == 0


@pytest.mark.slow
def test_a_worker_ends_at_once_while_its_models_are_loaded(machines: Machines) -> None:
    machines.start_scheduler()
    nanny = machines.start_worker(variables={slow_models.LOADING: "100"})
    eventually(lambda: worker_of(nanny))
    child = worker_of(nanny)
    assert ends_soon(nanny) == 0
    assert child is not None
    assert not psutil.pid_exists(child)


@pytest.mark.slow
def test_a_worker_ends_at_once_while_there_is_no_scheduler_and_says_once_that_it_waits(
    machines: Machines,
) -> None:
    nanny = machines.start_worker()
    eventually(lambda: "tries again" in machines.log("worker"))
    assert ends_soon(nanny) == 0
    assert machines.log("worker").count("tries again") == 1


@pytest.mark.slow
def test_a_worker_ends_at_once_while_its_scheduler_hangs(machines: Machines) -> None:
    scheduler = machines.start_scheduler()
    nanny = machines.start_worker()
    eventually(lambda: "the worker is connected" in machines.log("worker"))
    scheduler.send_signal(signal.SIGSTOP)
    try:
        assert ends_soon(nanny) == 0
    finally:
        scheduler.send_signal(signal.SIGCONT)


def test_a_worker_that_cannot_load_its_models_says_so_in_one_line_and_ends(tmp_path: Path) -> None:
    settings = write_settings(
        tmp_path / "cluster.yaml",
        cluster={"scheduler": f"tcp://127.0.0.1:{free_port()}"},
        local={"models_dir": str(tmp_path / "nowhere")},
    )
    ended = ocr_watcher("cluster", "worker", "-c", settings, variables=environment(tmp_path))
    assert ended.returncode == EXIT_SETTINGS
    assert "local.models_dir" in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr


def test_a_scheduler_whose_port_is_taken_says_so_in_one_line_and_ends(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        settings = write_settings(tmp_path / "cluster.yaml", cluster={"scheduler": address})
        ended = ocr_watcher("cluster", "scheduler", "-c", settings, variables=environment(tmp_path))
    assert ended.returncode == EXIT_FAILED
    assert f"cannot listen at {address} (Address already in use)" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_a_scheduler_whose_name_is_known_to_its_own_machine_alone_says_so(tmp_path: Path) -> None:
    with Machines(tmp_path, encrypted=True) as machines:
        machines.settings["scheduler"] = f"tls://LOCALHOST:{machines.port}"
        scheduler = machines.start_scheduler()
        eventually(lambda: "no other reaches the scheduler" in machines.log("scheduler"))
        assert ends_soon(scheduler) == 0


@pytest.mark.slow
def test_a_scheduler_ends_at_once_while_a_worker_hangs(machines: Machines) -> None:
    scheduler = machines.start_scheduler()
    nanny = machines.start_worker()
    eventually(lambda: "the worker is connected" in machines.log("worker"))
    child = worker_of(nanny)
    assert child is not None
    os.kill(child, signal.SIGSTOP)
    assert ends_soon(scheduler) == 0


NAME = "nobody-tells.test"
HUNG_LOOK_UP = f"""
import pathlib, socket, threading
look_up = socket.getaddrinfo
def hung(host, *arguments, **named):
    if host == "{NAME}":
        pathlib.Path(__file__).with_name("asked").touch()
        threading.Event().wait()
    return look_up(host, *arguments, **named)
socket.getaddrinfo = hung
"""


@pytest.fixture
def name_server(tmp_path: Path) -> Path:
    """A directory for PYTHONPATH, with which no name server answers; ``asked`` shows a question."""
    place = tmp_path / "hung"
    place.mkdir()
    (place / "sitecustomize.py").write_text(HUNG_LOOK_UP, "utf-8")
    return place


def test_a_scheduler_ends_soon_while_no_name_server_answers(
    tmp_path: Path, name_server: Path
) -> None:
    own = Machines(tmp_path, encrypted=True).settings | {"scheduler": f"tls://{NAME}:8786"}
    settings = write_settings(tmp_path / "cluster.yaml", cluster=own)
    process = subprocess.Popen(
        command("cluster", "scheduler", "-c", settings),
        env=environment(tmp_path, PYTHONPATH=str(name_server)),
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually((name_server / "asked").exists)
        assert ends_soon(process) == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_worker_ends_soon_while_no_name_server_answers(tmp_path: Path, name_server: Path) -> None:
    with Machines(tmp_path, encrypted=True) as machines:
        machines.settings["scheduler"] = f"tls://{NAME}:{machines.port}"
        nanny = machines.start_worker(variables={"PYTHONPATH": f"{name_server}:{ROOT}"})
        eventually((name_server / "asked").exists)
        assert ends_soon(nanny) == 0


@pytest.mark.parametrize("member", ["scheduler", "worker"])
def test_members_refuse_to_send_pages_in_the_clear_to_other_machines(
    member: str, tmp_path: Path
) -> None:
    settings = write_settings(
        tmp_path / "cluster.yaml", cluster={"scheduler": "tcp://192.0.2.1:8786"}
    )
    ended = ocr_watcher("cluster", member, "-c", settings, variables=environment(tmp_path))
    assert ended.returncode == EXIT_SETTINGS
    assert "use tls://" in ended.stderr


@pytest.mark.slow
def test_whoever_has_no_certificate_of_the_cluster_is_told_nothing(tmp_path: Path) -> None:
    with Machines(tmp_path, encrypted=True) as machines:
        machines.start_scheduler()
        nanny = machines.start_worker()
        eventually(lambda: "the worker is connected" in machines.log("worker"))
        context = ssl.create_default_context(cafile=machines.settings["ca_file"])
        context.check_hostname = False
        for port in {machines.port, *ports_of(nanny.pid)}:
            with pytest.raises(OSError, match=r"certificate required|reset|EOF"):
                _first_word(port, context)


def _first_word(port: int, context: ssl.SSLContext) -> bytes:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain) as wrapped,
    ):
        wrapped.send(b"\0" * 16)
        if not (word := wrapped.recv(1)):
            raise ConnectionResetError("EOF")
        return word
