"""The settings of a folder that belong to an engine are checked by the engine's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from ocr_watcher.engine.choose import policy_of
from ocr_watcher.errors import SettingsError
from ocr_watcher.settings.load import Overrides, load

if TYPE_CHECKING:
    from pathlib import Path

    from ocr_watcher.settings.model import Settings


def loaded(tmp_path: Path, own: object, **settings: object) -> Settings:
    file = tmp_path / "config.yaml"
    folders = [{"path": str(tmp_path)}, {"path": str(tmp_path / "a"), **own}]
    (tmp_path / "a").mkdir(exist_ok=True)
    file.write_text(yaml.safe_dump({"folders": folders, "state_dir": "/s", **settings}), "utf-8")
    return load(file, Overrides(), {}, credentials_needed=False)


def test_options_that_a_folder_has_from_the_section_are_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"it is that of baidu.options: give the folder opt"):
        loaded(tmp_path, {"endpoint": "numbers"}, baidu={"options": {"probability": "true"}})


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    own = {"endpoint": "numbers", "options": {"x": "1", "y": "2"}, "layout": "round"}
    with pytest.raises(SettingsError) as raised:
        loaded(tmp_path, own, workers=0)
    paths = [problem.partition(":")[0] for problem in raised.value.problems]
    assert paths == ["folders[1].layout", "workers", "folders[1].options", "folders[1].options"]


def test_a_folder_has_the_section_but_for_its_own_settings(tmp_path: Path) -> None:
    own = {"endpoint": "general", "options": {"probability": True}}
    settings = loaded(tmp_path, own, baidu={"connect_timeout": 7})
    outer, inner = (policy_of(settings, "baidu", root) for root in settings.roots)
    assert (outer.endpoint, inner.endpoint) == ("general_basic", "general")
    assert (outer.tells_places, inner.tells_places) == (False, True)
    assert (outer.tells_probabilities, inner.tells_probabilities) == (False, True)
    assert outer.longest_call_seconds == inner.longest_call_seconds


def test_no_options_are_none_of_the_section(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        {"endpoint": "numbers", "options": {}},
        baidu={"options": {"probability": True}},
    )
    assert policy_of(settings, "baidu", settings.roots[1]).endpoint == "numbers"
