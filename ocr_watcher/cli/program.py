"""The commands and their options, without the work that they do.

The module that does the work of a command is imported when the command runs, so that ``--help``
answers at once.
"""

# ruff: noqa: PLC0415  imports within functions are what this module is about

from __future__ import annotations

import functools
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from ocr_watcher import __version__
from ocr_watcher.cli.group import Group
from ocr_watcher.cli.parameters import FOLDER, IMAGE, PATH, common_options
from ocr_watcher.cli.sources import (
    daemons_beside,
    overrides,
    runs_beside,
    settings_file,
    settings_of,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ocr-watcher", message="%(prog)s %(version)s")
@common_options
@click.pass_context
def main(ctx: click.Context, /, **options: object) -> None:
    """Watch folders of scans and write the text beside each one."""
    given = {name: value for name, value in options.items() if value}
    parts = dict.fromkeys(cluster.commands, given)
    ctx.default_map = {**dict.fromkeys(main.commands, given), cluster.name or "": parts}


@main.command()
@click.argument("folders", nargs=-1, type=FOLDER, metavar="[FOLDER]...")
@click.option("--once", is_flag=True, help="Recognise what is waiting, print a summary and end.")
@common_options
def run(folders: tuple[Path, ...], *, once: bool, **options: Any) -> None:
    """Watch FOLDERs, or those of the settings, until SIGTERM or SIGINT."""
    load = functools.partial(settings_of, options, folders, queued_log=not once)
    if once:
        from ocr_watcher.commands.once import run_once

        sys.exit(run_once(load()))
    from ocr_watcher.commands.daemon import run_daemon

    sys.exit(run_daemon(load))


@main.command()
@click.argument("images", nargs=-1, required=True, type=IMAGE, metavar="IMAGE...")
@common_options
def ocr(images: tuple[str, ...], **options: Any) -> None:
    """Print the text of each IMAGE, - being standard input; write no file."""
    settings = settings_of(options, folders_needed=False, only_faults=True)
    from ocr_watcher.commands.ocr import print_text

    sys.exit(print_text(settings, images, formats_are_asked_for=bool(options["formats"])))


@main.command()
@click.argument("folders", nargs=-1, type=FOLDER, metavar="[FOLDER]...")
@click.option("--notify", is_flag=True, help="Send a message to everybody in notify.urls as well.")
@common_options
def check(folders: tuple[Path, ...], *, notify: bool, **options: Any) -> None:
    """Test everything that the daemon will need, and print what to do about each fault."""
    from ocr_watcher.commands.check import check_all

    path = settings_file(options["config"])
    sys.exit(check_all(path, overrides(folders, **options), os.environ, notifies=notify))


@main.command()
@click.argument("folders", nargs=-1, type=FOLDER, metavar="[FOLDER]...")
@click.option("--json", "as_json", is_flag=True, help="Print one object, for programs.")
@click.option("--health", is_flag=True, help="Print only whether the daemon's work advances.")
@common_options
def status(folders: tuple[Path, ...], *, as_json: bool, health: bool, **options: Any) -> None:
    """Show what is done, waits and has failed, and what the engine does."""
    if health:
        from ocr_watcher.commands.health import print_health

        sys.exit(print_health(runs_beside(options), as_json=as_json))
    from ocr_watcher.commands.status import print_status

    alone = bool(folders or options["config"])
    sys.exit(print_status(daemons_beside(options, folders, alone=alone), as_json=as_json))


@main.command()
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@common_options
def why(files: tuple[Path, ...], **options: Any) -> None:
    """Show for each FILE the one reason why it has its text, or why it has none."""
    from ocr_watcher.commands.why import print_reasons

    sys.exit(print_reasons(daemons_beside(options), files))


@main.command()
@click.argument("paths", nargs=-1, type=PATH, metavar="[PATH]...")
@click.option("--code", help="Only the images that failed with this code.", metavar="N")
@common_options
def retry(paths: tuple[Path, ...], *, code: str | None, **options: Any) -> None:
    """Make the failed images at PATHs, or all, wait again."""
    from ocr_watcher.commands.retry import retry_failed

    alone = bool(options["config"] and not paths)
    sys.exit(retry_failed(daemons_beside(options, alone=alone), paths, code))


@main.command()
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
@click.option("--json", "as_json", is_flag=True, help="Print an object a line, for programs.")
@common_options
def find(words: tuple[str, ...], *, as_json: bool, **options: Any) -> None:
    """Print the images whose text has all WORDs, newest first, with the line."""
    from ocr_watcher.commands.find import print_hits

    alone = bool(options["config"])
    sys.exit(print_hits(daemons_beside(options, alone=alone), words, as_json=as_json))


@main.group()
def cluster() -> None:
    """Run the parts of a cluster of machines that read pages."""


@cluster.command()
@click.option(
    "--dashboard",
    metavar="ADDRESS",
    help="Serve Dask's dashboard, without a password, at an address such as 127.0.0.1:8787.",
)
@common_options
def scheduler(*, dashboard: str | None, **options: Any) -> None:
    """Run the scheduler, which knows the workers, where cluster.scheduler says."""
    settings = settings_of(options, beside=True)
    from ocr_watcher.commands.cluster import run_scheduler

    sys.exit(run_scheduler(settings, dashboard))


@cluster.command()
@common_options
def worker(**options: Any) -> None:
    """Run a worker, which reads pages with the models on this machine."""
    settings = settings_of(options, beside=True)
    from ocr_watcher.commands.cluster import run_worker

    sys.exit(run_worker(settings))


@cluster.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.argument("hosts", nargs=-1, metavar="[HOST]...")
def certificates(directory: Path, hosts: tuple[str, ...]) -> None:
    """Write to DIR an authority, and a certificate and key for each HOST."""
    from ocr_watcher.commands.certificates import make_certificates

    sys.exit(make_certificates(directory, hosts))
