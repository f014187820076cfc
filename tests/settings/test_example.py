"""The example settings say what the model says."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ocr_watcher.engine.baidu.settings import BaiduSettings
from ocr_watcher.engine.cluster.settings import ClusterSettings
from ocr_watcher.engine.local.settings import LocalSettings
from ocr_watcher.settings.load import Overrides, load
from ocr_watcher.settings.metrics import MetricsSettings
from ocr_watcher.settings.model import (
    FolderSettings,
    LogSettings,
    OutputSettings,
    PdfSettings,
    RetrySettings,
    settings_model,
)
from ocr_watcher.settings.notify import NotifySettings
from ocr_watcher.settings.web import WebSettings
from ocr_watcher.settings.yaml_file import read_mapping

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"
DISABLED_KEY = re.compile(r"^ *#([a-z_]+):", re.MULTILINE)
SECTIONS: dict[str, type[BaseModel]] = {
    "folders": FolderSettings,
    "output": OutputSettings,
    "pdf": PdfSettings,
    "baidu": BaiduSettings,
    "local": LocalSettings,
    "cluster": ClusterSettings,
    "retry": RetrySettings,
    "metrics": MetricsSettings,
    "notify": NotifySettings,
    "web": WebSettings,
    "log": LogSettings,
}


def flat(data: dict[str, Any]) -> dict[str, Any]:
    """Every key that is no section, by its dotted path."""
    flattened: dict[str, Any] = {}
    for key, value in data.items():
        if key in SECTIONS:
            section = value[0] if isinstance(value, list) else value
            flattened |= {f"{key}.{inner}": value for inner, value in (section or {}).items()}
        else:
            flattened[key] = value
    return flattened


def fields() -> Iterator[tuple[str, FieldInfo]]:
    for key, field in settings_model().model_fields.items():
        if key in SECTIONS:
            for inner, inner_field in SECTIONS[key].model_fields.items():
                yield f"{key}.{inner}", inner_field
        else:
            yield key, field


def has_default(field: FieldInfo) -> bool:
    return field.get_default(call_default_factory=True) not in (None, PydanticUndefined)


def in_yaml(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def test_the_example_holds_every_key_and_no_other(tmp_path: Path) -> None:
    enabled = tmp_path / "config.yaml"
    enabled.write_text(
        DISABLED_KEY.sub(
            lambda match: match[0].replace("#", ""), EXAMPLE.read_text(encoding="utf-8")
        ),
        encoding="utf-8",
    )
    assert set(flat(read_mapping(enabled))) == {key for key, _ in fields()}


def test_the_example_shows_every_default() -> None:
    defaults = {
        key: in_yaml(field.get_default(call_default_factory=True))
        for key, field in fields()
        if has_default(field)
    }
    shown = flat(read_mapping(EXAMPLE))
    assert shown.pop("folders.path") == "/srv/scans"
    assert shown == defaults


def test_the_example_as_it_stands_gives_the_defaults(tmp_path: Path) -> None:
    loaded = load(EXAMPLE, Overrides(folders=(tmp_path,)), {"STATE_DIRECTORY": str(tmp_path)})
    assert loaded == settings_model().model_validate({"folders": [tmp_path], "state_dir": tmp_path})


def test_the_folder_of_the_example_is_all_that_must_be_changed(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("/srv/scans", str(tmp_path))
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    assert load(file, Overrides(), {}).folders[0].path == tmp_path


@pytest.mark.parametrize(
    "name", [match[1] for match in DISABLED_KEY.finditer(EXAMPLE.read_text(encoding="utf-8"))]
)
def test_each_key_without_a_default_can_be_enabled(name: str, tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace(f"#{name}:", f"{name}:")
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    settings = load(file, Overrides(), {}, folders_needed=False, credentials_needed=False)
    default = load(EXAMPLE, Overrides(), {}, folders_needed=False, credentials_needed=False)
    assert settings != default
