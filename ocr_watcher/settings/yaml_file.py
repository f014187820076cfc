"""Reads the settings file: YAML of a bounded size, without duplicate keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from ocr_watcher.errors import SettingsError
from ocr_watcher.storage.named_file import read_named_file

if TYPE_CHECKING:
    from pathlib import Path

_MOST_BYTES = 1_000_000
_LONGEST_NUMBER = 100


def read_mapping(path: Path) -> dict[str, Any]:
    """Read a YAML file that contains a mapping; an empty file contains an empty mapping.

    Raises:
        SettingsError: It cannot be read, or contains something else. The error shows only the place
            of the fault and not the content, which may contain keys.
    """
    content = _content(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 (byte {error.start}); save it as UTF-8"
    else:
        data = read_text(str(path), text)
        if isinstance(data, dict | None):
            return data or {}
        problem = "must hold a mapping of keys to values"
    # Raised here, so that its context is not the error of the decoder, which holds the content.
    raise SettingsError([f"{path}: {problem}"])


def read_text(source: str, text: str) -> Any:
    """Return the value of a text in YAML.

    Args:
        source: The source of the text, for errors.
        text: The text.

    Raises:
        SettingsError: It is no YAML. The error shows only the place of the fault.
    """
    try:
        return yaml.load(text, _Loader)  # noqa: S506  it is a SafeLoader
    except yaml.MarkedYAMLError as error:
        problem = _located(error)
    except yaml.reader.ReaderError as error:
        problem = f"holds a control character (character {error.position}); remove it"
    except RecursionError:
        problem = "is nested too deeply"
    except (ValueError, LookupError, AttributeError):  # PyYAML wraps no errors of constructors
        problem = "holds what looks like a number or a date, but is none; put it in quotes"
    # Raised here, so that its context is not the error of the parser, which holds the whole text.
    raise SettingsError([f"{source}: {problem}"])


def _content(path: Path) -> bytes:
    try:
        content = read_named_file(path, _MOST_BYTES)
    except OSError as error:
        raise SettingsError([f"{path}: cannot be read: {error.strerror}"]) from error
    if len(content) > _MOST_BYTES:
        raise SettingsError([f"{path}: is larger than 1 MB; that is no settings file"])
    return content


_BOOLEAN, _TEXT = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:str"


class _Loader(yaml.SafeLoader):
    """A loader that refuses duplicate keys; PyYAML would keep the last one.

    Keys are always texts, while PyYAML, which follows YAML 1.1, would take ``on`` for true. The
    loader is not based on the C loader, in which deep nesting crashes the process; here it is an
    error. A file of usual size takes 20 ms.
    """

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        first: dict[str, yaml.Node] = {}
        for key, _ in node.value:
            if key.tag == _BOOLEAN:
                key.tag = _TEXT
            if not _is_text(key.value):
                problem = "a key that is no text: half of a character that takes two"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            earlier = first.setdefault(str(key.value), key)
            if earlier is not key:
                problem = f"a key that line {earlier.start_mark.line + 1} holds already"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
        return node


def _integer(loader: _Loader, node: yaml.ScalarNode) -> int:
    if len(node.value) > _LONGEST_NUMBER:  # Python shows none of more than 4300 digits
        raise ValueError("too long")
    return loader.construct_yaml_int(node)


_Loader.add_constructor("tag:yaml.org,2002:int", _integer)


def _is_text(value: object) -> bool:
    try:
        str(value).encode()
    except UnicodeEncodeError:  # a lone surrogate, which YAML can escape
        return False
    return True


def _located(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    # The text that the parser quotes may be part of a key.
    return place + re.sub(r"'.{2,}'", "'…'", error.problem or "is no valid YAML")
