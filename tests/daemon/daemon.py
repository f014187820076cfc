"""The daemon as a process, for as long as a context lasts."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ocr_watcher.service.claim.lock_file import NAME
from tests.commands.program import (
    MODULE,
    command,
    environment,
    in_this_process,
    keys_of,
    ocr_watcher,
    write_settings,
)
from tests.simulator import pictures
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from tests.simulator.server import Simulator

WORKERS = 8


class Daemon:
    """`ocr-watcher run` with a settings file, started once for each context.

    Everything it touches lies in one directory: the folder ``scans``, the state directory
    ``state``, and what it says.

    Args:
        directory: The directory for all that; what lies there already stays.
        simulator: The service. Its right keys are given, unless the variables say otherwise.
        settings: Further settings of the file, by section.
        variables: Further environment variables.
        level: The log level.
        program: What Python is to run.
        wrapper: A command that becomes the daemon's by exec(2), as ``unshare`` does.
    """

    def __init__(
        self,
        directory: Path,
        simulator: Simulator,
        *,
        settings: Mapping[str, object] | None = None,
        variables: Mapping[str, str] | None = None,
        level: str = "info",
        program: Sequence[str] = MODULE,
        wrapper: Sequence[str] = (),
    ) -> None:
        self.folder = directory / "scans"
        self.folder.mkdir(exist_ok=True)
        self.state = directory / "state"
        self._output, self._errors = directory / "stdout", directory / "stderr"
        self.variables = environment(directory, **{**keys_of(simulator), **(variables or {})})
        chosen = dict(settings or {})
        baidu = {"base_url": simulator.url, "qps": 0, **_section(chosen.pop("baidu", {}))}
        self.settings_file = write_settings(
            directory / "config.yaml",
            **{
                "folders": [str(self.folder)],
                "state_dir": str(self.state),
                "workers": WORKERS,
                "settle_seconds": 0.1,
                "retry": {"attempts": 3, "first_seconds": 0.05, "longest_seconds": 0.1},
                "baidu": baidu,
                **chosen,
            },
        )
        arguments = ("run", "-c", self.settings_file, "--log-level", level)
        self.command_line = [*wrapper, *command(*arguments, program=program)]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                self.command_line,
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
            )
        eventually(lambda: self.says("watching") or self.process.poll() is not None)
        assert self.says("watching"), self.log
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def log(self) -> str:
        """What it has said on standard error since it was started."""
        return self._errors.read_text("utf-8")

    @property
    def output(self) -> str:
        """The same for standard output."""
        return self._output.read_text("utf-8")

    @property
    def threads(self) -> int:
        """How many threads it has (proc(5))."""
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """Its process."""
        assert self._process is not None
        return self._process

    def says(self, text: str) -> bool:
        """Whether that is in its log."""
        return text in self.log

    def ask_to_stop(self) -> None:
        """Sends SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    def stop(self, within: float = 30.0) -> int:
        """Sends SIGTERM, waits for the end, and returns the exit status."""
        self.ask_to_stop()
        return self.process.wait(within)

    def kill(self) -> None:
        """Sends SIGKILL, and waits until it is gone; may be called again."""
        self.process.kill()
        self.process.wait()

    def beside(self, name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Runs another command with its settings."""
        words = (name, "-c", self.settings_file, *arguments)
        return in_this_process(*words, variables=self.variables)

    def process_beside(self, name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """The same as a process of its own, as people do."""
        words = (name, "-c", self.settings_file, *arguments)
        return ocr_watcher(*words, variables=self.variables)

    def once(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Works off what waits in its folder, while it does not run itself."""
        return self.beside("run", "--once", *arguments)

    def texts(self) -> dict[str, str]:
        """The text beside each image, by the image's path below the folder."""
        texts = {}
        for file in self.folder.rglob("*.txt"):
            with contextlib.suppress(FileNotFoundError):  # it was renamed while we looked
                name = str(file.relative_to(self.folder)).removesuffix(".txt")
                texts[name] = file.read_text("utf-8")
        return texts

    def error_files(self) -> list[Path]:
        """The files that say why an image failed."""
        return sorted(self.folder.rglob("*.ocr-error.json"))

    def hidden_files(self) -> list[Path]:
        """What is not whole, or was left half-written; the lock file is neither."""
        hidden = (path for path in self.folder.rglob("*") if path.name.startswith("."))
        return [path for path in hidden if path.name != NAME]


def write(file: Path, words: str) -> Path:
    """Writes a picture that carries words, and the directories above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(pictures.png(words))
    return file


def _section(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value
