"""Whom to tell comes from one of several places, and no problem shows an address."""

from __future__ import annotations

import importlib.util
import os
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import SettingsError
from ocr_watcher.settings.exposed import warnings
from ocr_watcher.settings.load import Overrides, load
from ocr_watcher.settings.notify import NotifySettings, urls_of
from ocr_watcher.values.install_command import install_extra
from tests.commands.program import write_settings

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "s3cret"
URL = f"json://me:{SECRET}@example.org/"
OTHER = "mailto://me:x@example.org"


def found(notify: NotifySettings, environment: dict[str, str]) -> list[str]:
    return [url.get_secret_value() for url in urls_of(notify, environment)]


def problems(tmp_path: Path, notify: object, environment: dict[str, str] | None = None) -> str:
    """What is wrong with the settings where this is their section."""
    file = write_settings(
        tmp_path / "config.yaml", folders=[str(tmp_path)], engine="local", notify=notify
    )
    try:
        load(file, Overrides(), environment or {})
    except SettingsError as error:
        told = str(error)
    else:
        told = ""
    assert SECRET not in told
    return told


def test_without_the_section_nobody_is_told() -> None:
    assert found(NotifySettings(), {}) == []


def test_the_environment_wins_over_the_file_and_the_credential_comes_last(tmp_path: Path) -> None:
    listed, credential = tmp_path / "listed", tmp_path / "notify-urls"
    listed.write_text(f"\ufeff# people\n\n  {URL}\r\n{OTHER}\n")
    credential.write_text(OTHER)
    by_file = NotifySettings(urls_file=listed)
    service = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert found(by_file, service) == [URL, OTHER]
    assert found(NotifySettings(urls=(URL,)), service) == [URL]
    assert found(NotifySettings(), service) == [OTHER]
    assert found(by_file, {"OCR_WATCHER_NOTIFY__URLS": f"{OTHER} {URL}"}) == [OTHER, URL]


@pytest.mark.parametrize("wrong", [SECRET, f"json://a b{SECRET}", f"json://{SECRET}\u202e"])
def test_what_is_no_address_is_named_by_its_place_alone(tmp_path: Path, wrong: str) -> None:
    assert "notify.urls[1]: must be an address" in problems(tmp_path, {"urls": [OTHER, wrong]})
    listed = tmp_path / "listed"
    listed.write_text(f"{OTHER}\n{wrong}\n")
    told = problems(tmp_path, {"urls_file": str(listed)})
    assert "address 2 must be an address" in told


def test_a_file_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in problems(tmp_path, {"urls_file": "missing"})


def test_a_file_that_holds_nothing_too_much_or_never_ends_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "urls"
    os.mkfifo(file)
    assert "it is a pipe or a device" in problems(tmp_path, {"urls_file": str(file)})
    file.unlink()
    file.write_text("# nobody yet\n")
    assert "holds no address" in problems(tmp_path, {"urls_file": str(file)})
    file.write_text(f"{URL}\n" * 5000)
    assert "longer than 64 kB" in problems(tmp_path, {"urls_file": str(file)})
    file.write_text(f"{URL}\n" * 21)
    assert "more than 20" in problems(tmp_path, {"urls_file": str(file)})


def test_a_missing_extra_is_named_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "apprise" else real(name)
    )
    assert install_extra("notify") in problems(tmp_path, {"urls": [URL]})
    assert problems(tmp_path, {"on": ["failed"]}) == ""


def test_each_event_is_told_once(tmp_path: Path) -> None:
    assert NotifySettings(on=("idle", "idle", "failed")).on == ("idle", "failed")


def test_addresses_in_a_settings_file_that_everybody_may_read_are_warned_of(tmp_path: Path) -> None:
    file = write_settings(tmp_path / "config.yaml", folders=[str(tmp_path)], notify={"urls": [URL]})
    file.chmod(0o644)
    settings = load(file, Overrides(), {}, credentials_needed=False)
    (warning,) = warnings(file, settings)
    assert warning.startswith("notify.urls: every user")
    assert SECRET not in warning + repr(settings)
