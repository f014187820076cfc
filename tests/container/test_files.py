"""The compose file and the Containerfile agree with the program and with each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pathspec
import pytest
import yaml

from ocr_watcher.pipeline import STOP_SECONDS
from tests.commands.program import environment, in_this_process
from tests.documentation import ROOT, page

if TYPE_CHECKING:
    from pathlib import Path

COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
GITIGNORE = (ROOT / ".gitignore").read_text("utf-8")
CONTAINERFILE = (ROOT / "Containerfile").read_text("utf-8")
OPTION = re.compile(r"^( *)# (?=[A-Z_]+: |secrets:|ports:|  [a-z_]+: \{)", re.MULTILINE)
"""The mark of a line that is to be uncommented by somebody who wants what it is for."""


def services(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The one service of a compose file, and the whole of the file."""
    file = yaml.safe_load(text)
    (service,) = file["services"].values()
    return service, file


def test_the_compose_file_gives_the_daemon_more_time_to_end_than_it_takes() -> None:
    service, _ = services(COMPOSE)
    assert int(service["stop_grace_period"].removesuffix("s")) >= STOP_SECONDS + 5
    assert service["read_only"] is True
    assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])


def test_the_compose_file_with_all_its_lines_names_settings_that_there_are(
    tmp_path: Path, folder: Path
) -> None:
    service, file = services(OPTION.sub(r"\1", COMPOSE))
    assert service["secrets"] == list(file["secrets"])
    variables = service["environment"]
    assert len(variables) > len(services(COMPOSE)[0]["environment"]) + 3
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in file["secrets"]:
        (secrets / name).write_text("made-up\n")
        (secrets / name).chmod(0o600)
    here = {
        name: value.replace("/run/secrets", str(secrets)).replace("/scans", str(folder))
        for name, value in variables.items()
    }
    base = {"OCR_WATCHER_BAIDU__BASE_URL": "http://127.0.0.1:9"}
    ended = in_this_process("check", variables=environment(tmp_path, **here, **base))
    assert "settings" in ended.stdout
    assert "fail  settings" not in ended.stdout
    assert ended.returncode == 1, "the service does not answer"
    assert "fail  engine" in ended.stdout
    left = {value for value in variables.values() if value.startswith("/run/secrets/")}
    assert {value.removeprefix("/run/secrets/") for value in left} == set(file["secrets"])


@pytest.mark.parametrize("volume", ["/scans", "/state"])
def test_the_volumes_have_the_same_names_everywhere(volume: str) -> None:
    service, _ = services(COMPOSE)
    targets = [
        mount["target"] if isinstance(mount, dict) else mount.partition(":")[2]
        for mount in service["volumes"]
    ]
    assert volume in targets
    assert f'"{volume}"' in CONTAINERFILE
    assert f":{volume}" in page("container.md")


def test_the_builder_is_given_what_it_copies_and_nothing_else() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    given = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = {
        word
        for line in CONTAINERFILE.splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    }
    assert given == copied
    assert "*" in ignored


def test_git_and_the_packages_take_no_key_and_no_scan_that_compose_has_beside_it() -> None:
    service, file = services(OPTION.sub(r"\1", COMPOSE))
    (scans,) = re.findall(r"\$\{SCANS:-\./([^}]*)\}", str(service["volumes"]))
    beside = {
        ".env",
        f"{scans}/letter.jpg",
        *(one["file"].removeprefix("./") for one in file["secrets"].values()),
    }
    ignored = pathspec.GitIgnoreSpec.from_lines(GITIGNORE.splitlines())  # as hatchling does
    assert set(ignored.match_files(beside)) == beside
