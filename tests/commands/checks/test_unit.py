"""`ocr-watcher check`: the unit's sandbox, as a stand-in for systemctl(1) tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.commands.checks import systemctl as module
from ocr_watcher.commands.checks.unit import check_unit, closed_folders
from tests.commands.program import in_this_process, write_settings

if TYPE_CHECKING:
    from pathlib import Path

STRICT = "LoadState=loaded\nProtectSystem=strict\n"


def systemctl(directory: Path, script: str) -> dict[str, str]:
    """A PATH on which there is one that does this."""
    directory.mkdir(exist_ok=True)
    program = directory / "systemctl"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": str(directory)}


def shows(directory: Path, text: str) -> dict[str, str]:
    (directory / "shown").write_text(text)
    return systemctl(directory / "bin", f"exec /bin/cat '{directory}/shown'")


def test_a_folder_that_the_unit_keeps_read_only_is_warned_of_with_the_drop_in(
    tmp_path: Path,
) -> None:
    path = shows(tmp_path, f"{STRICT}ReadWritePaths=-/srv/scans\nBindPaths=\n")
    result = check_unit(["/srv/scans", "/data/100% new"], path)
    assert result is not None
    assert result.verdict == "warn"
    assert result.finding == (
        "ocr-watcher.service may not write in /data/100% new; run systemctl edit ocr-watcher, "
        "add [Service] and ReadWritePaths='/data/100%% new', restart it"
    )


def test_folders_that_the_unit_leaves_open_are_well(tmp_path: Path) -> None:
    result = check_unit(["/srv/scans/in"], shows(tmp_path, f"{STRICT}ReadWritePaths=-/srv/scans"))
    assert result is not None
    assert (result.verdict, result.subject) == ("ok", "unit")


@pytest.mark.parametrize(
    "shown",
    ["LoadState=not-found\nProtectSystem=no\n", "LoadState=loaded\nProtectSystem=no\n", "", "\xff"],
)
def test_where_no_unit_keeps_anything_closed_nothing_is_said(shown: str, tmp_path: Path) -> None:
    assert check_unit(["/data"], shows(tmp_path, shown)) is None


def test_where_there_is_no_service_manager_nothing_is_said(tmp_path: Path) -> None:
    assert check_unit(["/data"], {"PATH": str(tmp_path)}) is None


def test_a_service_manager_that_hangs_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.2)
    assert check_unit(["/data"], systemctl(tmp_path, "exec /bin/sleep 60")) is None


def test_the_service_manager_is_told_none_of_our_variables(tmp_path: Path) -> None:
    told = tmp_path / "told"
    path = systemctl(tmp_path / "bin", f"/usr/bin/env > '{told}'")
    check_unit(["/data"], path | {"OCR_WATCHER_BAIDU_SECRET_KEY": "secret"})
    assert "PWD=" in told.read_text()
    assert "secret" not in told.read_text()


@pytest.mark.parametrize(
    ("writable", "bound"),
    [
        ("/data", ""),
        ("-/srv +/data/", ""),
        ('-+/srv "/data/my scans"', ""),
        ("/", ""),
        ("", "/data/my scans:/data/my scans:rbind"),
        ("", "/elsewhere:/data"),
        ("", "/a:/b:rbind -/data:/data:rbind"),
    ],
)
def test_it_is_open_where_it_or_what_it_lies_in_is(writable: str, bound: str) -> None:
    assert closed_folders(["/data/my scans"], writable, bound) == []


@pytest.mark.parametrize(
    ("writable", "bound"),
    [("", ""), ("/data/my", ""), ("/dat", ""), ('"/data', ""), ("", "/data:/other:rbind")],
)
def test_it_is_closed_where_only_something_else_is_open(writable: str, bound: str) -> None:
    assert closed_folders(["/data/my scans"], writable, bound) == ["/data/my scans"]


def test_links_are_the_same_place_as_what_they_lead_to(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    link, real = str(tmp_path / "link"), str(tmp_path / "real")
    assert closed_folders([link], real, "") == []
    assert closed_folders([real], link, "") == []


def test_the_command_tells_of_it(
    tmp_path: Path, folder: Path, settings: dict[str, object], with_keys: dict[str, str]
) -> None:
    file = write_settings(tmp_path / "config.yaml", **settings)
    path = shows(tmp_path, f"{STRICT}ReadWritePaths=-/srv/scans\nBindPaths=\n")
    ended = in_this_process("check", "-c", file, variables=with_keys | path)
    assert ended.returncode == 0
    assert f"warn  unit: ocr-watcher.service may not write in {folder}; " in ended.stdout
