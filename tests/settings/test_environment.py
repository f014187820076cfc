"""The environment gives settings, and its variables are named where they are wrong."""

from __future__ import annotations

import json
import os
import pathlib
import signal
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.baidu.credentials import IamKey, find_credentials
from ocr_watcher.errors import EXIT_SETTINGS, SettingsError
from ocr_watcher.settings.catalogue import settings as catalogue
from ocr_watcher.settings.exposed import warnings
from ocr_watcher.settings.load import Overrides, load
from tests.commands.program import in_this_process
from tests.daemon.daemon import Daemon, write
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from ocr_watcher.settings.catalogue import Setting
    from ocr_watcher.settings.model import Settings
    from tests.simulator.server import Simulator

SECRET = "Zs3cr3tZs3cr3tZs3cr3tZs3cr3tZs3c"


def loaded(
    tmp_path: Path, text: str = "", overrides: Overrides | None = None, **variables: str
) -> Settings:
    """Settings of a file and of variables, whose names are given without their common beginning."""
    file = tmp_path / "config.yaml"
    file.write_text(text, "utf-8")
    environment = {f"OCR_WATCHER_{name}": value for name, value in variables.items()}
    return load(file, overrides or Overrides(), environment, folders_needed=False)


def problems(tmp_path: Path, text: str = "", **variables: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, text, **variables)
    assert caught.value.exit_status == EXIT_SETTINGS
    assert caught.value.__context__ is None
    return caught.value.problems


def test_numbers_truths_texts_and_paths_are_taken_for_what_the_setting_is(tmp_path: Path) -> None:
    given = loaded(
        tmp_path,
        WORKERS="3",
        SETTLE_SECONDS="0.5",
        LOCAL__THREADS="2",
        LOCAL__DEVICE="0",
        PDF__TEXT="trust",
        WEB__LISTEN="127.0.0.1:80",
        STATE_DIR="/2026",
    )
    assert (given.workers, given.settle_seconds) == (3, 0.5)
    assert (given.local.threads, given.local.device) == (2, "0")
    assert (given.pdf.text, given.web.listen) == ("trust", "127.0.0.1:80")
    assert str(given.state_dir) == "/2026"


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        ("/scans", ["/scans"]),
        ("/my scans: old, [new]", ["/my scans: old, [new]"]),
        ("[/scans, /letters]", ["/scans", "/letters"]),
        (json.dumps(["/a b", {"path": "/c", "layout": "lines"}]), ["/a b", "/c"]),
        ("{path: /scans, layout: lines}", ["/scans"]),
        ("- /scans\n- path: /letters\n  layout: lines\n", ["/scans", "/letters"]),
    ],
)
def test_one_folder_stands_as_it_is_and_several_as_a_list(
    tmp_path: Path, value: str, paths: list[str]
) -> None:
    folders = loaded(tmp_path, FOLDERS=value).folders
    assert [str(folder.path) for folder in folders] == paths
    assert [folder.layout for folder in folders if folder.layout] == (
        ["lines"] if "layout" in value else []
    )


@pytest.mark.parametrize("value", ["txt json", "[txt, json]", '["txt", "json"]', "- txt\n- json"])
def test_a_list_is_words_between_spaces_or_one_of_yaml(tmp_path: Path, value: str) -> None:
    assert loaded(tmp_path, OUTPUT__FORMATS=value).output.formats == ("txt", "json")


def test_options_are_a_mapping_in_yaml(tmp_path: Path) -> None:
    options = "{language_type: ENG, paragraph: true}"
    assert loaded(tmp_path, BAIDU__OPTIONS=options).baidu.options == {
        "language_type": "ENG",
        "paragraph": "true",
    }


def test_relative_paths_start_from_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", "/home/somebody")
    given = loaded(tmp_path, FOLDERS="[scans, {path: ~/letters}]", STATE_DIR="../state")
    assert [str(folder.path) for folder in given.folders] == [
        f"{here}/scans",
        "/home/somebody/letters",
    ]
    assert given.state_dir == tmp_path / "state"


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(tmp_path: Path) -> None:
    text = "{workers: 8, engine: baidu, output: {formats: [json], naming: replace}, folders: [/a]}"
    variables = {"WORKERS": "3", "ENGINE": "cluster", "OUTPUT__FORMATS": "md", "FOLDERS": "/b"}
    overrides = Overrides(folders=(tmp_path,), engine="local", formats=("txt",))
    given = loaded(tmp_path, text, overrides, **variables)
    assert (given.workers, given.engine) == (3, "local")
    assert (given.output.formats, given.output.naming) == (("txt",), "replace")
    assert [folder.path for folder in given.folders] == [tmp_path]
    variables["ENGINE"] = "local"
    given = loaded(tmp_path, text, **variables)
    assert (given.engine, given.output.formats) == ("local", ("md",))
    assert [str(folder.path) for folder in given.folders] == ["/b"]


