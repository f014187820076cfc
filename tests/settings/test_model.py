"""What the settings take and what they refuse, with the sentence a person reads."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from ocr_watcher.engine.baidu.endpoints import ENDPOINTS
from ocr_watcher.errors import SettingsError
from ocr_watcher.settings.load import Overrides, load
from ocr_watcher.settings.model import FolderSettings, Settings


def settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file, Overrides(), {}, folders_needed=False, credentials_needed=False)


def problems(tmp_path: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path, text)
    return caught.value.problems


def test_globs_of_a_gitignore_are_taken(tmp_path: Path) -> None:
    loaded = settings(tmp_path, 'folders: [{path: /a, include: ["*.jpg", "!/x/**", "[ab]?/"]}]')
    assert loaded.folders[0].include == ("*.jpg", "!/x/**", "[ab]?/")


def test_a_link_to_a_folder_that_is_listed_is_the_same_folder(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "link").symlink_to("scans")
    (problem,) = problems(tmp_path, "folders: [scans, link]")
    assert problem.startswith(f"folders: {tmp_path}/scans and {tmp_path}/link are the same")


def test_a_whole_number_may_stand_for_a_number(tmp_path: Path) -> None:
    loaded = settings(tmp_path, "{settle_seconds: 3, poll_seconds: 0.5, baidu: {qps: 0}}")
    assert (loaded.settle_seconds, loaded.poll_seconds, loaded.baidu.qps) == (3, 0.5, 0)


def test_a_format_named_twice_counts_once(tmp_path: Path) -> None:
    assert settings(tmp_path, "output: {formats: [json, txt, json]}").output.formats == (
        "json",
        "txt",
    )


def test_a_folder_given_as_a_path_has_the_defaults(tmp_path: Path) -> None:
    loaded = settings(tmp_path, "folders: [/scans]")
    assert loaded.folders == (FolderSettings(path=Path("/scans")),)


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    loaded = settings(tmp_path, "")
    with pytest.raises(ValidationError, match="frozen"):
        loaded.workers = 5


def test_without_surroundings_a_path_must_be_absolute() -> None:
    with pytest.raises(ValidationError, match="must be an absolute path"):
        FolderSettings(path=Path("scans"))


@pytest.mark.parametrize(
    "url",
    [
        "https://aip.baidubce.com",
        "https://proxy.example:8443/baidu",
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://127.8.9.1",
        "http://[::1]:8000",
    ],
)
def test_an_address_over_tls_or_on_this_machine_is_taken(tmp_path: Path, url: str) -> None:
    text = yaml.safe_dump({"baidu": {"base_url": url + "/"}})
    assert settings(tmp_path, text).baidu.base_url == url


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_endpoint_of_the_engine_may_be_set(tmp_path: Path, endpoint: str) -> None:
    assert settings(tmp_path, f"baidu: {{endpoint: {endpoint}}}").baidu.endpoint == endpoint


def test_options_become_the_texts_that_the_service_wants(tmp_path: Path) -> None:
    text = "baidu: {options: {detect_direction: true, paragraph: false, language_type: ENG}}"
    assert settings(tmp_path, text).baidu.options == {
        "detect_direction": "true",
        "paragraph": "false",
        "language_type": "ENG",
    }


@pytest.mark.parametrize(
    ("options", "paths"),
    [
        (
            "{paragraph: maybe, nonsense: 1}",
            [f"baidu.options: {n}: " for n in ("paragraph", "nonsense")],
        ),
        (
            "{image: x, url: x, access_token: x}",
            [f"baidu.options: {n}: " for n in ("image", "url", "access_token")],
        ),
    ],
)
def test_each_wrong_option_is_a_problem(tmp_path: Path, options: str, paths: list[Any]) -> None:
    found = problems(tmp_path, f"baidu: {{options: {options}}}")
    assert len(found) == len(paths)
    assert all(problem.startswith(path) for problem, path in zip(found, paths, strict=True))


def test_a_folder_that_is_bound_to_another_name_is_the_same_folder(tmp_path: Path) -> None:
    first, second, missing = (tmp_path / name for name in ("first", "second", "missing"))
    first.mkdir()
    second.mkdir()
    text = yaml.safe_dump({"folders": [str(path) for path in (first, second, missing)]})
    bind = ["mount", "--bind", first, second]
    if os.geteuid() or subprocess.run(bind, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        told = problems(tmp_path, text)
    finally:
        subprocess.run(["umount", second], check=True)
    same = f"{first} and {second} are the same folder, by a bind mount"
    assert told == (f"folders: {same}; keep one of the two",)
