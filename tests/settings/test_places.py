"""A format that needs places is refused with an engine that tells none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ocr_watcher.errors import EXIT_SETTINGS, SettingsError
from ocr_watcher.formats.format import Format
from ocr_watcher.formats.registry import FORMATS
from ocr_watcher.settings.load import Overrides, load
from tests.commands.program import in_this_process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = {"OCR_WATCHER_BAIDU_API_KEY": "a" * 24, "OCR_WATCHER_BAIDU_SECRET_KEY": "b" * 32}
WITHOUT_PLACES = ["general_basic", "accurate_basic", "webimage"]


@pytest.fixture(autouse=True)
def placed() -> Iterator[None]:
    """Registers a format that needs places."""
    FORMATS.register(Format("placed", ".placed", lambda _: b"", needs_places=True))
    yield
    FORMATS.unregister("placed")


def problems(
    tmp_path: Path,
    overrides: Overrides | None = None,
    environment: dict[str, str] | None = None,
    needs: dict[str, bool] | None = None,
    **settings: Any,
) -> tuple[str, ...]:
    for name in ("one", "two"):
        (tmp_path / name).mkdir(exist_ok=True)
    settings.setdefault("folders", [str(tmp_path / "one")])
    file = tmp_path / "config.yaml"
    file.write_text(yaml.safe_dump(settings))
    try:
        load(
            file,
            overrides or Overrides(),
            KEYS if environment is None else environment,
            **needs or {},
        )
    except SettingsError as error:
        return error.problems
    return ()


PLACED = {"formats": ["txt", "placed"]}


@pytest.mark.parametrize("endpoint", WITHOUT_PLACES)
def test_the_refusal_names_the_setting_and_the_endpoint_that_tells_them(tmp_path, endpoint):
    (problem,) = problems(tmp_path, output=PLACED, baidu={"endpoint": endpoint})
    better = "accurate" if endpoint == "accurate_basic" else "general"
    assert problem.startswith("output.formats: placed needs the places of the lines")
    assert problem.endswith(f"; set baidu.endpoint: {better}")


@pytest.mark.parametrize("endpoint", ["general", "accurate", "handwriting", "numbers"])
def test_an_endpoint_that_tells_places_serves(tmp_path, endpoint):
    assert problems(tmp_path, output=PLACED, baidu={"endpoint": endpoint}) == ()


def test_the_engine_counts_that_would_be_chosen(tmp_path):
    assert problems(tmp_path, output=PLACED, environment={}) == ()
    assert problems(tmp_path, output=PLACED, engine="local") == ()
    assert problems(tmp_path, output=PLACED)
    assert problems(tmp_path, Overrides(engine="local"), output=PLACED) == ()
    assert problems(tmp_path, Overrides(engine="baidu"), output=PLACED, engine="local")


def test_the_formats_of_a_folder_count_for_it(tmp_path):
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    folders = [{"path": one, "formats": ["txt"]}, {"path": two, **PLACED}]
    (problem,) = problems(tmp_path, folders=folders)
    assert problem.startswith("folders[1].formats: placed needs")
    folders = [{"path": one, "formats": ["txt"]}, {"path": two, "formats": ["json"]}]
    assert problems(tmp_path, folders=folders, output=PLACED) == ()
    folders = [{"path": one, **PLACED}, {"path": two}]
    told = [
        problem.partition(":")[0] for problem in problems(tmp_path, folders=folders, output=PLACED)
    ]
    assert told == ["folders[0].formats", "output.formats"]


def test_the_formats_of_the_command_line_are_named_by_its_option(tmp_path):
    asked = Overrides(formats=("placed",))
    (problem,) = problems(tmp_path, asked)
    assert problem.startswith("--format: placed needs")
    assert problems(tmp_path, Overrides(formats=("txt",)), output=PLACED) == ()


def test_single_images_need_nothing_of_the_folders(tmp_path):
    folders = [{"path": str(tmp_path / "one"), **PLACED}]
    needs = {"folders_needed": False}
    assert problems(tmp_path, needs=needs, folders=folders) == ()
    assert problems(tmp_path, needs=needs, output=PLACED)


def test_a_command_beside_the_daemon_works_with_them(tmp_path):
    assert problems(tmp_path, needs={"credentials_needed": False}, output=PLACED) == ()


def test_the_program_ends_with_the_status_of_wrong_settings(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text(yaml.safe_dump({"folders": [str(tmp_path)], "output": PLACED}))
    variables = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **KEYS}
    ended = in_this_process("run", "--once", "-c", file, variables=variables)
    assert ended.returncode == EXIT_SETTINGS
    assert ended.stderr.startswith("ocr-watcher: output.formats: placed needs the places of")


def test_the_endpoint_of_a_folder_counts_for_it(tmp_path):
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    folders = [one, {"path": two, "endpoint": "general"}]
    (problem,) = problems(tmp_path, folders=folders, output=PLACED)
    assert problem.endswith("; set baidu.endpoint: general")
    baidu = {"endpoint": "general"}
    folders = [one, {"path": two, "endpoint": "accurate_basic"}]
    (problem,) = problems(tmp_path, folders=folders, output=PLACED, baidu=baidu)
    assert problem.startswith("output.formats: placed needs")
    assert problem.endswith("; set folders[1].endpoint: accurate")
    folders = [one, {"path": two, "endpoint": "accurate"}]
    assert problems(tmp_path, folders=folders, output=PLACED, baidu=baidu) == ()
