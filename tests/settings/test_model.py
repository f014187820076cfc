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
from ocr_watcher.formats.registry import FORMATS
from ocr_watcher.settings.load import Overrides, load
from ocr_watcher.settings.model import FolderSettings, Settings

*_OTHERS, _LAST = map(repr, FORMATS.names)
FORMAT_NAMES = f"{', '.join(_OTHERS)} or {_LAST}"


def settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file, Overrides(), {}, folders_needed=False, credentials_needed=False)


def problems(tmp_path: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path, text)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('workers: "4"', 'workers: must be a whole number, not "4"'),
        ("workers: true", "workers: must be a whole number, not true"),
        ("workers: 4.0", "workers: must be a whole number, not 4.0"),
        ("workers:", "workers: must be a whole number, not null"),
        ("workers: 0", "workers: must be greater than or equal to 1, not 0"),
        ("workers: 257", "workers: must be less than or equal to 256, not 257"),
        ("settle_seconds: yes", "settle_seconds: must be a number, not true"),
        ("settle_seconds: -1", "settle_seconds: must be greater than or equal to 0, not -1"),
        ("settle_seconds: .nan", "settle_seconds: must be a finite number, not NaN"),
        ("rescan_seconds: .inf", "rescan_seconds: must be a finite number, not Infinity"),
        ("poll_seconds: 0", "poll_seconds: must be greater than 0, not 0"),
        ("poll_seconds: 86401", "poll_seconds: must be less than or equal to 86400, not 86401"),
        ("engine: bidu", "engine: must be 'auto', 'baidu', 'cluster' or 'local', not \"bidu\""),
        (
            "state_dir: 2026",
            "state_dir: must be a path (in quotes where it looks like a number), not 2026",
        ),
        ('state_dir: ""', "state_dir: must be a path"),
        ('state_dir: "a\\0b"', "state_dir: must be a path"),
        ('state_dir: "a\\ud800b"', "state_dir: must be a path"),
        (
            "state_dir: ~nobody-of-that-name/state",
            "state_dir: begins with ~, but no such home folder is known; give the whole path",
        ),
        (
            "local: {languages: [korean]}",
            "local.languages: needs local.models_dir, the folder that their models lie in",
        ),
        (
            "local: {models_dir: /models, languages: [../x]}",
            "local.languages[0]: must be what the name of a model begins with, such as cyrillic",
        ),
        (
            "local: {backend: torch}",
            "local.backend: must be 'auto', 'openvino' or 'onnxruntime', not \"torch\"",
        ),
        (
            "local: {device: ../gpu}",
            "local.device: must be cpu, gpu, or a name of the backend's own such as NPU or GPU.1",
        ),
        ("local: {threads: 0}", "local.threads: must be greater than or equal to 1, not 0"),
        ("local: {threads: many}", 'local.threads: must be a whole number, not "many"'),
        ("output: {formats: []}", "output.formats: must name at least one"),
        ("output: {formats: txt}", 'output.formats: must be a list, not "txt"'),
        ("output: {formats: [doc]}", f'output.formats[0]: must be {FORMAT_NAMES}, not "doc"'),
        ("output: 3", "output: must be a mapping of keys to values, not 3"),
        (
            "log: {level: loud}",
            "log.level: must be 'debug', 'info', 'warning' or 'error', not \"loud\"",
        ),
        ("retry: {attempts: 0}", "retry.attempts: must be greater than or equal to 1, not 0"),
        (
            "retry: {first_seconds: 301}",
            "retry.longest_seconds: must not be less than retry.first_seconds",
        ),
        ("folders: /scans", 'folders: must be a list, not "/scans"'),
        (
            "folders: [2024]",
            "folders[0].path: must be a path (in quotes where it looks like a number), not 2024",
        ),
        ("folders: [{recursive: false}]", "folders[0].path: must be given"),
        (
            "folders: [{path: /a, recursive: 1}]",
            "folders[0].recursive: must be true or false, not 1",
        ),
        ("folders: [{path: /a, formats: []}]", "folders[0].formats: must name at least one"),
        (
            "folders: [/a/b, /a/./c/../b]",
            "folders: /a/b and /a/b are the same folder; keep one of the two",
        ),
        ("1: 2", "[1]: is no key; keys are texts, not 1"),
    ],
)
def test_a_wrong_value_is_named_with_its_path_and_its_rule(
    tmp_path: Path, text: str, problem: str
) -> None:
    assert problems(tmp_path, text) == (problem,)


@pytest.mark.parametrize("pattern", ["!", "\\", "[a", "# comment", "", "/"])
def test_a_glob_that_matches_nothing_is_refused(tmp_path: Path, pattern: str) -> None:
    text = yaml.safe_dump({"folders": [{"path": "/a", "exclude": ["*.png", pattern]}]})
    (problem,) = problems(tmp_path, text)
    assert problem == "folders[0].exclude[1]: is no glob as .gitignore has them"


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


@pytest.mark.parametrize(
    "url",
    [
        "http://aip.baidubce.com",
        "http://192.168.0.1",
        "http://127.0.0.1.example",
        "http://localhost.example",
        "http://[::2]",
    ],
)
def test_plain_http_to_another_machine_is_refused(tmp_path: Path, url: str) -> None:
    (problem,) = problems(tmp_path, yaml.safe_dump({"baidu": {"base_url": url}}))
    assert problem.startswith("baidu.base_url: must begin with https://")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "aip.baidubce.com",
        "ftp://aip.baidubce.com",
        "https://",
        "https://user:pass-word@aip.baidubce.com",
        "https://user:pass-word",
        "https://aip.baidubce.com?pass-word",
        "https://aip.baidubce.com/#pass-word",
        "https://aip.baidubce.com\n",
        "https://aip.baidubce.com/a b",
        "https://aip.baidubce.com:0",
        "https://aip.baidubce.com:65536",
        "https://[pass-word]",
        "http://localhost\\@aip.baidubce.com",
    ],
)
def test_any_other_address_is_refused_without_showing_it(tmp_path: Path, url: str) -> None:
    (problem,) = problems(tmp_path, yaml.safe_dump({"baidu": {"base_url": url}}))
    assert problem.startswith("baidu.base_url: must be like https://aip.baidubce.com")
    assert "pass-word" not in problem


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_endpoint_of_the_engine_may_be_set(tmp_path: Path, endpoint: str) -> None:
    assert settings(tmp_path, f"baidu: {{endpoint: {endpoint}}}").baidu.endpoint == endpoint


def test_an_unknown_endpoint_is_told_with_the_known_ones(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "baidu: {endpoint: acurate, options: {any: thing}}")
    assert problem == f"baidu.endpoint: must be one of {', '.join(ENDPOINTS)}"


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
        ("{detect_direction: 1.5}", ["baidu.options.detect_direction: must be a text"]),
        ("[paragraph]", ["baidu.options: must be a mapping of keys to values"]),
        ("{detect_direction: 1}", ["baidu.options: detect_direction: "]),
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
