"""The end of every command: errors become one line and an exit status."""

from __future__ import annotations

import logging
import sys
from typing import Any

import click

from ocr_watcher.errors import EXIT_FAILED, OcrWatcherError, SettingsError
from ocr_watcher.escapes import printable
from ocr_watcher.service.streams import fault_of, replace_standard_streams
from ocr_watcher.threads.expendable import end


class Group(click.Group):
    """A group that ends every command alike: with one line for an error and an exit status."""

    def __call__(self, *args: Any, **extra: Any) -> Any:
        """Run the program with standard streams that never raise."""
        replace_standard_streams()
        return super().__call__(*args, **extra)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the program, and end the process with its exit status."""
        try:
            return super().main(*args, **extra)
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
            end(_with_output(status))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, and print its errors."""
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
    """Return the exit status of a command, which fails if its output could not be written."""
    fault = fault_of(sys.stdout)
    if not fault:
        return status
    click.echo(f"ocr-watcher: the output could not be written: {fault}", err=True)
    return EXIT_FAILED


def _tell(error: OcrWatcherError) -> None:
    line = "; ".join(filter(None, [str(error), error.advice]))
    for problem in error.problems if isinstance(error, SettingsError) else [line]:
        click.echo(f"ocr-watcher: {printable(problem)}", err=True)
