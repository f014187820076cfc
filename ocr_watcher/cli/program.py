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
from ocr_watcher.cli.parameters import DIRECTORY, FOLDER, IMAGE, PATH, SHELL, common_options
from ocr_watcher.cli.sources import (
    daemons_beside,
    overrides,
    runs_beside,
    settings_file,
    settings_of,
)

if TYPE_CHECKING:
    from pathlib import Path


EXIT_STATUS = """\b
Exit status:
  0   all is well
  1   the command ran, but an image failed or waits, a test of "check" failed,
      nothing was found, or something could not be read or written
  2   the command line is wrong
  78  the settings are wrong; each problem is listed
"""


@click.group(
    cls=Group, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_STATUS
)
@click.version_option(
    __version__,
    prog_name="ocr-watcher",
    message="%(prog)s %(version)s",
    help="Show the version and exit.",
)
@common_options
@click.pass_context
def main(ctx: click.Context, /, **options: object) -> None:
    """Watch folders of scans and write the text beside each one.

    "ocr-watcher run --once FOLDER" reads the images that lie in FOLDER, writes scan.jpg.txt beside
    scan.jpg, and ends. "ocr-watcher run FOLDER" also reads each image that arrives later. Neither
    needs a settings file.

    The models on this machine read the images, unless the settings or the environment have keys of
    Baidu's service or name a cluster.

    The options below may also stand after the name of a command.
    """
    given = {name: value for name, value in options.items() if value}
    parts = dict.fromkeys(cluster.commands, given)
    ctx.default_map = {**dict.fromkeys(main.commands, given), cluster.name or "": parts}


@main.command()
@click.argument("folders", nargs=-1, type=FOLDER, metavar="[FOLDER]...")
@click.option(
    "--once", is_flag=True, help="Read the images that wait, print one summary line, and end."
)
@common_options
def run(folders: tuple[Path, ...], *, once: bool, **options: Any) -> None:
    """Watch folders and write the text beside each image.

    The FOLDERs replace those of the settings. The command runs until SIGTERM or SIGINT (Ctrl-C)
    stops it. A folder can have only one daemon.
    """
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
    """Print the text of images, and write no file.

    An IMAGE of - is standard input. The texts of several images are headed by their names. With
    --format json, each image is one line.
    """
    settings = settings_of(options, folders_needed=False, only_faults=True)
    from ocr_watcher.commands.ocr import print_text

    sys.exit(print_text(settings, images, formats_are_asked_for=bool(options["formats"])))


@main.command()
@click.argument("folders", nargs=-1, type=FOLDER, metavar="[FOLDER]...")
@click.option(
    "--notify", is_flag=True, help="Also send a test message to each address in notify.urls."
)
@common_options
def check(folders: tuple[Path, ...], *, notify: bool, **options: Any) -> None:
    """Test what the daemon needs, and tell how to mend each fault.

    Each line begins with ok, warn or fail. The FOLDERs replace those of the settings. If Baidu's
    service is used, the test of the keys makes a call to it, which costs nothing.
    """
    from ocr_watcher.commands.check import check_all

    path = settings_file(options["config"])
    sys.exit(check_all(path, overrides(folders, **options), os.environ, notifies=notify))


