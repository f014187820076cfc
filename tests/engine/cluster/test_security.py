"""The files of the certificates: one that cannot be used is named, and none is waited for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.commands.certificates import make_certificates
from ocr_watcher.engine.cluster.security import security_of
from ocr_watcher.engine.cluster.settings import ClusterSettings
from ocr_watcher.errors import SettingsError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"ca_file": "ca.pem", "cert_file": "localhost.pem", "key_file": "localhost-key.pem"}


@pytest.fixture
def cluster(tmp_path: Path) -> ClusterSettings:
    make_certificates(tmp_path, ["localhost"])
    files = {setting: tmp_path / name for setting, name in FILES.items()}
    return ClusterSettings.model_validate({"scheduler": "tls://localhost:8786", **files})


def test_the_files_that_were_made_are_used(cluster: ClusterSettings) -> None:
    assert security_of(cluster).tls_client_cert == str(cluster.cert_file)


@pytest.mark.parametrize("setting", FILES)
def test_a_pipe_in_place_of_a_file_is_refused_at_once(
    setting: str, cluster: ClusterSettings, tmp_path: Path
) -> None:
    file = tmp_path / FILES[setting]
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(SettingsError) as refused:
        security_of(cluster)
    assert refused.value.problems == (
        f"cluster.{setting}: {file} cannot be read: it is a pipe or a device; name a regular file",
    )


@pytest.mark.parametrize("setting", FILES)
def test_a_file_that_is_missing_is_named(
    setting: str, cluster: ClusterSettings, tmp_path: Path
) -> None:
    file = tmp_path / FILES[setting]
    file.unlink()
    with pytest.raises(SettingsError) as refused:
        security_of(cluster)
    assert refused.value.problems == (
        f"cluster.{setting}: {file} cannot be read: No such file or directory",
    )


def test_an_authority_that_is_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    make_certificates(tmp_path, [])
    (tmp_path / "ca-key.pem").unlink()
    os.mkfifo(tmp_path / "ca-key.pem")
    with pytest.raises(StorageError, match=r"ca-key.pem: .*it is a pipe or a device"):
        make_certificates(tmp_path, ["localhost"])
