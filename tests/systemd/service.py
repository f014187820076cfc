"""The installed service, as an administrator handles it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from tests.simulator import pictures
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator
    from tests.systemd.machine import Machine

NAME = "ocr-watcher"
SETTINGS = "/etc/ocr-watcher/config.yaml"
FOLDER = "/srv/scans"
_DROP_IN = f"/run/systemd/system/{NAME}.service.d/test.conf"


class Service:
    """The service on a machine, for one test.

    Args:
        machine: The machine that it is installed on.
        scans: What lies at `FOLDER` there, as a path here.
        simulator: Baidu's service, whose keys are laid down as the documentation says.
    """

    def __init__(self, machine: Machine, scans: Path, simulator: Simulator) -> None:
        self.machine, self.scans = machine, scans
        self._url = simulator.url
        self._since = machine.run("date", "+@%s.%N").strip()

    def configure(self, *folders: str, **settings: object) -> None:
        """Writes the settings file: what a test wants, and quick ones."""
        self.write_settings(
            {
                "folders": list(folders or [FOLDER]),
                "state_dir": f"/var/lib/{NAME}",
                "settle_seconds": 0.2,
                "retry": {"first_seconds": 0.05, "longest_seconds": 0.1},
                "baidu": {"base_url": self._url, "qps": 0},
                **settings,
            }
        )

    def write_settings(self, settings: object) -> None:
        """Writes whatever is given as the settings file."""
        self.machine.write(SETTINGS, yaml.safe_dump(settings))

    def drop_in(self, text: str) -> None:
        """Changes the unit until the next `reset`."""
        self.machine.write(_DROP_IN, text)
        self.machine.run("systemctl", "daemon-reload")

    def start(self) -> None:
        """Starts it, and waits until it says that it is ready."""
        done = self.machine.attempt("systemctl", "start", NAME)
        assert done.returncode == 0, self.journal()

    def stop(self) -> None:
        """Stops it, and waits for its end."""
        self.machine.run("systemctl", "stop", NAME)

    def value(self, name: str) -> str:
        """One property of the unit, as ``systemctl show`` tells it."""
        return self.machine.run("systemctl", "show", "--value", f"--property={name}", NAME).strip()

    @property
    def restarts(self) -> int:
        """How often it was started again by itself."""
        return int(self.value("NRestarts"))

    def journal(self) -> str:
        """What it and the service manager said of it in this test."""
        return self._said(f"--unit={NAME}")

    def wait_for_words(self, words: str, within: float = 30.0) -> None:
        """Waits until the journal holds some words: it takes lines in after they are written."""
        eventually(lambda: words in self.journal(), within)

    def own_words(self) -> list[str]:
        """The lines that it said itself."""
        return self._said(f"_SYSTEMD_UNIT={NAME}.service").splitlines()

    def drop(self, name: str, words: str) -> Path:
        """Lays a picture that carries words into the folder."""
        image = self.scans / name
        image.parent.mkdir(exist_ok=True)
        image.write_bytes(pictures.png(words))
        return image

    def wait_for_text(self, image: Path, within: float = 30.0) -> str:
        """Waits for the text beside an image, and returns it."""
        text = image.with_name(f"{image.name}.txt")
        eventually(lambda: text.exists() or self._has_failed(image), within)
        assert not self._has_failed(image), self.journal()
        return text.read_text("utf-8")

    def reset(self) -> None:
        """Leaves it stopped, with nothing remembered and nothing in the folder."""
        self.machine.attempt("systemctl", "stop", NAME)
        self.machine.attempt("systemctl", "reset-failed", NAME)
        self.machine.run("rm", "--force", _DROP_IN)
        self.machine.run("systemctl", "daemon-reload")
        empty = ("-mindepth", "1", "-delete")
        self.machine.run("find", FOLDER, *empty)
        self.machine.attempt("find", f"/var/lib/{NAME}", *empty)

    def _said(self, who: str) -> str:
        since = f"--since={self._since}"
        return self.machine.run("journalctl", "--quiet", "--output=cat", since, who)

    @staticmethod
    def _has_failed(image: Path) -> bool:
        return image.with_name(f"{image.name}.ocr-error.json").exists()
