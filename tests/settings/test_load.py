"""The settings file, what goes before it, and what is told when it is wrong."""

import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from ocr_watcher.errors import SettingsError
from ocr_watcher.settings import load as module
from ocr_watcher.settings.exposed import warnings
from ocr_watcher.settings.load import (
    Overrides,
    find_settings_file,
    is_closed_to_this_user,
    load,
)
from ocr_watcher.settings.model import FolderSettings

SECRET = "Zs3cr3tZs3cr3tZs3cr3tZs3cr3tZs3c"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.yaml"


def error_of(file: Path, text: str | bytes, **needs: bool) -> SettingsError:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError) as caught:
        load(file, Overrides(), {}, **needs)
    return caught.value


class TestTheFileIsFound:
    @pytest.fixture(autouse=True)
    def no_file_of_this_system(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "SYSTEM_FILE", tmp_path / "etc.yaml")
        monkeypatch.setenv("HOME", str(tmp_path / "home"))

    def test_in_the_order_of_the_documentation(self, tmp_path: Path) -> None:
        given, named, system = (tmp_path / f"{name}.yaml" for name in ("given", "named", "etc"))
        own = tmp_path / "xdg/ocr-watcher/config.yaml"
        own.parent.mkdir(parents=True)
        environment = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
        assert find_settings_file(None, environment) is None
        system.touch()
        assert find_settings_file(None, environment) == system
        own.touch()
        assert find_settings_file(None, environment) == own
        named.touch()
        environment["OCR_WATCHER_CONFIG"] = str(named)
        assert find_settings_file(None, environment) == named
        given.touch()
        assert find_settings_file(given, environment) == given

    @pytest.mark.parametrize("environment", [{}, {"XDG_CONFIG_HOME": "relative"}])
    def test_in_the_home_folder_unless_an_absolute_folder_is_set(
        self, tmp_path: Path, environment: dict[str, str]
    ) -> None:
        own = tmp_path / "home/.config/ocr-watcher/config.yaml"
        own.parent.mkdir(parents=True)
        own.touch()
        assert find_settings_file(None, environment) == own

    def test_and_one_that_was_asked_for_must_exist(self, tmp_path: Path) -> None:
        absent = tmp_path / "absent.yaml"
        with pytest.raises(SettingsError) as given:
            find_settings_file(absent, {})
        with pytest.raises(SettingsError) as named:
            find_settings_file(None, {"OCR_WATCHER_CONFIG": str(absent)})
        assert given.value.problems == (f"--config: {absent} does not exist; correct the path",)
        assert named.value.problems[0].startswith(f"$OCR_WATCHER_CONFIG: {absent} does not exist")


def test_all_problems_are_told_at_once(file: Path) -> None:
    text = """
    folders: [scans, {path: /, watch: always}]
    engine: baidu
    workers: 1000
    bogus: 1
    """
    assert [problem.split(":")[0] for problem in error_of(file, text).problems] == [
        "folders[0].path",
        "folders[1].watch",
        "workers",
        "bogus",
        "baidu.api_key",
        "baidu.secret_key",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("workers: [", "line 1, column 11: expected the node content, but found '…'"),
        (
            "log:\n\tlevel: info",
            "line 2, column 1: found character '…' that cannot start any token",
        ),
        (
            "workers: 1\nlog:\n  level: info\n  level: info",
            "line 4, column 3: a key that line 3 holds already",
        ),
        ("workers: 1\n---\nworkers: 2", "line 2, column 1: but found another document"),
        (
            "workers: !!python/name:os.system",
            "line 1, column 10: could not determine a constructor for the tag '…'",
        ),
        ("workers: *alias-name", "line 1, column 10: found undefined alias '…'"),
        ("workers: !!binary é", "line 1, column 10: failed to convert base64 data"),
        (
            '"\\ud800": 1',
            "line 1, column 1: a key that is no text: half of a character that takes two",
        ),
        (
            'baidu: {options: {"\\ud800": x}}',
            "line 1, column 19: a key that is no text: half of a character that takes two",
        ),
        ("- workers", "must hold a mapping of keys to values"),
        ("false", "must hold a mapping of keys to values"),
        ("log: \x07", "holds a control character (character 5); remove it"),
        ("[" * 1_000, "is nested too deeply"),
        (
            "log: 2026-13-45",
            "holds what looks like a number or a date, but is none; put it in quotes",
        ),
        (
            f"workers: 0x{'f' * 5_000}",
            "holds what looks like a number or a date, but is none; put it in quotes",
        ),
        (
            f"workers: 1{':59' * 100_000}",
            "holds what looks like a number or a date, but is none; put it in quotes",
        ),
        (
            "log: !!int ''",
            "holds what looks like a number or a date, but is none; put it in quotes",
        ),
        (b"log: \xff", "is not UTF-8 (byte 5); save it as UTF-8"),
        ("#" * 1_000_001, "is larger than 1 MB; that is no settings file"),
    ],
)
def test_a_file_that_is_no_mapping_in_yaml_is_one_clear_line(
    file: Path, text: str | bytes, problem: str
) -> None:
    (told,) = error_of(file, text).problems
    assert told.startswith(f"{file}: {problem}")
    assert "\n" not in told


