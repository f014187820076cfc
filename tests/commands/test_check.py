"""`ocr-watcher check`: one line for each thing that the daemon will need."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import yaml

from ocr_watcher.commands import check
from tests.abilities import needs_sysfs
from tests.commands.program import in_this_process, ocr_watcher, write_settings
from tests.engine.baidu.late import late_service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from subprocess import CompletedProcess

    from tests.simulator.server import Simulator

UNWRITABLE = "/sys/kernel"  # nobody may create a file in sysfs(5), not even root


@pytest.fixture
def file(tmp_path: Path, settings: dict[str, object]) -> Path:
    return write_settings(tmp_path / "config.yaml", **settings)


def run_check(file: Path, variables: dict[str, str]) -> CompletedProcess[str]:
    ended = in_this_process("check", "-c", file, variables=variables)
    assert ended.stderr == ""
    return ended


def test_where_all_is_well_it_says_what_it_found(
    file: Path, folder: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    ended = ocr_watcher("check", "-c", file, variables=with_keys)
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    settings, variables, directory, dates, events, space, watches, *lines = lines
    state, state_space, formats, engine, layout = lines
    assert settings == f"ok    settings: read from {file}"
    assert variables.startswith("ok    settings: from the environment, which wins: OCR_WATCHER_BAI")
    assert directory.startswith(f"ok    folder {folder}: can be read and written to; ")
    assert dates == f"ok    dates {folder}: are kept"
    assert events.startswith(f"ok    events {folder}: on ")
    assert space.startswith(f"ok    space {folder}: ")
    assert watches.startswith("ok    inotify: 1 directory to watch, ")
    assert state == f"ok    state_dir {folder.parent}/state: can be written to"
    assert state_space.startswith(f"ok    space {folder.parent}: ")
    assert formats.startswith("ok    formats: JPEG, PNG, ")
    assert engine == f"ok    engine baidu: {simulator.url} gave an access token for the keys"
    assert layout.startswith("ok    layout: general_basic does not say where lines stand")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("endpoint", "layout", "better"),
    [
        ("accurate_basic", "rows", "accurate"),
        ("webimage", "paragraphs", "general"),
        ("general", "rows", None),
        ("handwriting", "rows", None),
        ("general_basic", "lines", None),
    ],
)
def test_an_endpoint_that_does_not_say_where_lines_stand_is_told_with_one_that_does(
    *, file: Path, with_keys: dict[str, str], endpoint: str, layout: str, better: str | None
) -> None:
    settings = yaml.safe_load(file.read_text("utf-8"))
    settings["baidu"]["endpoint"] = endpoint
    write_settings(file, **settings, output={"layout": layout})
    told = [line for line in run_check(file, with_keys).stdout.splitlines() if " layout: " in line]
    assert len(told) == (1 if better else 0)
    assert all(f"baidu.endpoint: {better} " in line for line in told)


def test_what_reads_a_folder_that_wants_something_else_is_a_line(
    *, file: Path, folder: Path, with_keys: dict[str, str]
) -> None:
    settings = yaml.safe_load(file.read_text("utf-8"))
    inner = folder / "inner"
    inner.mkdir()
    own = {"endpoint": "accurate_basic", "options": {"language_type": "GER"}}
    write_settings(file, **settings | {"folders": [str(folder), {"path": str(inner), **own}]})
    told = run_check(file, with_keys).stdout
    assert f"ok    folder {inner}: read by accurate_basic with language_type: GER\n" in told
    assert f"ok    folder {inner}: accurate_basic does not say where lines stand" in told
    assert "with endpoint: accurate rows" in told


@pytest.mark.slow
def test_what_a_folder_wants_of_an_engine_that_is_not_chosen_is_a_warning(
    *, file: Path, folder: Path, with_keys: dict[str, str]
) -> None:
    settings = yaml.safe_load(file.read_text("utf-8"))
    settings["folders"] = [{"path": str(folder), "endpoint": "accurate"}]
    write_settings(file, **settings, engine="local")
    ended = run_check(file, with_keys)
    warning = "folders[0].endpoint: for the engine baidu alone; local reads the images"
    assert f"warn  settings: {warning}\n" in ended.stdout
    assert ended.returncode == 0


def test_one_token_is_really_fetched_and_no_image_is_sent(
    file: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    run_check(file, with_keys)
    assert simulator.token_fetches == 1
    assert simulator.calls == []


def test_every_problem_of_the_settings_is_a_line_with_its_path(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    file = write_settings(
        tmp_path / "config.yaml", folders=[{"path": "/nowhere"}], workers=0, engine="baidu"
    )
    ended = run_check(file, variables)
    assert ended.returncode == 78
    assert [line.split(": ")[:2] for line in ended.stdout.splitlines()] == [
        ["fail  settings", "folders[0].path"],
        ["fail  settings", "workers"],
        ["fail  settings", "baidu.api_key"],
        ["fail  settings", "baidu.secret_key"],
    ]


@pytest.fixture
def on_one_processor() -> Iterator[None]:
    """Threads that compute together wait for each other in loops: one takes half the time."""
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(processors)})
    yield
    os.sched_setaffinity(0, processors)


@pytest.mark.usefixtures("on_one_processor")
def test_without_settings_the_folder_is_tested_and_the_models_on_this_machine_are_made_to_read(
    folder: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    ended = ocr_watcher("check", folder, "--engine", "local", variables=with_keys)
    assert ended.returncode == 0
    assert ended.stdout.startswith("ok    settings: no file; the defaults are used\n")
    last = ended.stdout.splitlines()[-1]
    assert last.startswith("ok    engine local: PP-OCR")
    assert "read a drawn word" in last
    assert "the shipped models read Chinese, Japanese, and the Latin letters" in last
    assert "not Cyrillic, Greek, Korean, Arabic, Hebrew" in last
    assert simulator.token_fetches == 0


@needs_sysfs
def test_a_folder_that_cannot_be_written_to_fails_and_the_rest_is_tested(
    tmp_path: Path, settings: dict[str, object], with_keys: dict[str, str]
) -> None:
    folders = [{"path": UNWRITABLE, "recursive": False}]
    ended = run_check(
        write_settings(tmp_path / "config.yaml", **settings | {"folders": folders}), with_keys
    )
    assert ended.returncode == 1
    _, _, directory, *_, engine, _layout = ended.stdout.splitlines()
    assert directory.startswith(f"fail  folder {UNWRITABLE}: ")
    assert str(UNWRITABLE) in directory.partition(": ")[2]
    assert engine.startswith("ok    engine baidu: ")


def test_a_folder_that_is_polled_needs_no_watches(
    tmp_path: Path, settings: dict[str, object], folder: Path, with_keys: dict[str, str]
) -> None:
    folders = [{"path": str(folder), "watch": "poll"}]
    file = write_settings(tmp_path / "config.yaml", **settings | {"folders": folders})
    told = run_check(file, with_keys).stdout
    assert f"ok    folder {folder}: can be read and written to; it is polled\n" in told
    assert "ok    inotify: 0 directories to watch, " in told


@pytest.fixture
def watches_line(
    tmp_path: Path,
    settings: dict[str, object],
    with_keys: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[dict[str, object]], str]:
    """Checks one folder where a user may have four watches, and returns the line about them."""
    most = tmp_path / "max_user_watches"
    most.write_text("4\n")
    monkeypatch.setattr(check, "_MOST_WATCHES", most)

    def run(folder: dict[str, object]) -> str:
        file = write_settings(tmp_path / "config.yaml", **settings | {"folders": [folder]})
        ended = run_check(file, with_keys)
        assert ended.returncode == 0
        return next(line for line in ended.stdout.splitlines() if "inotify" in line)

    return run


def test_many_directories_for_few_watches_are_warned_of(
    folder: Path, watches_line: Callable[[dict[str, object]], str]
) -> None:
    (folder / "two/three").mkdir(parents=True)
    line = watches_line({"path": str(folder), "watch": "events"})
    assert line.startswith("warn  inotify: 3 directories to watch, 4 watches a user may have")
    assert "raise the sysctl fs.inotify.max_user_watches" in line


def test_a_folder_that_is_not_recursive_needs_one_watch(
    folder: Path, watches_line: Callable[[dict[str, object]], str]
) -> None:
    (folder / "two/three").mkdir(parents=True)
    line = watches_line({"path": str(folder), "watch": "events", "recursive": False})
    assert line == "ok    inotify: 1 directory to watch, 4 watches a user may have"


@pytest.mark.parametrize(
    ("key", "finding"),
    [
        ("API", "the API Key is unknown to Baidu; correct baidu.api_key"),
        ("SECRET", "the Secret Key is wrong; correct baidu.secret_key"),
    ],
)
def test_wrong_keys_fail_with_what_to_correct(
    key: str, finding: str, file: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    ended = run_check(file, with_keys | {f"OCR_WATCHER_BAIDU_{key}_KEY": "wrong-key"})
    assert ended.returncode == 1
    assert ended.stdout.splitlines()[-1] == f"fail  engine: {finding}"
    assert simulator.token_fetches == 1


def test_a_service_that_cannot_be_reached_fails_with_what_to_check(
    file: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    simulator.close()
    ended = run_check(file, with_keys)
    assert ended.returncode == 1
    last = ended.stdout.splitlines()[-1]
    assert last.startswith("fail  engine: no answer from 127.0.0.1: ConnectionError")
    assert "check the network" in last


def test_keys_that_every_user_can_read_are_warned_of(
    tmp_path: Path, settings: dict[str, object], simulator: Simulator, variables: dict[str, str]
) -> None:
    keys = {"api_key": simulator.api_key, "secret_key": simulator.secret_key}
    baidu = {"base_url": simulator.url, **keys}
    file = write_settings(tmp_path / "config.yaml", **settings | {"baidu": baidu})
    file.chmod(0o644)
    ended = run_check(file, variables)
    assert ended.returncode == 0
    warned = [line for line in ended.stdout.splitlines() if line.startswith("warn")]
    assert [line.split(": ")[1] for line in warned] == ["baidu.api_key", "baidu.secret_key"]
    assert all("chmod o-r" in line for line in warned)
    assert simulator.secret_key not in ended.stdout


def test_an_iam_key_is_proved_by_a_call_that_costs_nothing(
    tmp_path: Path, settings: dict[str, object], variables: dict[str, str], simulator: Simulator
) -> None:
    file = write_settings(tmp_path / "config.yaml", **settings)
    right, wrong = (
        run_check(file, variables | {"OCR_WATCHER_BAIDU_IAM_API_KEY": key})
        for key in (f"Bearer {simulator.iam_api_key}", "bce-v3/ALTAK-wrong/0123456789")
    )
    assert right.returncode == 0
    assert f"ok    engine baidu: {simulator.url} took the IAM key: a call without" in right.stdout
    assert wrong.returncode == 1
    assert (
        "fail  engine: error 23: IAM API-KEY authentication failed; check that baidu.iam_api_key"
        in (wrong.stdout)
    )
    assert (simulator.token_fetches, simulator.billed()) == (0, 0)


def test_a_clock_that_differs_from_the_services_is_warned_of_after_the_engine(
    tmp_path: Path, settings: dict[str, object], with_keys: dict[str, str]
) -> None:
    with late_service() as url:
        changed = settings | {"baidu": {"base_url": url}}
        file = write_settings(tmp_path / "config.yaml", **changed)
        ended = in_this_process("check", "-c", file, variables=with_keys)
    assert ended.returncode == 0
    engine, clock, _ = ended.stdout.splitlines()[-3:]
    assert engine.startswith("ok    engine baidu: ")
    assert clock.startswith("warn  clock: ")


def test_a_file_for_metrics_that_cannot_be_written_fails(
    tmp_path: Path, settings: dict[str, object], with_keys: dict[str, str]
) -> None:
    textfile = tmp_path / "none/ocr-watcher.prom"
    file = write_settings(tmp_path / "config.yaml", **settings, metrics={"textfile": str(textfile)})
    ended = run_check(file, with_keys)
    (line,) = (line for line in ended.stdout.splitlines() if "  metrics " in line)
    assert line.startswith(f"fail  metrics {textfile}: No such file or directory; ")
    assert ended.returncode == 1