@main.command()
@click.argument("folders", nargs=-1, type=FOLDER, metavar="[FOLDER]...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
@click.option("--health", is_flag=True, help="Print only whether the daemons' work advances.")
@common_options
def status(folders: tuple[Path, ...], *, as_json: bool, health: bool, **options: Any) -> None:
    """Show what is done, waiting and failed, and any pause.

    Without FOLDERs, those of the settings and of each running daemon of this user are shown; with
    --config, those of that file alone. With --health, the exit status is 0 if a daemon runs, and
    the work of each advances.
    """
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
    """Show for each FILE why it has its text, or why it has none."""
    from ocr_watcher.commands.why import print_reasons

    sys.exit(print_reasons(daemons_beside(options), files))


@main.command()
@click.argument("paths", nargs=-1, type=PATH, metavar="[PATH]...")
@click.option(
    "--code", help="Only the images that failed with this code, such as 216201.", metavar="N"
)
@common_options
def retry(paths: tuple[Path, ...], *, code: str | None, **options: Any) -> None:
    """Make failed images wait for another try.

    A PATH is an image or a folder of images. Without PATHs, all failed images of the watched
    folders wait again; with --config, those of that file alone.
    """
    from ocr_watcher.commands.retry import retry_failed

    alone = bool(options["config"] and not paths)
    sys.exit(retry_failed(daemons_beside(options, alone=alone), paths, code))


@main.command()
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, for programs.")
@common_options
def find(words: tuple[str, ...], *, as_json: bool, **options: Any) -> None:
    """Find the images whose text has all WORDs, newest first.

    Each image is printed as PATH: LINE. Upper and lower case are the same, and a WORD is also found
    within a longer one. The folders are those of the settings and of each running daemon of this
    user; with --config, those of that file alone.
    """
    from ocr_watcher.commands.find import print_hits

    alone = bool(options["config"])
    sys.exit(print_hits(daemons_beside(options, alone=alone), words, as_json=as_json))


@main.group()
def cluster() -> None:
    """Run the parts of a cluster of machines that read pages.

    A cluster needs one scheduler, a worker on each machine that reads pages, and a daemon with the
    setting engine: cluster. Each machine needs certificates, as "cluster certificates" makes them.
    """


@cluster.command()
@click.option(
    "--dashboard",
    metavar="ADDRESS",
    help="Serve Dask's dashboard, without a password, at an address such as 127.0.0.1:8787.",
)
@common_options
def scheduler(*, dashboard: str | None, **options: Any) -> None:
    """Run the scheduler of a cluster.

    It listens where the setting cluster.scheduler says. The workers and the daemon connect to it.
    """
    settings = settings_of(options, beside=True)
    from ocr_watcher.commands.cluster import run_scheduler

    sys.exit(run_scheduler(settings, dashboard))


@cluster.command()
@common_options
def worker(**options: Any) -> None:
    """Run a worker of a cluster.

    It reads pages with the models on this machine. It connects to the scheduler that the setting
    cluster.scheduler names.
    """
    settings = settings_of(options, beside=True)
    from ocr_watcher.commands.cluster import run_worker

    sys.exit(run_worker(settings))


@cluster.command()
@click.argument("directory", type=DIRECTORY, metavar="DIR")
@click.argument("hosts", nargs=-1, metavar="[HOST]...")
def certificates(directory: Path, hosts: tuple[str, ...]) -> None:
    """Make the certificates of the machines of a cluster.

    For each HOST, DIR gets HOST.pem and HOST-key.pem. A HOST is a name or an address by which the
    other machines know the machine. The authority that signs them is ca.pem with ca-key.pem in DIR;
    it is made if it is not there.
    """
    from ocr_watcher.commands.certificates import make_certificates

    sys.exit(make_certificates(directory, hosts))


INSTALL_COMPLETION = """\b
To complete commands in every new shell, type once:
  bash (with the package bash-completion)
    mkdir -p ~/.local/share/bash-completion/completions
    ocr-watcher completion bash \\
      > ~/.local/share/bash-completion/completions/ocr-watcher
  zsh
    mkdir -p ~/.zfunc
    ocr-watcher completion zsh > ~/.zfunc/_ocr-watcher
    (~/.zshrc needs: fpath+=~/.zfunc; autoload -Uz compinit; compinit)
  fish
    mkdir -p ~/.config/fish/completions
    ocr-watcher completion fish > ~/.config/fish/completions/ocr-watcher.fish
"""


@main.command(epilog=INSTALL_COMPLETION)
@click.argument("shell", type=SHELL)
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script by which a shell completes commands.

    It completes the names of commands, options, engines and formats, and the paths of folders and
    files.
    """
    from ocr_watcher.cli.completion import script

    click.echo(script(shell, ctx.find_root().command), nl=False)