@pytest.mark.parametrize("text", ["", "local:", "local: {}", "local: {threads: 7}"])
def test_a_section_of_the_file_may_be_there_or_not(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, text, LOCAL__THREADS="2").local.threads == 2


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    assert loaded(tmp_path, "workers: 7", WORKERS="", FOLDERS="", BAIDU_API_KEY="").workers == 7


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        (
            {"LOCAL__THREADS": "many"},
            '$OCR_WATCHER_LOCAL__THREADS: must be a whole number, not "many"',
        ),
        (
            {"LOCAL__THREADS": "0"},
            "$OCR_WATCHER_LOCAL__THREADS: must be greater than or equal to 1, not 0",
        ),
        (
            {"WORKERS": f"0x{'f' * 5000}"},
            f'$OCR_WATCHER_WORKERS: must be a whole number, not "0x{"f" * 57}…',
        ),
        ({"WORKERS": "[4"}, '$OCR_WATCHER_WORKERS: must be a whole number, not "[4"'),
        (
            {"LOG__LEVEL": "loud"},
            "$OCR_WATCHER_LOG__LEVEL: must be 'debug', 'info', 'warning' or 'error', not \"loud\"",
        ),
        (
            {"FOLDERS": "[{path: /, recursiv: 1}]"},
            "$OCR_WATCHER_FOLDERS[0].recursiv: unknown key; did you mean folders[0].recursive?",
        ),
        (
            {"FOLDERS": "[/a"},
            "$OCR_WATCHER_FOLDERS: line 1, column 4: expected '…'",
        ),
        (
            {"BAIDU__OPTIONS": "{paragraph: 1.5}"},
            (
                "$OCR_WATCHER_BAIDU__OPTIONS.paragraph: must be a text (in quotes where it looks "
                "like a number)"
            ),
        ),
        (
            {"BAIDU__OPTIONS": "paragraph"},
            "$OCR_WATCHER_BAIDU__OPTIONS: must be a mapping of keys to values",
        ),
        (
            {"RETRY__LONGEST_SECONDS": "0.5"},
            "$OCR_WATCHER_RETRY__LONGEST_SECONDS: must not be less than retry.first_seconds",
        ),
        (
            {"LOCAL__TREADS": "2"},
            (
                "$OCR_WATCHER_LOCAL__TREADS: unknown variable; did you mean "
                "$OCR_WATCHER_LOCAL__THREADS?"
            ),
        ),
        ({"XYZ": "2"}, "$OCR_WATCHER_XYZ: unknown variable; unset it"),
        (
            {"FOLDER": "/a"},
            "$OCR_WATCHER_FOLDER: unknown variable; did you mean $OCR_WATCHER_FOLDERS?",
        ),
        (
            {"NOTIFY__URLS": "json://a b"},
            (
                "$OCR_WATCHER_NOTIFY__URLS: address 2 must be an address in Apprise's notation, "
                "such as mailto://… or json://…, without spaces"
            ),
        ),
    ],
)
def test_a_wrong_value_is_told_by_the_name_of_the_variable(
    tmp_path: Path, variables: dict[str, str], problem: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(
            None,
            Overrides(folders=() if "FOLDERS" in variables else (tmp_path,)),
            {f"OCR_WATCHER_{name}": value for name, value in variables.items()},
        )
    assert caught.value.problems == (problem,)


def test_a_wrong_value_of_the_file_does_not_matter_where_the_environment_gives_another(
    tmp_path: Path,
) -> None:
    assert loaded(tmp_path, "{workers: many}", WORKERS="2").workers == 2
    assert problems(tmp_path, "{workers: many}") == ('workers: must be a whole number, not "many"',)


def test_all_problems_of_file_and_environment_are_told_at_once(tmp_path: Path) -> None:
    told = problems(tmp_path, "{workers: 0, retry: {attempts: 0}}", RETRY__ATTEMPTS="x")
    assert [problem.partition(":")[0] for problem in told] == [
        "workers",
        "$OCR_WATCHER_RETRY__ATTEMPTS",
    ]
    told = problems(tmp_path, "{retry: {attempts: 0}}", ENGIN="x", BAIDU__OPTIONS="{", WORKERS="0")
    assert [problem.partition(":")[0] for problem in told] == [
        "$OCR_WATCHER_ENGIN",
        "$OCR_WATCHER_BAIDU__OPTIONS",
        "$OCR_WATCHER_WORKERS",
        "retry.attempts",
    ]


def test_without_a_folder_the_sentence_names_all_three_places(tmp_path: Path) -> None:
    ended = in_this_process("run", "--once", variables={"HOME": str(tmp_path), "PATH": "/bin"})
    assert ended.returncode == EXIT_SETTINGS
    assert ended.stderr == (
        "ocr-watcher: folders: there is none; name one on the command line, "
        "list one in the settings file, or set $OCR_WATCHER_FOLDERS\n"
    )


def test_a_folder_that_is_not_there_is_told_by_the_variable(tmp_path: Path) -> None:
    variables = {
        "HOME": str(tmp_path),
        "PATH": "/bin",
        "OCR_WATCHER_FOLDERS": f"{tmp_path}/none",
        "OCR_WATCHER_ENGINE": "local",
    }
    ended = in_this_process("run", "--once", variables=variables)
    assert ended.returncode == EXIT_SETTINGS
    assert ended.stderr == (
        f"ocr-watcher: $OCR_WATCHER_FOLDERS[0].path: {tmp_path}/none does not exist; create it or "
        "correct the path\n"
    )


def test_what_is_known_but_no_setting_is_no_problem(tmp_path: Path) -> None:
    assert loaded(tmp_path, CONFIG="/x").workers == 4
    links = {"SERVICE_HOST": "10.0.0.1", "PORT": "tcp://10.0.0.1:80", "SERVICE_PORT_WEB": "80"}
    assert loaded(tmp_path, **links, PORT_80_TCP_ADDR="10.0.0.1").workers == 4
    completing = {"_OCR_WATCHER_COMPLETE": "bash_source"}
    assert load(None, Overrides(), completing, folders_needed=False).workers == 4


@pytest.mark.parametrize("between", ["_", "__"])
class TestSecrets:
    def test_come_from_variables_and_are_no_part_of_the_settings(
        self, tmp_path: Path, between: str
    ) -> None:
        variables = {f"BAIDU{between}{name}": SECRET for name in ("API_KEY", "SECRET_KEY")}
        file = "{engine: baidu, baidu: {api_key: x, secret_key_file: absent}}"
        given = loaded(tmp_path, file, **variables)
        assert SECRET not in repr(given.model_dump(mode="python"))
        assert given.baidu.secret_key is None
        shown = warnings(tmp_path / "config.yaml", given)
        assert SECRET not in "".join(shown)

    def test_come_from_files_that_variables_name(self, tmp_path: Path, between: str) -> None:
        key = tmp_path / "key"
        key.write_text("bce-v3/ALTAK-someone/0123")
        environment = {f"OCR_WATCHER_BAIDU{between}IAM_API_KEY_FILE": str(key)}
        text = tmp_path / "config.yaml"
        text.write_text("baidu: {iam_api_key: bce-v3/ALTAK-other/0123}")
        given = load(text, Overrides(), environment, folders_needed=False)
        found = find_credentials(given.baidu, environment)
        assert isinstance(found, IamKey)
        assert found.key.get_secret_value() == key.read_text()

    def test_are_never_shown_where_they_are_wrong(self, tmp_path: Path, between: str) -> None:
        name = f"BAIDU{between}SECRET_KEY"
        (problem,) = problems(tmp_path, **{name: f"{SECRET}\n{SECRET}"})
        assert problem.startswith(f"$OCR_WATCHER_{name}: must be one line")
        assert SECRET not in problem


def test_a_secret_and_a_file_with_it_are_one_too_many(tmp_path: Path) -> None:
    told, *_ = problems(tmp_path, BAIDU_API_KEY=SECRET, BAIDU_API_KEY_FILE="/key")
    assert told == (
        "$OCR_WATCHER_BAIDU_API_KEY_FILE: $OCR_WATCHER_BAIDU_API_KEY is set as well; "
        "keep one of the two"
    )
    told, *_ = problems(tmp_path, BAIDU_API_KEY=SECRET, BAIDU__API_KEY=SECRET)
    assert told == (
        "$OCR_WATCHER_BAIDU__API_KEY: $OCR_WATCHER_BAIDU_API_KEY is set as well; "
        "keep one of the two"
    )


def test_a_file_with_a_secret_takes_the_place_of_that_in_the_settings_file(tmp_path: Path) -> None:
    urls = tmp_path / "urls"
    urls.write_text("json://example.org")
    given = loaded(tmp_path, "notify: {urls: [json://other]}", NOTIFY__URLS_FILE=str(urls))
    assert (given.notify.urls, given.notify.urls_file) == ((), urls)


GIVEN = [one for one in catalogue() if one.variable and not one.is_secret]


@pytest.mark.parametrize("setting", GIVEN, ids=lambda setting: setting.path)
def test_each_setting_means_the_same_in_its_variable_and_in_the_file(
    tmp_path: Path, setting: Setting
) -> None:
    shown = setting.example or setting.default
    *section, name = setting.path.split(".")
    lines = f"{section[0]}: {{{name}: {shown}}}" if section else f"{name}: {shown}"
    file = tmp_path / "config.yaml"
    file.write_text(lines, "utf-8")
    needs = {"folders_needed": False, "credentials_needed": False}
    by_variable = load(None, Overrides(), {setting.variable: shown}, **needs)
    assert by_variable == load(file, Overrides(), {}, **needs)
    if setting.example:
        assert by_variable != load(None, Overrides(), {}, **needs)


def test_check_tells_the_names_and_no_secret(tmp_path: Path) -> None:
    variables = {
        "HOME": str(tmp_path),
        "PATH": "/bin",
        "OCR_WATCHER_FOLDERS": str(tmp_path),
        "OCR_WATCHER_ENGINE": "baidu",
        "OCR_WATCHER_BAIDU__BASE_URL": "http://127.0.0.1:9",
        "OCR_WATCHER_BAIDU_API_KEY": SECRET,
        "OCR_WATCHER_BAIDU_SECRET_KEY": SECRET,
    }
    told = in_this_process("check", variables=variables).stdout
    assert told.splitlines()[:2] == [
        "ok    settings: no file; the defaults are used",
        (
            "ok    settings: from the environment, which wins: OCR_WATCHER_FOLDERS, "
            "OCR_WATCHER_ENGINE, OCR_WATCHER_BAIDU_API_KEY, OCR_WATCHER_BAIDU_SECRET_KEY, "
            "OCR_WATCHER_BAIDU__BASE_URL"
        ),
    ]
    assert SECRET not in told


def test_it_stays_in_force_over_a_reload(tmp_path: Path, simulator: Simulator) -> None:
    variables = {"OCR_WATCHER_OUTPUT__FORMATS": "json", "OCR_WATCHER_LOG__LEVEL": "debug"}
    chosen = {"output": {"formats": ["txt"]}, "workers": 1}
    with Daemon(tmp_path, simulator, settings=chosen, variables=variables) as daemon:
        write(daemon.folder / "a.png", "one")
        eventually((daemon.folder / "a.png.json").exists)
        text = daemon.settings_file.read_text("utf-8")
        daemon.settings_file.write_text(text.replace("workers: 1", "workers: 2"), "utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: daemon.says("settings read again"))
        write(daemon.folder / "b.png", "two")
        eventually((daemon.folder / "b.png.json").exists)
        assert not list(daemon.folder.glob("*.txt"))
        assert daemon.stop() == 0


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_a_folder_whose_name_is_not_utf8_is_told_with_its_bytes_escaped(
    tmp_path: Path, kind: str
) -> None:
    folder = os.fsdecode(os.fsencode(tmp_path) + b"/\xa8\xc9\n")
    if kind == "file":
        pathlib.Path(folder).touch()
    with pytest.raises(SettingsError) as caught:
        load(None, Overrides(), {"OCR_WATCHER_FOLDERS": folder, "OCR_WATCHER_ENGINE": "local"})
    (problem,) = caught.value.problems
    assert problem.startswith(
        f"$OCR_WATCHER_FOLDERS[0].path: {tmp_path}/\\udca8\\udcc9\\n "
        + ("does not exist" if kind == "missing" else "is no folder")
    )


@pytest.mark.parametrize("value", ["[&a {path: *a}]", "[&a [*a]]", "&a [{path: *a}]"])
def test_an_alias_that_holds_itself_is_no_folder(tmp_path: Path, value: str) -> None:
    told = problems(tmp_path, FOLDERS=value if value[0] == "[" else f"- {value}")
    assert [problem.partition(":")[0] for problem in told] == ["$OCR_WATCHER_FOLDERS[0].path"]
