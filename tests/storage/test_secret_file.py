"""Files that settings name for secrets are read without waiting, and no secret is shown for one."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.baidu.credentials import find_credentials
from ocr_watcher.engine.baidu.settings import BaiduSettings
from ocr_watcher.errors import SettingsError
from ocr_watcher.service.web.server.password import password_hash
from ocr_watcher.settings.notify import NotifySettings, urls_of
from ocr_watcher.storage.secret_file import read_secret_file

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = "baidu.api_key_file"
SECRET = "Zs3cr3tZs3cr3tZs3cr3tZs3cr3tZs3c"
READERS: dict[str, Callable[[Path], object]] = {
    "baidu.api_key_file": lambda file: find_credentials(BaiduSettings(api_key_file=file), {}),
    "baidu.iam_api_key_file": lambda file: find_credentials(
        BaiduSettings(iam_api_key_file=file), {}
    ),
    "notify.urls_file": lambda file: urls_of(NotifySettings(urls_file=file), {}),
    "web.password_file": password_hash,
}


def problem_of(read: Callable[[Path], object], file: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        read(file)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("setting", READERS)
@pytest.mark.timeout(20)
def test_a_pipe_or_a_device_is_refused_and_not_waited_for(setting: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    before = threading.active_count()
    for file in (pipe, Path("/dev/zero")):
        assert problem_of(READERS[setting], file) == (
            f"{setting}: {file} cannot be read: it is a pipe or a device; name a regular file"
        )
    assert threading.active_count() == before


@pytest.mark.parametrize("setting", READERS)
@pytest.mark.parametrize(
    "secret",
    [
        SECRET,
        f"bce-v3/ALTAK-abcdefghij/{SECRET}",
        f"json:/user:{SECRET}@localhost",
        "tgram:/123:short/456",
        f"{SECRET}" * 200,
    ],
)
def test_a_secret_in_the_place_of_its_file_is_not_shown(
    setting: str, secret: str, tmp_path: Path
) -> None:
    problem = problem_of(READERS[setting], tmp_path / secret)
    assert problem == (
        f"{setting}: names no file, and is not shown, as it may be the secret itself; write the "
        "secret into a file, and name that file"
    )


def test_a_directory_is_refused_and_not_left_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    problem = problem_of(lambda file: read_secret_file(SOURCE, file, 9), tmp_path)
    assert problem == f"{SOURCE}: {tmp_path} cannot be read: Is a directory"
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    for name in ("baidu-api-key", "notify.urls", "key2", "secrets/20261130_baidu"):
        file = tmp_path / name
        assert problem_of(lambda file: read_secret_file(SOURCE, file, 9), file) == (
            f"{SOURCE}: {file} cannot be read: No such file or directory"
        )


def test_a_file_is_read_to_its_end_or_a_byte_beyond_the_most(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    (tmp_path / "link").symlink_to("file")
    assert read_secret_file(SOURCE, tmp_path / "link", 10) == b"0123456789"
    assert read_secret_file(SOURCE, tmp_path / "file", 5) == b"012345"
