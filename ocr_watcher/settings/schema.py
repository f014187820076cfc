"""The JSON schema of the settings file, by which editors complete and check it.

pydantic makes the schema. The descriptions are added, and the values that `Settings` accepts in
place of a whole section. The schema describes only the file, without the command line and the
environment. It leaves out rules that a schema cannot express, such as that a folder must exist.

See https://json-schema.org/draft/2020-12/json-schema-core and https://docs.pydantic.dev/latest/
concepts/json_schema/.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from ocr_watcher.engine.registry import ENGINES
from ocr_watcher.settings.descriptions import descriptions, summary
from ocr_watcher.settings.model import settings_model
from ocr_watcher.settings.sections import is_list_of_sections, models

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.settings.sections import SettingField
    from ocr_watcher.values.section import Section

_TITLE = "Settings of ocr-watcher"
_NULL = {"type": "null"}


def schema() -> dict[str, Any]:
    """Return the JSON schema of the settings file (draft 2020-12)."""
    made = settings_model().model_json_schema(schema_generator=_Untitled)
    sections = made.pop("$defs")
    _describe(made, settings_model())
    for name, model in models().items():
        definition = sections[model.__name__]
        definition["description"] = summary(model)
        _describe(definition, model)
        _accept_short_forms(name, made["properties"])
    _let_folders_override(sections)
    del made["required"]  # the state directory has a default, which is not the same everywhere
    _spell_whole_numbers(made)
    _spell_whole_numbers(sections)
    head = {"$schema": GenerateJsonSchema.schema_dialect, "title": _TITLE}
    return head | made | {"$defs": sections}


def schema_of(setting: SettingField, whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the JSON schema of one setting.

    Args:
        setting: The setting.
        whole: The JSON schema of all settings.
    """
    within = whole["$defs"][setting.model.__name__] if setting.section else whole
    found: Mapping[str, Any] = within["properties"][setting.name]
    return found


class _Untitled(GenerateJsonSchema):
    """The generator without titles, which would only repeat the names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def _spell_whole_numbers(part: Any) -> None:
    """Write 0 for 0.0, as releases of pydantic write bounds differently."""
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(value, dict | list):
            _spell_whole_numbers(value)
        elif isinstance(value, float) and value.is_integer():
            part[key] = int(value)


def _describe(definition: dict[str, Any], model: type[Section]) -> None:
    definition.pop("title")
    described = descriptions(model)
    for name, field in model.model_fields.items():
        value = definition["properties"][name]
        if name in described:
            value["description"] = described[name]
        if field.default_factory is not None:
            value["default"] = field.get_default(call_default_factory=True)
        if value.get("default", "") is None:
            del value["default"]


def _accept_short_forms(name: str, properties: dict[str, Any]) -> None:
    """Let a section be empty, and a folder be its path alone."""
    value = properties[name]
    if is_list_of_sections(settings_model().model_fields[name]):
        value["items"] = {"anyOf": [{"type": "string", "format": "path"}, value["items"]]}
        return
    properties[name] = {"anyOf": [{"$ref": value["$ref"]}, _NULL]}


def _let_folders_override(sections: dict[str, Any]) -> None:
    """Describe the engine settings of a folder like those in the engine's section.

    Rules of the section that begin with such a setting apply to the folder as well.
    """
    folder = sections[models()["folders"].__name__]
    for engine in ENGINES:
        section = sections[engine.settings.__name__] if engine.settings else {}
        for name in engine.folder_settings:
            original = copy.deepcopy(section["properties"][name])
            own = {key: folder["properties"][name].get(key) for key in ("description", "examples")}
            for key in ("default", *own):
                original.pop(key, None)
            folder["properties"][name] = {"anyOf": [original, _NULL], **own}
            folder.setdefault("allOf", []).extend(
                rule
                for rule in section.get("allOf", ())
                if name in rule.get("if", {}).get("required", ())
            )
