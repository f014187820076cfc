"""The command ``check``: it tests everything that the daemon needs, and prints the results."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher.commands.checks.claim import check_claim
from ocr_watcher.commands.checks.engine_in_use import check_engine_in_use
from ocr_watcher.commands.checks.folder import check_folder
from ocr_watcher.commands.checks.folder_settings import check_folder_settings
from ocr_watcher.commands.checks.formats import check_formats
from ocr_watcher.commands.checks.messages import check_messages
from ocr_watcher.commands.checks.metrics import check_textfile
from ocr_watcher.commands.checks.page_socket import check_page_socket
from ocr_watcher.commands.checks.storage import check_state
from ocr_watcher.commands.checks.unit import check_unit
from ocr_watcher.commands.checks.web import check_web
from ocr_watcher.engine.choose import checks_of, choose_engine, policy_of
from ocr_watcher.engine.cluster.settings import ClusterSettings
from ocr_watcher.errors import EXIT_FAILED, EngineError, EngineMissingError, SettingsError
from ocr_watcher.escapes import printable
from ocr_watcher.folders.folder import by_events, folders_of
from ocr_watcher.logs.setup import set_up
from ocr_watcher.service.runs import places, runs
from ocr_watcher.settings.environment import variables_in
from ocr_watcher.settings.exposed import warnings
from ocr_watcher.settings.load import load
from ocr_watcher.threads.patience import NoAnswerError, walked
from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.service.running import Running
    from ocr_watcher.settings.load import Overrides
    from ocr_watcher.settings.model import Settings

_MOST_WATCHES = Path("/proc/sys/fs/inotify/max_user_watches")  # inotify(7), /proc interfaces
_MUCH = 0.5
"""The part of a user's watches above which to warn, as other programs need watches too."""


def check_all(
    path: Path | None,
    overrides: Overrides,
    environment: Mapping[str, str],
    *,
    notifies: bool = False,
) -> int:
    """Run every test and print a line for each as soon as it is known.

    Args:
        path: The settings file, if there is one.
        overrides: The settings from the command line.
        environment: The environment variables.
        notifies: Whether a message is sent to each target.

    Returns:
        The exit status.
    """
    try:
        settings = _loaded(path, overrides, environment)
    except SettingsError as error:
        for problem in error.problems:
            _print(Result("fail", "settings", problem))
        return error.exit_status
    set_up(settings.log.level, settings.log.format, only_faults=True)
    failed = False
    results = _results(path, settings, environment)
    messages = check_messages(settings, environment, sends=notifies)
    for result in itertools.chain(results, messages):
        _print(result)
        failed = failed or result.verdict == "fail"
    return EXIT_FAILED if failed else 0


def _loaded(path: Path | None, overrides: Overrides, environment: Mapping[str, str]) -> Settings:
    """Load the settings. A machine that is in a cluster needs no folder: the daemon has them."""
    try:
        return load(path, overrides, environment)
    except SettingsError:
        with contextlib.suppress(SettingsError):
            settings = load(path, overrides, environment, folders_needed=False)
            if settings.section(ClusterSettings).scheduler and not settings.folders:
                return settings
        raise


def _print(result: Result) -> None:
    print(f"{result.verdict:4}  {result.subject}: {printable(result.finding)}", flush=True)  # noqa: T201


def _results(
    path: Path | None, settings: Settings, environment: Mapping[str, str]
) -> Iterator[Result]:
    yield Result(
        "ok", "settings", f"read from {path}" if path else "no file; the defaults are used"
    )
    if names := variables_in(environment):
        yield Result("ok", "settings", f"from the environment, which wins: {', '.join(names)}")
    for warning in warnings(path, settings):
        yield Result("warn", "settings", warning)
    if not settings.folders:
        yield from _engine(settings, environment)
        return
    running = runs(places(settings.state_dir, environment))
    answering = []
    for folder in folders_of(settings).values():
        try:
            yield from walked(functools.partial(_folder_results, folder, running), of=folder.root)
        except NoAnswerError as error:
            yield Result("fail", f"folder {printable(folder.root)}", str(error.strerror))
        else:
            answering.append(folder)
    yield _watches(answering)
    yield from check_state(settings.state_dir)
    written = [folder.root for folder in answering]
    if textfile := settings.metrics.textfile:
        yield check_textfile(textfile)
        written.append(str(textfile.parent))
    yield from check_web(settings.web, daemon_runs=bool(running))
    if page := check_page_socket(environment):
        yield page
    if unit := check_unit(written, environment):
        yield unit
    yield check_formats()
    yield from _engine(settings, environment, running)


def _folder_results(
    folder: Folder, running: Iterable[Running], _beat: Callable[[], None]
) -> Iterator[Result]:
    yield from check_folder(folder)
    if claim := check_claim(folder.root, running):
        yield claim


def _watches(folders: Iterable[Folder]) -> Result:
    needed = sum(_directories(folder) for folder in folders if by_events(folder))
    most = int(_MOST_WATCHES.read_text("ascii"))
    directories = "directory" if needed == 1 else "directories"
    finding = f"{needed} {directories} to watch, {most} watches a user may have"
    if needed > most * _MUCH:
        return Result("warn", "inotify", f"{finding}; raise the sysctl fs.inotify.max_user_watches")
    return Result("ok", "inotify", finding)


def _directories(folder: Folder) -> int:
    return sum(1 for _ in os.walk(folder.root)) if folder.recursive else 1


def _engine(
    settings: Settings, environment: Mapping[str, str], running: Iterable[Running] = ()
) -> Iterator[Result]:
    try:
        engine = choose_engine(settings, environment, callers=1)
        finding = engine.self_test()
        engine.close()
    except (EngineError, EngineMissingError) as error:
        yield Result("fail", "engine", "; ".join(filter(None, [str(error), error.advice])))
        return
    name = engine.identity.name
    scripts = policy_of(settings, name).scripts
    yield Result("ok", f"engine {name}", f"{finding}; {scripts}" if scripts else finding)
    yield from check_engine_in_use(name, settings, running)
    yield from checks_of(settings, name, environment)
    yield from check_folder_settings(settings, name, environment)
