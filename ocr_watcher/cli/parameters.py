"""The types of arguments, and the options that every command has."""

# ruff: noqa: PLC0415  what a type needs is imported when a value is read

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ocr_watcher.engine.registry import ENGINES
from ocr_watcher.formats.registry import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

_Function = TypeVar("_Function", bound="Callable[..., Any]")


class _WatchedPath(click.Path):
    """A path in a watched folder; it is not checked where its file system does not answer."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from ocr_watcher.threads.patience import NoAnswerError, answered

        try:
            return answered(lambda: super(_WatchedPath, self).convert(value, param, ctx))
        except NoAnswerError:
            return Path(value)


class _EngineName(click.types.StringParamType):
    """The name of an engine that is registered when the command line is read."""

    name = "engine"

    @property
    def _choice(self) -> click.Choice[str]:
        return click.Choice(ENGINES.names)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002
        return f"[{'|'.join(ENGINES.names)}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return self._choice.convert(value, param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return self._choice.shell_complete(ctx, param, incomplete)


FOLDER = _WatchedPath(exists=True, file_okay=False, path_type=Path)
PATH = _WatchedPath(path_type=Path)
DIRECTORY = click.Path(file_okay=False, path_type=Path)
"""A directory that may be missing."""
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHELL = click.Choice(["bash", "zsh", "fish"])
"""The shells for which click has a script."""
IMAGE = click.Path(exists=True, dir_okay=False, allow_dash=True)
"""A path as text, as a `Path` cannot distinguish the file ``./-`` from ``-``, standard input."""


def common_options(function: _Function) -> _Function:
    """Add the options that each command takes, before its name or after it."""
    for option in (
        click.option(
            "--log-level",
            type=click.Choice(["debug", "info", "warning", "error"]),
            help="The least severe messages that are shown on standard error.",
        ),
        click.option(
            "--format",
            "formats",
            type=click.Choice(FORMATS.names),
            multiple=True,
            help="What is written, instead of output.formats; may be given several times.",
        ),
        click.option(
            "--engine",
            type=_EngineName(),
            help="What reads the images, instead of the setting engine.",
        ),
        click.option(
            "-c",
            "--config",
            type=FILE,
            help="The settings file, instead of the first that is found.",
            metavar="FILE",
            default=None,
        ),
    ):
        function = option(function)
    return function
