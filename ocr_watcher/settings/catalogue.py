"""The catalogue of all settings, for documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from ocr_watcher.settings.descriptions import descriptions
from ocr_watcher.settings.schema import schema, schema_of
from ocr_watcher.settings.sections import holds_a_secret, setting_fields
from ocr_watcher.values.variable import variable_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ocr_watcher.settings.sections import SettingField


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, as the documentation shows it.

    Attributes:
        path: Its path in the settings file, such as ``local.threads`` or ``folders[].path``.
        kind: The type of its value, in words, such as ``whole number from 1 to 256`` (Markdown).
        default: Its default in YAML on one line; empty if it is not set by default.
        description: Its meaning, in Markdown with paragraphs and lists.
        variable: The name of the environment variable that sets it, without ``$``; empty for a
            setting of one folder, which is given in the variable of ``folders``.
        example: An example of its value, in YAML on one line; empty if the default is one.
        is_secret: Whether its value is a secret.
    """

    path: str
    kind: str
    default: str
    description: str
    variable: str
    example: str = ""
    is_secret: bool = False


def settings() -> tuple[Setting, ...]:
    """Return all settings, in the order of the settings file's example."""
    whole = schema()
    return tuple(_setting(one, schema_of(one, whole)) for one in setting_fields())


def in_yaml(value: object) -> str:
    """Return a value in YAML on one line.

    Args:
        value: A plain value: text, number, truth, None, or a list or mapping of these.
    """
    dumped = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=1_000_000)
    return dumped.removesuffix("\n").removesuffix("\n...")


def _setting(one: SettingField, rules: Mapping[str, Any]) -> Setting:
    default = rules.get("default")
    return Setting(
        path=one.path,
        kind=kind_in_words(rules),
        default="" if default is None else in_yaml(default),
        description=descriptions(one.model)[one.name],
        variable="" if one.is_listed else variable_of(one.section, one.name),
        example=next(map(in_yaml, rules.get("examples", ())), ""),
        is_secret=holds_a_secret(one.field.annotation),
    )


def kind_in_words(rules: Mapping[str, Any]) -> str:
    """Return the type of a value in words, from its JSON schema."""
    if choices := [one for one in rules.get("anyOf", ()) if one.get("type") != "null"]:
        return " or ".join(dict.fromkeys(map(kind_in_words, choices)))
    if "enum" in rules:
        return "one of " + ", ".join(f"`{in_yaml(value)}`" for value in rules["enum"])
    if rules.get("type") == "array":
        return f"list: {kind_in_words(rules['items'])}"
    words = _WORDS.get(rules.get("format", ""), _WORDS.get(rules.get("type", ""), "mapping"))
    return " ".join([words, *_bounds(rules)])


_WORDS = {
    "boolean": "`true` or `false`",
    "integer": "whole number",
    "number": "number",
    "object": "mapping",
    "password": "secret text",
    "path": "path",
    "string": "text",
}


def _bounds(rules: Mapping[str, Any]) -> Iterator[str]:
    if "minimum" in rules:
        yield f"from {rules['minimum']}"
    if "exclusiveMinimum" in rules:
        yield f"above {rules['exclusiveMinimum']}"
    if "maximum" in rules:
        yield f"to {rules['maximum']}"
