"""The unit's sandbox: both engines work in it, and little else does."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.local.backends.processor import abilities
from tests.scans.corpus import every_kind
from tests.systemd.debian import CHECKOUT
from tests.systemd.service import FOLDER, NAME
from tests.waiting import eventually

if TYPE_CHECKING:
    from tests.simulator.server import Simulator
    from tests.systemd.machine import Machine
    from tests.systemd.service import Service

pytestmark = [pytest.mark.systemd, pytest.mark.timeout(900)]

_UNIT = f"/usr/src/ocr-watcher/systemd/{NAME}.service"
_MOST_EXPOSURE = 1.5
LOADED = "the local models are loaded "
DECODED = {
    *("several.pdf", "still.heic", "still.avif", "document.tiff", "group4.tiff"),
    *("box.jp2", "alpha.webp", "cmyk.jpg", "receipt.png"),
}
"""At least one image for each library that decodes, and for each process that it takes."""


def example(name: str) -> str:
    return (CHECKOUT / "systemd/examples" / f"{name}.conf").read_text("utf-8")


def lay(service: Service, folder: str, name: str, words: str) -> None:
    """Lays an image into a folder that is not shared with this machine."""
    image = service.drop("sent.png", words)
    service.machine.run("cp", f"{FOLDER}/sent.png", f"{folder}/{name}")
    image.unlink()


def text_comes(service: Service, file: str) -> str:
    """Waits for a text in such a folder."""
    eventually(lambda: service.machine.attempt("test", "-e", file).returncode == 0, 30)
    return service.machine.run("cat", file)


def test_the_unit_is_little_exposed(machine: Machine) -> None:
    report = machine.run("systemd-analyze", "security", "--offline=true", "--no-pager", _UNIT)
    exposure = re.search(r"Overall exposure level for \S+: (\d+\.\d)", report)
    assert exposure, report
    assert float(exposure[1]) <= _MOST_EXPOSURE


def test_the_unit_holds_nothing_that_systemd_complains_of(machine: Machine) -> None:
    assert machine.run("systemd-analyze", "verify", _UNIT) == ""


def test_without_keys_it_starts_and_the_local_engine_reads_the_samples(service: Service) -> None:
    service.machine.run("find", "/etc/credstore", "-type", "f", "-delete")
    service.start()
    samples = [*(CHECKOUT / "samples").glob("*.jpg"), *(CHECKOUT / "samples").glob("*.png")]
    images = [Path(shutil.copy(sample, service.scans)) for sample in samples]
    texts = {image.name: service.wait_for_text(image, within=240) for image in images}
    assert "Coffee beans" in texts["receipt.jpg"]
    assert "各位住户" in texts["notice-zh.png"]
    # Whatever a library is forbidden, it complains of on standard error.
    ours = ("engine chosen ", "watching ", "recognised ", LOADED)
    assert [line for line in service.own_words() if not line.startswith(ours)] == []
    (loaded,) = (line for line in service.own_words() if line.startswith(LOADED))
    assert f"backend={'openvino' if 'avx2' in abilities() else 'onnxruntime'}" in loaded
    assert "passed_over" not in loaded


def test_where_the_unit_forbids_code_memory_the_local_engine_reads_and_says_what_with(
    service: Service,
) -> None:
    service.machine.run("find", "/etc/credstore", "-type", "f", "-delete")
    service.drop_in("[Service]\nMemoryDenyWriteExecute=yes\n")
    service.start()
    image = Path(shutil.copy(CHECKOUT / "samples/letter.jpg", service.scans))
    assert "Thank you for the two ledgers" in service.wait_for_text(image, within=240)
    (loaded,) = (line for line in service.own_words() if line.startswith(LOADED))
    assert "backend=onnxruntime" in loaded
    if "avx2" in abilities():
        assert "openvino: memory that is both writable and executable is forbidden here" in loaded


def test_every_decoder_works_in_it(service: Service) -> None:
    service.start()
    scans = [scan for scan in every_kind() if scan.name in DECODED]
    assert len(scans) == len(DECODED)
    for scan in scans:
        (service.scans / scan.name).write_bytes(scan.data)
    for scan in scans:
        text = service.wait_for_text(service.scans / scan.name, within=120)
        words = [word.words for page in scan.pages for word in page.words or ()]
        assert text.split() == words
    ours = ("engine chosen ", "watching ", "recognised ")
    assert [line for line in service.own_words() if not line.startswith(ours)] == []


def test_the_process_runs_without_any_privilege(service: Service) -> None:
    service.start()
    status = service.machine.run("cat", f"/proc/{service.value('MainPID')}/status")
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    number = service.machine.run("id", "--user", NAME).strip()
    assert set(facts["Uid"].split()) == {number} != {"0"}
    capabilities = [facts[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")]
    assert {int(held, 16) for held in capabilities} == {0}
    assert (facts["NoNewPrivs"], facts["Seccomp"]) == ("1", "2")


def test_a_folder_that_the_unit_does_not_open_is_told_and_costs_no_call(
    service: Service, simulator: Simulator
) -> None:
    service.machine.run("install", "-d", f"--owner={NAME}", "/srv/elsewhere")
    service.configure("/srv/elsewhere")
    service.start()
    lay(service, "/srv/elsewhere", "letter.png", "Dear Anna")
    service.wait_for_words("Read-only file system")
    assert simulator.calls == []
    service.drop_in("[Service]\nReadWritePaths=/srv/elsewhere\n")
    service.machine.run("systemctl", "restart", NAME)
    assert text_comes(service, "/srv/elsewhere/letter.png.txt") == "Dear Anna\n"


def test_the_example_for_a_home_directory_opens_that_one_folder(service: Service) -> None:
    machine = service.machine
    machine.run("useradd", "--create-home", "anna")
    machine.run("chmod", "0700", "/home/anna")
    machine.run("install", "-d", "--owner=anna", "/home/anna/Scans")
    command = re.search(r"setfacl .*", example("home"))
    assert command
    machine.run("sh", "-c", command[0])
    service.drop_in(example("home"))
    service.configure("/home/anna/Scans")
    service.start()
    lay(service, "/home/anna/Scans", "letter.png", "Dear Anna")
    assert text_comes(service, "/home/anna/Scans/letter.png.txt") == "Dear Anna\n"
    seen = (
        "nsenter",
        f"--target={service.value('MainPID')}",
        "--mount",
        "ls",
        "-A",
        "/home/anna",
    )
    assert machine.run(*seen) == "Scans\n"


def test_the_example_for_a_group_lets_it_write_what_the_group_can_read(service: Service) -> None:
    machine = service.machine
    machine.run("groupadd", "--system", "scanner")
    machine.run("install", "-d", "--group=scanner", "--mode=2770", "/srv/uploads")
    service.drop_in(example("group"))
    service.configure("/srv/uploads")
    service.start()
    lay(service, "/srv/uploads", "letter.png", "Dear Anna")
    assert text_comes(service, "/srv/uploads/letter.png.txt") == "Dear Anna\n"
    owner = machine.run("stat", "--format=%U:%G", "/srv/uploads/letter.png.txt")
    assert owner.strip() == f"{NAME}:scanner"


def test_the_example_for_a_share_waits_for_the_mount_and_lives_through_a_remount(
    service: Service,
) -> None:
    machine = service.machine
    number = machine.run("id", "--user", NAME).strip()
    machine.write(
        "/etc/systemd/system/mnt-nas.mount",
        f"[Mount]\nWhat=nas\nWhere=/mnt/nas\nType=tmpfs\nOptions=uid={number},mode=755\n",
    )
    service.drop_in(example("share"))
    service.configure("/mnt/nas", rescan_seconds=1)
    service.start()
    lay(service, "/mnt/nas", "before.png", "before")
    assert text_comes(service, "/mnt/nas/before.png.txt") == "before\n"
    machine.run("umount", "/mnt/nas")
    machine.run("mount", "-t", "tmpfs", "-o", f"uid={number},mode=755", "nas", "/mnt/nas")
    lay(service, "/mnt/nas", "after.png", "after")
    assert text_comes(service, "/mnt/nas/after.png.txt") == "after\n"


def test_the_example_for_metrics_lets_it_write_for_node_exporter_alone(service: Service) -> None:
    machine, directory = service.machine, "/var/lib/prometheus/node-exporter"
    machine.run("install", "-d", "--owner=nobody", "--mode=0755", directory)
    command = re.search(r"setfacl .*", example("metrics"))
    assert command
    machine.run("sh", "-c", command[0])
    service.drop_in(example("metrics"))
    file = f"{directory}/ocr-watcher.prom"
    service.configure(FOLDER, metrics={"textfile": file})
    service.start()
    eventually(lambda: machine.attempt("test", "-e", file).returncode == 0, 30)
    assert "ocr_watcher_build_info" in machine.run("runuser", "-u", "nobody", "--", "cat", file)
    machine.run("systemctl", "stop", NAME)
    assert machine.run("ls", "-A", directory) == ""
