"""The scheduler and a worker of a cluster as services, and a daemon that reads through them."""

from __future__ import annotations

import re
import shutil
import time
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.service.messages.webhook import free_port
from tests.systemd.debian import CHECKOUT
from tests.systemd.readme import block_under, commands_under, type_in
from tests.systemd.service import NAME
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.systemd.machine import Machine
    from tests.systemd.service import Service

pytestmark = [pytest.mark.systemd, pytest.mark.timeout(900)]

SCHEDULER, WORKER = f"{NAME}-scheduler", f"{NAME}-worker"
MEMBERS = (SCHEDULER, WORKER)
HOSTS = ("scheduler-host", "worker-host", "daemon-host")
LOADED = "the local models are loaded"
ALONE = "scheduler-host is a name of this machine alone"
"""What the scheduler says where all members are on one machine."""
FILES = "/etc/ocr-watcher/cluster"
BEGUN = {SCHEDULER: "the scheduler listens ", WORKER: "loading the models "}
"""What each says first: systemd takes it for started before its program runs."""
THERE = "the worker is connected "
STOP_SECONDS = 40
START_SECONDS = 120  # the models are loaded before a worker is there
_STANDARD_PORT = ":8786"
_HOME = "/root"  # of the machine that is booted
_DASK = re.compile(r"[-\d]+ [:,\d]+ - distributed\.|/\S+/distributed/\S+: UserWarning: Port ")
_FORBIDDEN = re.compile("denied|permit|permission|read-only", re.IGNORECASE)


def exposure(machine: Machine, unit: str) -> float:
    report = machine.run("systemd-analyze", "security", "--offline=true", "--no-pager", unit)
    found = re.search(r"Overall exposure level for \S+: (\d+\.\d)", report)
    assert found, report
    return float(found[1])


def file_of(unit: str) -> str:
    return f"/usr/src/ocr-watcher/systemd/{unit}.service"


def said(machine: Machine, unit: str) -> list[str]:
    """The lines that a unit wrote itself since it was started last."""
    since = value(machine, unit, "InvocationID")
    return machine.run(
        *("journalctl", "--quiet", "--output=cat"),
        *(f"_SYSTEMD_UNIT={unit}.service", f"_SYSTEMD_INVOCATION_ID={since}"),
    ).splitlines()


def wait_for_words(machine: Machine, unit: str, words: str) -> None:
    """Waits until a unit has begun a line with them."""
    eventually(
        lambda: any(line.startswith(words) for line in said(machine, unit)), within=START_SECONDS
    )


def value(machine: Machine, unit: str, name: str) -> str:
    return machine.run("systemctl", "show", "--value", f"--property={name}", unit).strip()


def is_complaint(line: str) -> bool:
    """Whether a member says more than how it goes; Dask does, of its threads and ports."""
    if _DASK.match(line):
        return bool(_FORBIDDEN.search(line))
    return not line.startswith((*BEGUN.values(), THERE, ALONE, LOADED))


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def cluster(service: Service, port: int) -> Iterator[Service]:
    """The service, with scheduler and worker of a cluster on its machine, by the documentation."""
    machine = service.machine
    hosts = "".join(f"127.0.0.1 {host}\n" for host in ("localhost", *HOSTS))
    machine.write("/etc/hosts", hosts)
    (make,) = commands_under("cluster: certificates")
    for command in (make, *commands_under("cluster: service files")):
        type_in(machine, f"cd {_HOME} && HOST={HOSTS[0]} && {command}")
    settings = block_under("cluster: service settings", "yaml")
    machine.write(f"{FILES}/cluster.yaml", settings.replace(_STANDARD_PORT, f":{port}"))
    for marker in ("cluster: service scheduler", "cluster: service worker"):
        for command in commands_under(marker):
            type_in(machine, command)
    for member in MEMBERS:
        wait_for_words(machine, member, BEGUN[member])
    yield service
    for member in MEMBERS:
        machine.run("systemctl", "disable", "--now", member)
        machine.attempt("systemctl", "reset-failed", member)
    machine.run("rm", "-rf", f"{_HOME}/certificates", FILES)


@pytest.fixture
def daemon(cluster: Service, port: int) -> Service:
    """The service with the settings that the documentation gives a daemon of a cluster."""
    text = block_under("cluster: service daemon", "yaml").replace(_STANDARD_PORT, f":{port}")
    settings: dict[str, Any] = yaml.safe_load(text)
    cluster.configure(**settings)
    cluster.machine.run("find", "/etc/credstore", "-type", "f", "-delete")
    return cluster


