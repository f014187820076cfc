"""The rules of the JSON schema for the options of each endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.baidu.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from ocr_watcher.engine.baidu.endpoints import Endpoint

_TRUTHS = {"true": True, "false": False}


def option_rules(default: str) -> list[dict[str, Any]]:
    """Return the rules for the options of endpoints: one for each, and one for the default.

    Args:
        default: The endpoint if none is given.
    """
    rules = [
        {"if": _named(name), "then": {"properties": {"options": _options(endpoint)}}}
        for name, endpoint in ENDPOINTS.items()
    ]
    unnamed = {"not": {"required": ["endpoint"]}}
    default_options = {"properties": {"options": _options(ENDPOINTS[default])}}
    return [*rules, {"if": unnamed, "then": default_options}]


def _named(name: str) -> dict[str, Any]:
    return {"required": ["endpoint"], "properties": {"endpoint": {"const": name}}}


def _options(endpoint: Endpoint) -> dict[str, Any]:
    properties = {name: {"enum": _values(allowed)} for name, allowed in endpoint.options.items()}
    return {"properties": properties, "additionalProperties": False}


def _values(allowed: tuple[str, ...]) -> list[str | bool]:
    """Return the allowed values, with YAML's true and false, which are sent as text."""
    return [*allowed, *(_TRUTHS[value] for value in allowed if value in _TRUTHS)]
