"""The JSON schema takes what the program takes, and refuses what it refuses, as far as it can."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import ocr_watcher.settings
from ocr_watcher.settings.files import FILES, REMAKE, SCHEMA, MadeFile
from ocr_watcher.settings.load import Overrides, load
from ocr_watcher.settings.schema import schema
from ocr_watcher.settings.yaml_file import read_text
from tests.settings.wrong import ALL, Wrong

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "config.example.yaml").read_text("utf-8")
VALIDATOR = Draft202012Validator(schema())


def faults(text: str) -> list[str]:
    data = read_text("the test", text)
    return [error.message for error in VALIDATOR.iter_errors({} if data is None else data)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.path.name)
def test_the_files_are_what_the_code_makes(file: MadeFile) -> None:
    assert file.path.read_text("utf-8") == file.content(), f"do this: {REMAKE}"


def test_the_schema_lies_in_the_package_and_is_one() -> None:
    assert Path(ocr_watcher.settings.__file__).parent / "schema.json" == SCHEMA
    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text("utf-8")))


def test_the_first_line_of_the_example_leads_editors_to_it() -> None:
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", EXAMPLE.splitlines()[0])
    assert found
    assert json.loads((ROOT / found[1]).read_text("utf-8")) == schema()


@pytest.mark.parametrize("wrong", ALL, ids=lambda wrong: wrong.text)
def test_it_refuses_each_wrong_setting_but_those_that_no_schema_can(wrong: Wrong) -> None:
    assert bool(faults(wrong.text)) is not bool(wrong.beyond_schema)


DISABLED = re.compile(r"^( *)#([a-z_]+):", re.MULTILINE)


def test_it_takes_the_example() -> None:
    assert faults(EXAMPLE) == []


def test_it_takes_the_example_with_each_setting_enabled_that_has_no_default() -> None:
    for found in DISABLED.finditer(EXAMPLE):
        enabled = EXAMPLE[: found.start()] + f"{found[1]}{found[2]}:" + EXAMPLE[found.end() :]
        assert faults(enabled) == []


def test_it_takes_the_example_with_all_enabled_but_the_second_place_of_each_secret() -> None:
    text = re.sub(r"^( *)#(\w*key_file|urls_file): .*$", "", EXAMPLE, flags=re.MULTILINE)
    enabled = DISABLED.sub(r"\1\2:", text)
    assert "api_key:" in enabled
    assert faults(enabled) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "metrics:\nlocal:",
        "folders: [/scans, {path: ~/letters, formats: null}]",
        "baidu: {options: {detect_direction: true, language_type: ENG}}",
        "baidu: {endpoint: accurate, options: {char_probability: 'true'}}",
        "baidu: {api_key: null, api_key_file: /key, base_url: 'http://[::1]:8080/a/b/'}",
        "baidu: {base_url: 'http://127.8.9.1'}",
        "folders: [{path: /a, endpoint: general, options: {probability: true}}]",
        'folders: [{path: /a, include: ["*", "!/x/**", "[ab]?/", "a b", "\\\\!"]}]',
        "web: {listen: '127.0.0.1:65535', hosts: [Scans.Example.ORG, 10.0.0.1, '[::2]', '::2', a]}",
        "web: {listen: '[0:0::0:1]:1'}",
        "web: {listen: 'unix:/run/ocr-watcher/web.sock'}",
        "web: {listen: '0.0.0.0:80', password_file: /password}",
        "cluster: {scheduler: 'tcp://127.0.0.1:8786'}",
        "cluster: {scheduler: 'tls://[::1]:8786'}",
        "local: {device: GPU.1, models_dir: /m, languages: [cyrillic, chinese_cht]}",
        "notify: {urls: [], urls_file: /urls, on: [idle]}",
        "metrics: {textfile: a/b.prom}",
    ],
)
def test_it_takes_what_the_program_takes(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text, "utf-8")
    load(file, Overrides(), {}, folders_needed=False, credentials_needed=False)
    assert faults(text) == []