@pytest.mark.parametrize("member", MEMBERS)
def test_a_member_of_a_cluster_is_no_more_exposed_than_the_daemon(
    machine: Machine, member: str
) -> None:
    assert exposure(machine, file_of(member)) <= exposure(machine, file_of(NAME))
    assert machine.run("systemd-analyze", "verify", file_of(member)) == ""


@pytest.mark.parametrize("member", MEMBERS)
def test_the_installer_brings_a_member_and_does_not_enable_it(
    machine: Machine, member: str
) -> None:
    assert machine.attempt("systemctl", "is-enabled", member).stdout.strip() == "disabled"
    assert value(machine, member, "ActiveState") == "inactive"


def test_a_daemon_reads_samples_through_scheduler_and_worker(daemon: Service) -> None:
    machine = daemon.machine
    daemon.start()
    image = shutil.copy(CHECKOUT / "samples/receipt.jpg", daemon.scans / "receipt.jpg")
    assert "Coffee beans" in daemon.wait_for_text(image, within=240)
    # Whatever a library is forbidden, it complains of on standard error.
    for member in MEMBERS:
        assert list(filter(is_complaint, said(machine, member))) == []
    # The daemon tells of them every few seconds.
    status = ("sudo", "-u", NAME, "ocr-watcher", "status")
    eventually(lambda: "machine 127.0.0.1: workers: 1, threads: 1" in machine.run(*status))
    (check,) = commands_under("cluster: service check")
    assert "(machines: 1, workers: 1, threads: 1)" in type_in(machine, check)


def test_members_run_without_any_privilege_and_as_nobody_else(cluster: Service) -> None:
    machine = cluster.machine
    users = set()
    for member in MEMBERS:
        status = machine.run("cat", f"/proc/{value(machine, member, 'MainPID')}/status")
        facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        users |= set(facts["Uid"].split())
        capabilities = [facts[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")]
        assert {int(held, 16) for held in capabilities} == {0}
        assert (facts["NoNewPrivs"], facts["Seccomp"]) == ("1", "2")
    assert len(users) == len(MEMBERS)
    assert not users & {"0", machine.run("id", "--user", NAME).strip()}


def test_members_end_in_time_and_leave_no_process(cluster: Service) -> None:
    machine = cluster.machine
    wait_for_words(machine, WORKER, THERE)
    for member in (WORKER, SCHEDULER):
        started = time.monotonic()
        machine.run("systemctl", "stop", member)
        assert time.monotonic() - started < STOP_SECONDS
        assert value(machine, member, "Result") == "success"
        assert value(machine, member, "TasksCurrent") == "[not set]"


def test_a_worker_whose_process_is_killed_comes_back_and_reads(daemon: Service) -> None:
    machine = daemon.machine
    daemon.start()
    shutil.copy(CHECKOUT / "samples/letter.jpg", daemon.scans / "letter.jpg")
    daemon.wait_for_text(daemon.scans / "letter.jpg", within=240)
    machine.run("systemctl", "kill", "--kill-whom=all", "--signal=KILL", WORKER)
    shutil.copy(CHECKOUT / "samples/receipt.jpg", daemon.scans / "receipt.jpg")
    text = daemon.wait_for_text(daemon.scans / "receipt.jpg", within=240)
    assert "Coffee beans" in text
    assert int(value(machine, WORKER, "NRestarts")) == 1


def test_an_upgrade_brings_those_members_back_that_ran(cluster: Service) -> None:
    machine = cluster.machine
    machine.run("systemctl", "stop", SCHEDULER)
    before = value(machine, WORKER, "MainPID")
    (install,) = commands_under("service: install")
    assert f"{WORKER} started again" in type_in(machine, install)
    assert value(machine, WORKER, "MainPID") not in {before, "0"}
    assert value(machine, SCHEDULER, "ActiveState") == "inactive"


def test_wrong_settings_end_a_member_for_good_and_its_log_says_why(cluster: Service) -> None:
    machine = cluster.machine
    machine.run("rm", f"{FILES}/cluster.yaml")
    machine.write(f"{FILES}/cluster.yaml", "cluster:\n  scheduler: tcp://scheduler-host:8786\n")
    machine.attempt("systemctl", "restart", SCHEDULER)
    eventually(lambda: value(machine, SCHEDULER, "ActiveState") == "failed")
    assert "tcp:// is for a scheduler on this machine alone" in "\n".join(said(machine, SCHEDULER))
