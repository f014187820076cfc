"""A stranger sets up three machines by the documented commands alone, with the real models."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.daemon.hosts import Host, network
from tests.documentation import block_under, commands_under, page
from tests.waiting import eventually

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

(CHECK,) = re.findall(r"`(ocr-watcher check -c cluster\.yaml.*?)`", page("cluster.md"))
TRUSTED = "trusted-host"
WORDS = "Three machines 1729"


def command(marker: str) -> str:
    (line,) = commands_under(f"cluster: {marker}")
    return line


def bring(certificates: Path, host: Host) -> None:
    """Brings a machine its files, as the documentation says."""
    directory = host.home / "certificates"
    directory.mkdir()
    for name in ("ca.pem", f"{host.name}.pem", f"{host.name}-key.pem"):
        shutil.copy2(certificates / name, directory)
    settings = block_under("cluster: settings", "yaml").replace("HOST", host.name)
    (host.home / "cluster.yaml").write_text(settings, "utf-8")


def scan(file: Path) -> Path:
    image = Image.new("L", (900, 200), 255)
    ImageDraw.Draw(image).text((40, 60), WORDS, font=ImageFont.load_default(60))
    file.parent.mkdir(exist_ok=True)
    image.save(file)
    return file


def ends_well(process: subprocess.Popen[bytes]) -> bool:
    process.terminate()
    return process.wait(40) == 0


def test_three_machines_read_a_scan_by_the_commands_of_the_documentation(tmp_path: Path) -> None:
    names = re.findall(r"[a-z]+-host", command("certificates"))
    with network(tmp_path, [*names, TRUSTED]) as hosts:
        scheduler_host, worker_host, daemon_host, trusted = hosts
        made = trusted.run(command("certificates"))
        assert made.returncode == 0, made.stderr
        for host in hosts[:-1]:
            bring(trusted.home / "certificates", host)
        picture = scan(daemon_host.home / "scans" / "scan.png")
        with (
            scheduler_host.running(command("scheduler")) as scheduler,
            worker_host.running(command("worker")) as worker,
        ):
            eventually(lambda: "the worker is connected" in worker_host.log, within=100)
            checked = daemon_host.run(CHECK)
            assert "machine 198.51.100.2: workers: 1, threads: 1" in checked.stdout, checked
            with daemon_host.running(command("daemon")) as daemon:
                text = picture.with_name("scan.png.txt")
                eventually(text.exists, within=100)
                assert WORDS in text.read_text("utf-8")
                assert all(map(ends_well, (daemon, worker, scheduler)))
    said = scheduler_host.log + worker_host.log + daemon_host.log
    assert "distributed" not in said
    assert "Traceback" not in said
