"""`ocr-watcher check`: the file with the metrics."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocr_watcher.commands.checks.metrics import check_textfile
from tests.abilities import needs_sysfs


def test_a_file_that_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "ocr-watcher.prom"
    file.write_bytes(b"old")
    assert check_textfile(file).subject == f"metrics {file}"
    assert check_textfile(file).verdict in {"ok", "warn"}  # by who may enter the tests' directory
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(file.name, b"old")]


def test_a_missing_directory_fails(tmp_path: Path) -> None:
    result = check_textfile(tmp_path / "none/ocr-watcher.prom")
    assert result.verdict == "fail"
    assert result.finding.startswith("No such file or directory; ")


@needs_sysfs
def test_a_directory_where_nothing_can_be_written_fails() -> None:
    assert check_textfile(Path("/sys/kernel/ocr-watcher.prom")).verdict == "fail"


def test_a_directory_of_that_name_fails(tmp_path: Path) -> None:
    (tmp_path / "ocr-watcher.prom").mkdir()
    result = check_textfile(tmp_path / "ocr-watcher.prom")
    assert (result.verdict, result.finding) == ("fail", "is a directory; name a file")


@pytest.mark.parametrize("mode", [0o700, 0o711, 0o744])
def test_a_directory_that_other_users_may_not_list_is_warned_of(tmp_path: Path, mode: int) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode)
    result = check_textfile(closed / "ocr-watcher.prom")
    assert result.verdict == "warn"
    assert f"{closed} is closed to other users" in result.finding
