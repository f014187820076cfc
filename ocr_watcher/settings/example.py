"""The text of ``config.example.yaml``: each setting with its description and its default."""

from __future__ import annotations

import re
import textwrap
from itertools import groupby
from typing import TYPE_CHECKING

from ocr_watcher.settings.catalogue import Setting, settings
from ocr_watcher.settings.descriptions import summary
from ocr_watcher.settings.sections import models

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WIDTH = 100
_HEAD = """\
# yaml-language-server: $schema=ocr_watcher/settings/schema.json
# Settings of ocr-watcher, each with its default. Only `folders` is required.
#
# The first line leads editors to the schema of the settings, by which they complete and check them.
# The path starts from the folder of this file.
#
# The program reads the first of these that is given or exists: the file named by --config, the one
# named by $OCR_WATCHER_CONFIG (both must exist), $XDG_CONFIG_HOME/ocr-watcher/config.yaml (which is
# ~/.config/ocr-watcher/config.yaml unless set), /etc/ocr-watcher/config.yaml.
# `ocr-watcher check` tells you whether your settings work. Unknown keys are errors.
# A key behind a # is not set; its value there is an example. Remove the # to set it.
# A relative path starts from the folder of this file; ~ is your home folder.
# Each setting can also be given as an environment variable, which wins over this file:
# OCR_WATCHER_ and its path in capitals, with __ between its parts (OCR_WATCHER_LOCAL__THREADS=2).
"""


def example() -> str:
    """Return the whole text."""
    parts = [_HEAD]
    for within, group in groupby(settings(), _within):
        if not within:
            parts += ["\n" + _shown(one) for one in group]
        elif within.endswith("[]"):
            parts.append(_item(group))
        else:
            parts.append(f"\n{_comment(summary(models()[within]), '')}{within}:\n")
            parts += [_lines(one, "  ") for one in group]
    return "".join(parts)


def _within(setting: Setting) -> str:
    return setting.path.rpartition(".")[0]


def _shown(setting: Setting) -> str:
    """Return a setting at the top; of a list of sections the head alone, as an item follows."""
    if setting.path in models():
        return f"{_comment(setting.description, '')}{setting.path}:\n"
    return _lines(setting, "")


def _item(group: Iterable[Setting]) -> str:
    """Return the only item of a list of sections, which begins with its required setting."""
    first, *others = group
    head = f"{_comment(first.description, '  ')}  - {_name(first)}: {first.example}\n"
    return head + "".join(_lines(one, "    ") for one in others)


def _lines(setting: Setting, indent: str) -> str:
    mark = "" if setting.default else "#"
    value = setting.default or setting.example
    return f"{_comment(setting.description, indent)}{indent}{mark}{_name(setting)}: {value}\n"


def _name(setting: Setting) -> str:
    return setting.path.rpartition(".")[2]


def _comment(description: str, indent: str) -> str:
    """Return a description as comments, wrapped into lines."""
    lead = f"{indent}# "
    return "".join(
        textwrap.fill(
            text,
            _WIDTH,
            initial_indent=lead,
            subsequent_indent=lead + "  " * text.startswith("- "),
            break_long_words=False,
            break_on_hyphens=False,
        )
        + "\n"
        for text in _paragraphs(description)
    )


def _paragraphs(description: str) -> Iterator[str]:
    """Yield the paragraphs and the items of lists, each on one line."""
    for block in description.split("\n\n"):
        for text in re.split(r"\n(?=- )", block):
            yield " ".join(text.split())
