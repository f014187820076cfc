"""The shells of people complete commands."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ocr_watcher.cli import completion, main
from tests.docs.shells import PROMPT, Shell, with_the_program

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow


def needs(shell: str) -> pytest.MarkDecorator:
    """Skips a test where a shell is not installed."""
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """The environment of a person who has the command and some scans."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "scanned letters").mkdir()
    (home / "scale.jpg").touch()
    return with_the_program(home)


@pytest.fixture
def script(variables: dict[str, str], tmp_path: Path) -> Callable[[str], Path]:
    """Writes the script for a shell, and returns its path."""

    def write(shell: str) -> Path:
        file = tmp_path / "functions/_ocr-watcher"
        file.parent.mkdir()
        with file.open("wb") as output:
            command = ["ocr-watcher", "completion", shell]
            subprocess.run(command, env=variables, stdout=output, check=True, timeout=60)
        return file

    return write


def test_click_knows_no_script_for_another_shell() -> None:
    with pytest.raises(LookupError, match="no shell is named 'csh'"):
        completion.script("csh", main)


def test_a_shell_that_there_is_no_script_for_is_told_those_that_there_are() -> None:
    ended = CliRunner().invoke(main, ["completion", "powershell"])
    assert ended.exit_code == 2
    assert "is not one of 'bash', 'zsh', 'fish'" in ended.stderr


LINES = [
    ("ocr-watcher compl\t", "ocr-watcher completion "),
    ("ocr-watcher cluster sch\t", "ocr-watcher cluster scheduler "),
    ("ocr-watcher run --on\t", "ocr-watcher run --once "),
    ("ocr-watcher ocr --engine lo\t", "ocr-watcher ocr --engine local "),
    ("ocr-watcher --format al\t", "ocr-watcher --format alto "),
    ("ocr-watcher retry --lo\t", "ocr-watcher retry --log-level "),
    ("ocr-watcher completion fi\t", "ocr-watcher completion fish "),
    ("ocr-watcher run scan\t", "ocr-watcher run scanned\\ letters/"),
    ("ocr-watcher ocr scale\t", "ocr-watcher ocr scale.jpg "),
    ("ocr-watcher ocr --config scale\t", "ocr-watcher ocr --config scale.jpg "),
]
"""What a person types, and the line that is there afterwards."""


def completed(shell: Shell, typed: str, wanted: str) -> None:
    """Types a line with a tab in it and waits for the completed line, which is then dropped."""
    shell.type(typed)
    tail = wanted.removeprefix(typed.rstrip("\t"))
    shell.until(re.escape(tail))
    shell.type("\x15")  # Ctrl-U: kills the line
    shell.ready()


@needs("bash")
def test_bash_completes_commands_options_values_and_paths(
    variables: dict[str, str], script: Callable[[str], Path], tmp_path: Path
) -> None:
    command = ["bash", "--noprofile", "--norc", "-i"]
    with Shell(command, variables, tmp_path / "home") as shell:
        shell.type(f"source {shlex.quote(str(script('bash')))}\n")
        shell.ready()
        for typed, wanted in LINES:
            completed(shell, typed, wanted)


@needs("zsh")
def test_zsh_completes_commands_options_values_and_paths(
    variables: dict[str, str], script: Callable[[str], Path], tmp_path: Path
) -> None:
    functions = script("zsh").parent
    with Shell(["zsh", "-f", "-i"], variables, tmp_path / "home") as shell:
        shell.type(f"fpath+={shlex.quote(str(functions))}; autoload -Uz compinit; compinit -u\n")
        shell.ready()
        for typed, wanted in LINES:
            completed(shell, typed, wanted)


BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")
STARTED_WITH = {
    ".bashrc": f". {BASH_COMPLETION}\n",
    ".zshrc": "fpath+=~/.zfunc; autoload -Uz compinit; compinit\n",
}
"""What the shells of a person read when they start."""


@pytest.mark.skipif(not BASH_COMPLETION.exists(), reason="bash-completion is not installed")
@needs("zsh")
@needs("fish")
def test_the_lines_of_the_help_install_it_for_new_shells(
    variables: dict[str, str], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    told = CliRunner().invoke(main, ["completion", "--help"]).stdout
    lines = re.findall(r"(?m)^ +((?:mkdir|ocr-watcher|>) .*\n)", told.partition("type once:")[2])
    subprocess.run(["bash", "-euc", "".join(lines)], env=variables, check=True, timeout=60)
    for name, content in STARTED_WITH.items():
        (home / name).write_text(f"PS1='{PROMPT}'\n{content}")
    for command in (["bash", "--noprofile", "-i"], ["zsh", "-d", "-i"]):
        with Shell(command, variables, home) as shell:
            shell.ready()
            completed(shell, "ocr-watcher clu\t", "ocr-watcher cluster ")
    asked = ["fish", "-c", "complete -C 'ocr-watcher clu'"]
    ended = subprocess.run(
        asked, env=variables, capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout.partition("\t")[0] == "cluster"


FOR_FISH = [
    ("ocr-watcher cluster ", {"certificates", "scheduler", "worker"}),
    ("ocr-watcher run --on", {"--once"}),
    ("ocr-watcher ocr --engine ", {"baidu", "cluster", "local"}),
    ("ocr-watcher completion ", {"bash", "zsh", "fish"}),
    ("ocr-watcher run scan", {"scanned letters/"}),
    ("ocr-watcher ocr scal", {"scale.jpg"}),
]
"""A line, and the completions of its last word."""


@needs("fish")
@pytest.mark.parametrize(("line", "wanted"), FOR_FISH)
def test_fish_completes_commands_options_values_and_paths(
    variables: dict[str, str],
    script: Callable[[str], Path],
    tmp_path: Path,
    line: str,
    wanted: set[str],
) -> None:
    asked = f"source {shlex.quote(str(script('fish')))}; complete -C {shlex.quote(line)}"
    ended = subprocess.run(
        ["fish", "--no-config", "-c", asked],
        env=variables,
        cwd=tmp_path / "home",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert {told.partition("\t")[0] for told in ended.stdout.splitlines()} == wanted