def test_a_merged_mapping_may_overrule_keys(file: Path) -> None:
    file.write_text("folders: [&a {path: /, recursive: false}, {<<: *a, path: /tmp}]", "utf-8")
    folders = load(file, Overrides(), {}).folders
    assert [(str(folder.path), folder.recursive) for folder in folders] == [
        ("/", False),
        ("/tmp", False),
    ]


def test_a_folder_for_a_settings_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load(tmp_path, Overrides(), {})


@pytest.mark.timeout(20)
def test_a_pipe_or_a_device_for_a_settings_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for file in (pipe, Path("/dev/zero")):
        with pytest.raises(SettingsError) as caught:
            load(file, Overrides(), {})
        assert caught.value.problems == (
            f"{file}: cannot be read: it is a pipe or a device; name a regular file",
        )


@pytest.mark.timeout(20)
def test_a_pipe_in_the_place_of_the_file_of_the_system_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "etc.yaml"
    os.mkfifo(pipe)
    monkeypatch.setattr(module, "SYSTEM_FILE", pipe)
    assert not is_closed_to_this_user(pipe)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\ufefflog: {level: info}"])
def test_a_file_may_be_empty_and_may_begin_with_a_byte_order_mark(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    assert load(file, Overrides(), {}, folders_needed=False).log.level == "info"


class TestFolders:
    def test_there_must_be_one(self) -> None:
        with pytest.raises(SettingsError) as caught:
            load(None, Overrides(), {})
        assert caught.value.problems == (
            (
                "folders: there is none; name one on the command line, "
                "list one in the settings file, or set $OCR_WATCHER_FOLDERS"
            ),
        )

    def test_must_exist_and_be_folders(self, file: Path) -> None:
        error = error_of(file, "folders: [absent, config.yaml]")
        assert error.problems == (
            f"folders[0].path: {file.parent}/absent does not exist; create it or correct the path",
            f"folders[1].path: {file} is no folder; give the folder that the scans arrive in",
        )

    def test_need_not_be_there_for_a_command_that_watches_none(self, file: Path) -> None:
        file.write_text("folders: [absent]", encoding="utf-8")
        assert load(file, Overrides(), {}, folders_needed=False).folders
        assert load(None, Overrides(), {}, folders_needed=False).folders == ()

    def test_start_from_the_home_folder_or_the_folder_of_the_file(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", "/home/somebody")
        file.write_text("folders: [~/scans, ./in/../scans]", encoding="utf-8")
        loaded = load(file, Overrides(), {}, folders_needed=False)
        assert [str(folder.path) for folder in loaded.folders] == [
            "/home/somebody/scans",
            f"{file.parent}/scans",
        ]

    def test_of_the_command_line_replace_the_configured_and_start_from_the_current_one(
        self, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        here = tmp_path / "here"
        (here / "scans").mkdir(parents=True)
        monkeypatch.chdir(here)
        file.write_text("folders: [absent]", encoding="utf-8")
        expected = (FolderSettings(path=here / "scans"),)
        assert load(file, Overrides(folders=(Path("scans"),)), {}).folders == expected
        assert load(None, Overrides(folders=(Path("scans"),)), {}).folders == expected


def test_the_command_line_wins_over_the_file(file: Path) -> None:
    text = (
        "{engine: baidu, log: {level: error, format: json}, folders: [{path: /, formats: [txt]}]}"
    )
    file.write_text(text, encoding="utf-8")
    overrides = Overrides(engine="local", formats=("json", "json"), log_level="debug")
    loaded = load(file, overrides, {})
    assert (loaded.engine, loaded.log.level, loaded.log.format) == ("local", "debug", "json")
    assert (loaded.output.formats, loaded.folders[0].formats) == (("json",), None)


class TestTheStateDirectory:
    @pytest.mark.parametrize(
        ("environment", "expected"),
        [
            ({"STATE_DIRECTORY": "/a:/b", "XDG_STATE_HOME": "/x"}, "/a"),
            ({"XDG_STATE_HOME": "/x"}, "/x/ocr-watcher"),
            ({"XDG_STATE_HOME": "x"}, "/home/somebody/.local/state/ocr-watcher"),
            ({}, "/home/somebody/.local/state/ocr-watcher"),
        ],
    )
    def test_comes_from_the_environment(
        self, environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", "/home/somebody")
        loaded = load(None, Overrides(), environment, folders_needed=False)
        assert str(loaded.state_dir) == expected

    def test_of_the_settings_wins(self, file: Path) -> None:
        file.write_text("state_dir: state", encoding="utf-8")
        loaded = load(file, Overrides(), {"STATE_DIRECTORY": "/a"}, folders_needed=False)
        assert loaded.state_dir == file.parent / "state"


class TestCredentials:
    def test_are_not_looked_for_by_a_command_that_needs_none(self, file: Path) -> None:
        file.write_text("{engine: baidu, baidu: {api_key_file: absent}}", encoding="utf-8")
        loaded = load(file, Overrides(), {}, folders_needed=False, credentials_needed=False)
        assert loaded.baidu.api_key_file == file.parent / "absent"

    def test_may_come_from_a_file_beside_the_settings(self, file: Path) -> None:
        (file.parent / "key").write_text("key", encoding="utf-8")
        file.write_text(
            "{engine: baidu, baidu: {api_key_file: key, secret_key_file: key}}", encoding="utf-8"
        )
        assert load(file, Overrides(), {}, folders_needed=False).engine == "baidu"

    @pytest.mark.parametrize(
        "text",
        [
            f"baidu: {{secret_key: [{SECRET}]}}",
            f"baidu: {{secret_key: {{{SECRET}: {SECRET}}}}}",
            "baidu: {secret_key: 12345678901234567890}",
            f"baidu: {{secret_key: '{SECRET}\\n'}}",
            f"baidu: {{secret_key: '{SECRET}', qps: {SECRET}}}",
            f"baidu: {{secret_key_file: '{SECRET}\\0', secret_key: {SECRET}}}",
            f"baidu: {SECRET}",
            f"baidu: [{SECRET}]",
            f"baidu: {{secret_key {SECRET}}}",
            f"baidu: {{base_url: https://{SECRET}@x}}",
            f"baidu:\n  secret_key: !{SECRET} x",
            f"baidu:\n  secret_key: *{SECRET}",
            f"baidu:\n  secret_key: '{SECRET}",
            f"baidu:\n  secret_key: {SECRET}: x",
            f"baidu:\n  secret_key: {SECRET}\n  secret_key: {SECRET}",
            f"baidu:\n  secret_key: {SECRET}\nbroken",
            f"secret_key: {SECRET}",
            f"secret_key={SECRET}",
            f"baidu: {{secret_key: {SECRET}}}".encode() + b"\xff",
        ],
    )
    def test_are_never_shown_however_wrong_the_file_is(self, file: Path, text: str | bytes) -> None:
        error = error_of(file, text)
        shown = "".join(traceback.format_exception(error)) + repr(error)
        assert SECRET not in shown
        assert "12345678901234567890" not in shown
        assert error.__context__ is None


class TestWarnings:
    @pytest.mark.parametrize(
        ("mode", "warned"), [(0o644, True), (0o604, True), (0o640, False), (0o600, False)]
    )
    def test_tell_of_keys_that_everybody_can_read(
        self, file: Path, mode: int, *, warned: bool
    ) -> None:
        file.write_text(f"baidu: {{api_key: api, secret_key: {SECRET}}}", encoding="utf-8")
        file.chmod(mode)
        told = warnings(file, load(file, Overrides(), {}, folders_needed=False))
        paths = [sentence.split(":")[0] for sentence in told]
        assert paths == (["baidu.api_key", "baidu.secret_key"] if warned else [])
        assert all(f"chmod o-r {file}" in sentence and SECRET not in sentence for sentence in told)

    def test_are_none_where_no_key_is_in_the_file(self, file: Path) -> None:
        file.write_text("workers: 2", encoding="utf-8")
        file.chmod(0o644)
        settings = load(file, Overrides(), {}, folders_needed=False)
        assert warnings(file, settings) == []
        assert warnings(None, settings) == []


def test_settings_are_read_without_what_only_the_daemon_needs() -> None:
    program = (
        "import sys, ocr_watcher.settings.load\n"
        "print({'requests', 'PIL', 'watchdog', 'rapidocr'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"


def test_a_key_is_a_text_also_where_yaml_has_a_word_for_true(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("folders:\n- path: .\n  on: 1\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(file, Overrides(), {"STATE_DIRECTORY": str(tmp_path)})
    assert [problem.partition(" ")[0] for problem in caught.value.problems] == ["folders[0].on:"]


def test_a_section_without_keys_has_its_defaults(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(f"folders: [{tmp_path}]\nmetrics:\n", encoding="utf-8")
    settings = load(file, Overrides(), {"STATE_DIRECTORY": str(tmp_path)})
    assert settings.metrics.textfile is None
