"""An engine is added by one module, and everything that asks for an engine has it."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click import Context

import ocr_watcher
from ocr_watcher.assemble import assemble
from ocr_watcher.cli import main
from ocr_watcher.engine.choose import name_of_choice, policy_of
from ocr_watcher.engine.description import Policy
from ocr_watcher.engine.registry import AUTO, ENGINES
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.settings.model import Settings, settings_model
from tests.commands.program import environment, in_this_process, write_settings
from tests.engine.toy import DESCRIPTION, ToyEngine, ToySettings
from tests.simulator.pictures import png

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import CompletedProcess


@pytest.fixture(autouse=True)
def toy() -> Iterator[None]:
    ENGINES.register(DESCRIPTION)
    yield
    ENGINES.unregister("toy")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    (folder / "a.png").write_bytes(png("whatever"))
    return folder


def run(
    tmp_path: Path, *arguments: str | Path, no_toy: bool = False, **settings: object
) -> CompletedProcess[str]:
    """Runs a command with the engine `toy`, unless the settings say otherwise."""
    state = str(tmp_path / "state")
    given = {"engine": "toy", "settle_seconds": 0.05, "state_dir": state, **settings}
    file = write_settings(tmp_path / "config.yaml", **given)
    variables = environment(tmp_path, **({"NO_TOY": "1"} if no_toy else {}))
    return in_this_process(*arguments, "-c", file, variables=variables)


def test_it_writes_the_texts_of_a_folder(tmp_path: Path, folder: Path) -> None:
    ended = run(tmp_path, "run", "--once", folder, toy={"words": "wooden"})
    assert (ended.returncode, ended.stdout) == (0, "1 recognised, 0 failed, 0 waiting\n")
    assert (folder / "a.png.txt").read_text() == "wooden\n"


def test_it_is_a_choice_on_the_command_line(tmp_path: Path, folder: Path) -> None:
    ended = run(tmp_path, "ocr", "--engine", "toy", folder / "a.png", engine="local")
    assert (ended.returncode, ended.stdout) == (0, "toy\n")
    assert "[baidu|cluster|local|toy]" in run(tmp_path, "ocr", "--help").stdout


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"toy": {"wrods": "x"}}, "toy.wrods: unknown key; did you mean toy.words?"),
        ({"toy": {"words": 4}}, "toy.words: must be a text (in quotes where it looks like a"),
        ({"toy": {"words": "broken"}}, "toy.words: no toy says that"),
        ({"toys": {}}, "toys: unknown key; did you mean toy?"),
        (
            {"engine": "tyo"},
            "engine: must be 'auto', 'baidu', 'cluster', 'local' or 'toy', not \"tyo\"",
        ),
    ],
)
def test_its_settings_are_checked(
    tmp_path: Path, folder: Path, settings: dict[str, object], problem: str
) -> None:
    ended = run(tmp_path, "run", "--once", folder, **settings)
    assert ended.returncode == 78
    assert ended.stderr.startswith(f"ocr-watcher: {problem}")


def test_the_check_probes_it_and_has_checks_of_its_own(tmp_path: Path, folder: Path) -> None:
    ended = run(tmp_path, "check", folder, toy={"words": "tick"})
    assert ended.stdout.splitlines()[-2:] == [
        "ok    engine toy: it is wound up; it knows one word",
        "warn  spring: it will say tick",
    ]


def test_where_it_is_not_installed_the_command_that_installs_it_is_told(
    tmp_path: Path, folder: Path
) -> None:
    ended = run(tmp_path, "run", "--once", folder, no_toy=True)
    assert ended.returncode == 78
    assert "the toy is not there; install it with: buy a toy\n" in ended.stderr


def test_its_daily_limit_counts_by_its_own_calendar(tmp_path: Path, folder: Path) -> None:
    (folder / "b.png").write_bytes(png("another"))
    settings = {"toy": {"daily_limit": 1}, "workers": 1}
    ended = run(tmp_path, "run", "--once", folder, **settings)
    assert ended.stdout == "1 recognised, 0 failed, 1 waiting\n"
    assert "raise toy.daily_limit, or wait for tomorrow" in ended.stderr
    status = json.loads(run(tmp_path, "status", "--json", folder, **settings).stdout)
    assert (status["engine"]["name"], status["calls"]["today"]) == ("toy", 1)


def test_its_policy_says_what_is_late_and_what_is_waited_for(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    with Ledger(tmp_path) as ledger:
        pipeline = assemble(settings, ToyEngine("toy"), ledger)
        assert policy_of(settings, "toy").longest_call_seconds == 7
        assert pipeline.patience < 2
        pipeline.stop()


def test_the_automatic_choice_tries_it_last(tmp_path: Path) -> None:
    assert ENGINES.names == ("baidu", "cluster", "local", "toy")
    assert name_of_choice(Settings(state_dir=tmp_path), {}) == "local"


def test_a_name_that_is_taken_is_refused() -> None:
    for name in ("toy", "baidu", AUTO):
        with pytest.raises(ValueError, match=f"an engine cannot be named '{name}': .* taken"):
            ENGINES.register(replace(DESCRIPTION, name=name))
    assert [description.name for description in ENGINES] == ["baidu", "cluster", "local", "toy"]


def test_a_name_that_a_setting_has_is_refused() -> None:
    ENGINES.register(replace(DESCRIPTION, name="log"))
    try:
        with pytest.raises(ValueError, match="an engine cannot be named 'log'"):
            settings_model()
    finally:
        ENGINES.unregister("log")


def test_a_name_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(
        LookupError, match="no engine is named 'abacus'; there are baidu, cluster, local, "
    ):
        ENGINES.named("abacus")
    assert policy_of(Settings(state_dir="/state"), "abacus") == Policy()


def test_an_engine_may_have_no_settings(tmp_path: Path, folder: Path) -> None:
    plain = replace(
        DESCRIPTION,
        name="plain",
        settings=None,
        obstacle=lambda _section, _environment: None,
        make=lambda _context: ToyEngine("plain"),
        policy=lambda _section: Policy(),
    )
    ENGINES.register(plain)
    try:
        assert run(tmp_path, "ocr", folder / "a.png", engine="plain").stdout == "plain\n"
        ended = run(tmp_path, "ocr", folder / "a.png", engine="plain", plain={})
        assert "plain: unknown key" in ended.stderr
    finally:
        ENGINES.unregister("plain")


def test_a_shell_completes_its_name() -> None:
    (option,) = (param for param in main.params if param.name == "engine")
    completed = option.type.shell_complete(Context(main), option, "to")
    assert [item.value for item in completed] == ["toy"]


def strings_of(file: Path) -> set[object]:
    """The constants of a module."""
    tree = ast.parse(file.read_text("utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}


def test_no_module_beside_the_registry_and_the_engines_own_names_an_engine() -> None:
    package = Path(ocr_watcher.__file__).parent
    own = {package / "engine" / name for name in ENGINES.names}
    naming = [
        file
        for file in package.rglob("*.py")
        if strings_of(file) & {*ENGINES.names} and not own & {*file.parents}
    ]
    assert naming == [package / "engine" / "registry.py"]


def test_settings_have_the_section_of_an_engine_also_where_nothing_is_set() -> None:
    assert Settings(state_dir="/state").section(ToySettings) == ToySettings()
    given = settings_model()(state_dir="/state", toy=ToySettings(words="set"))
    assert given.section(ToySettings).words == "set"
