"""The command line: its commands and options, without the work that they do.

The module that does the work of a command is imported when the command runs, so that ``--help``
answers at once.
"""

# ruff: noqa: PLC0415  imports within functions are what this module is about

from __future__ import annotations

import functools
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ocr_watcher import __version__
from ocr_watcher.engine.registry import ENGINES
from ocr_watcher.errors import EXIT_FAILED, OcrWatcherError, SettingsError
from ocr_watcher.escapes import printable
from ocr_watcher.formats.registry import FORMATS
from ocr_watcher.service.streams import fault_of, replace_standard_streams
from ocr_watcher.threads.expendable import end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from click.shell_completion import CompletionItem

    from ocr_watcher.commands.beside import Daemon
    from ocr_watcher.settings.load import Overrides
    from ocr_watcher.settings.model import Settings

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
    """The name of an engine; those that there are when the command line is read."""

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


_FOLDER = _WatchedPath(exists=True, file_okay=False, path_type=Path)
_PATH = _WatchedPath(path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_IMAGE = click.Path(exists=True, dir_okay=False, allow_dash=True)
"""A path as text, as a `Path` cannot distinguish the file ``./-`` from ``-``, standard input."""


class _Group(click.Group):
    """A group that ends every command alike: errors become one line and an exit status."""

    def __call__(self, *args: Any, **extra: Any) -> Any:
        """Run the program with standard streams that never raise."""
        replace_standard_streams()
        return super().__call__(*args, **extra)

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            return super().main(*args, **extra)
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
            end(_with_output(status))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OcrWatcherError as error:
            _tell(error)
            ctx.exit(error.exit_status)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if logging.getLogger("ocr_watcher").isEnabledFor(logging.DEBUG):
                raise
            name = type(error).__name__
            click.echo(f"ocr-watcher: a fault of this program: {name}", err=True)
            click.echo("ocr-watcher: --log-level debug shows where", err=True)
            ctx.exit(EXIT_FAILED)


def _with_output(status: int) -> int:
    """Return the exit status of a command, which fails where its output could not be written."""
    fault = fault_of(sys.stdout)
    if not fault:
        return status
    click.echo(f"ocr-watcher: the output could not be written: {fault}", err=True)
    return EXIT_FAILED


def _tell(error: OcrWatcherError) -> None:
    line = "; ".join(filter(None, [str(error), error.advice]))
    for problem in error.problems if isinstance(error, SettingsError) else [line]:
        click.echo(f"ocr-watcher: {printable(problem)}", err=True)


def _common_options(function: _Function) -> _Function:
    """Add the options that each command takes, before its name or after it."""
    for option in (
        click.option(
            "--log-level",
            type=click.Choice(["debug", "info", "warning", "error"]),
            help="What is told on standard error.",
        ),
        click.option(
            "--format",
            "formats",
            type=click.Choice(FORMATS.names),
            multiple=True,
            help="What is written; may be given twice.",
        ),
        click.option("--engine", type=_EngineName(), help="Who reads the images."),
        click.option(
            "-c", "--config", type=_FILE, help="The settings file.", metavar="FILE", default=None
        ),
    ):
        function = option(function)
    return function


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ocr-watcher", message="%(prog)s %(version)s")
@_common_options
@click.pass_context
def main(ctx: click.Context, /, **options: object) -> None:
    """Watch folders of scans and write the text beside each one."""
    given = {name: value for name, value in options.items() if value}
    ctx.default_map = dict.fromkeys(main.commands, given)


@main.command()
@click.argument("folders", nargs=-1, type=_FOLDER, metavar="[FOLDER]...")
@click.option("--once", is_flag=True, help="Recognise what is waiting, print a summary and end.")
@_common_options
def run(folders: tuple[Path, ...], *, once: bool, **options: Any) -> None:
    """Watch FOLDERs, or those of the settings, until SIGTERM or SIGINT."""
    load = functools.partial(_settings, options, folders, queued_log=not once)
    if once:
        from ocr_watcher.commands.once import run_once

        sys.exit(run_once(load()))
    from ocr_watcher.commands.daemon import run_daemon

    sys.exit(run_daemon(load))


@main.command()
@click.argument("images", nargs=-1, required=True, type=_IMAGE, metavar="IMAGE...")
@_common_options
def ocr(images: tuple[str, ...], **options: Any) -> None:
    """Print the text of each IMAGE, - being standard input; write no file."""
    settings = _settings(options, folders_needed=False)
    from ocr_watcher.commands.ocr import print_text

    sys.exit(print_text(settings, images))


@main.command()
@click.argument("folders", nargs=-1, type=_FOLDER, metavar="[FOLDER]...")
@_common_options
def check(folders: tuple[Path, ...], **options: Any) -> None:
    """Test everything that the daemon will need, and print what to do about each fault."""
    from ocr_watcher.commands.check import check_all

    path = _settings_file(options["config"])
    sys.exit(check_all(path, _overrides(folders, **options), os.environ))


@main.command()
@click.argument("folders", nargs=-1, type=_FOLDER, metavar="[FOLDER]...")
@click.option("--json", "as_json", is_flag=True, help="Print one object, for programs.")
@_common_options
def status(folders: tuple[Path, ...], *, as_json: bool, **options: Any) -> None:
    """Show what is done, waits and has failed, and what the engine does."""
    from ocr_watcher.commands.status import print_status

    alone = bool(folders or options["config"])
    sys.exit(print_status(_daemons(options, folders, alone=alone), as_json=as_json))


@main.command()
@click.argument("files", nargs=-1, required=True, type=_PATH, metavar="FILE...")
@_common_options
def why(files: tuple[Path, ...], **options: Any) -> None:
    """Show for each FILE the one reason why it has its text, or why it has none."""
    from ocr_watcher.commands.why import print_reasons

    sys.exit(print_reasons(_daemons(options), files))


@main.command()
@click.argument("paths", nargs=-1, type=_PATH, metavar="[PATH]...")
@click.option("--code", help="Only the images that failed with this code.", metavar="N")
@_common_options
def retry(paths: tuple[Path, ...], *, code: str | None, **options: Any) -> None:
    """Make the failed images at PATHs, or all, wait again."""
    from ocr_watcher.commands.retry import retry_failed

    alone = bool(options["config"] and not paths)
    sys.exit(retry_failed(_daemons(options, alone=alone), paths, code))


def _overrides(
    folders: tuple[Path, ...],
    *,
    engine: Any,  # click has checked these three against their choices
    formats: Any,
    log_level: Any,
    config: Path | None,  # noqa: ARG001  names the settings file, and overrides no setting
) -> Overrides:
    from ocr_watcher.settings.load import Overrides

    return Overrides(folders, engine, formats or None, log_level)


def _settings_file(given: Path | None) -> Path | None:
    """Find the settings file, or skip that of the service where the command does not need it.

    Raises:
        SettingsError: This user may not read the file, and the command names no file or folder, so
            that it needs the settings.
    """
    from ocr_watcher.settings.load import find_settings_file, is_closed_to_this_user

    path = find_settings_file(given, os.environ)
    asked_for = given or os.environ.get("OCR_WATCHER_CONFIG")
    if path is None or asked_for or not is_closed_to_this_user(path):
        return path
    context = click.get_current_context()
    if not any(context.params[argument.name or ""] for argument in _arguments(context.command)):
        raise SettingsError([f"{path}: this user may not read it; {_instead(context)}"])
    line = f"ocr-watcher: {path} is passed over: this user may not read it"
    click.echo(line, err=True)
    return None


def _arguments(command: click.Command) -> Iterator[click.Argument]:
    """Yield the positional arguments of a command; for all commands they are files or folders."""
    return (one for one in command.params if isinstance(one, click.Argument))


def _instead(context: click.Context) -> str:
    name = context.info_name
    what = " ".join(argument.metavar or "" for argument in _arguments(context.command))
    as_service = f"sudo -u ocr-watcher ocr-watcher {name}"
    return f"name what it is about (ocr-watcher {name} {what}), or ask as the service: {as_service}"


def _daemons(
    options: Mapping[str, Any], folders: tuple[Path, ...] = (), *, alone: bool = False
) -> Sequence[Daemon]:
    from ocr_watcher.commands.beside import daemons, state_directory_of
    from ocr_watcher.settings.load import find_settings_file

    return daemons(
        functools.partial(_settings, options, folders, beside=True),
        os.environ,
        alone=alone,
        state_directory=state_directory_of(find_settings_file(options["config"], os.environ)),
    )


def _settings(
    options: Mapping[str, Any],
    folders: tuple[Path, ...] = (),
    *,
    folders_needed: bool = True,
    beside: bool = False,
    queued_log: bool = False,
) -> Settings:
    from ocr_watcher.logs.setup import set_up
    from ocr_watcher.settings.load import load

    settings = load(
        _settings_file(options["config"]),
        _overrides(folders, **options),
        os.environ,
        # A command beside the daemon also works while a folder is away, and for users who may not
        # read the keys of the service.
        folders_needed=folders_needed and not beside,
        credentials_needed=not beside,
    )
    set_up(settings.log.level, settings.log.format, queued=queued_log)
    return settings
