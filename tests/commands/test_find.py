"""`ocr-watcher find`: images by the words of their texts, beside a daemon and without one."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.commands.program import command, in_this_process, write_settings
from tests.daemon.daemon import Daemon, write
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.simulator.server import Simulator

AS_NO_ROOT = ("unshare", "--map-user=1")
"""Also where root runs the tests, the process has no privilege over files."""


@pytest.fixture
def daemon(simulator: Simulator, tmp_path: Path) -> Daemon:
    """A daemon that does not run; two images have their texts."""
    daemon = Daemon(tmp_path, simulator)
    write(daemon.folder / "a.png", "Rye bread 苹果")
    write(daemon.folder / "deep/b.png", "Wheat bread 梨")
    assert daemon.once().stdout == "2 recognised, 0 failed, 0 waiting\n"
    return daemon


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["rye"], {"a.png"}),
        (["BREAD", "whe"], {"deep/b.png"}),
        (["bread"], {"a.png", "deep/b.png"}),
        (["苹果"], {"a.png"}),
        (["梨"], {"deep/b.png"}),
        (["b"], {"a.png", "deep/b.png"}),
        (["--", "-"], set()),
        (["pear"], set()),
    ],
)
def test_the_images_with_all_words_are_named_with_the_line(
    daemon: Daemon, words: Sequence[str], names: set[str]
) -> None:
    ended = daemon.beside("find", *words)
    texts = daemon.texts()
    assert set(ended.stdout.splitlines()) == {
        f"{daemon.folder}/{name}: {texts[name].strip()}" for name in names
    }
    assert (ended.returncode, ended.stderr) == (0 if names else 1, "")


def test_a_folder_with_searchable_pdfs_alone_is_searched_as_well(
    simulator: Simulator, tmp_path: Path
) -> None:
    chosen = {"baidu": {"endpoint": "general"}, "output": {"formats": ["pdf"]}}
    daemon = Daemon(tmp_path, simulator, settings=chosen)
    write(daemon.folder / "a.png", "Rye bread 苹果")
    write(daemon.folder / "b.png", "Wheat")
    daemon.once()
    ended = daemon.beside("find", "rye", "苹果")
    assert ended.stdout.startswith(f"{daemon.folder}/a.png: ")
    assert (ended.stdout.count("\n"), ended.returncode, ended.stderr) == (1, 0, "")


def test_json_has_an_object_for_each_image(daemon: Daemon) -> None:
    ended = daemon.beside("find", "--json", "rye")
    line = daemon.texts()["a.png"].strip()
    path = str(daemon.folder / "a.png")
    assert ended.stdout.count("\n") == 1
    assert json.loads(ended.stdout) == {"path": path, "page": 1, "line": line}
    assert ended.returncode == 0


def test_a_text_that_was_changed_or_removed_since_is_taken_as_it_is(daemon: Daemon) -> None:
    assert daemon.beside("find", "rye").returncode == 0
    (daemon.folder / "a.png.txt").write_text("spelt\n")
    shutil.rmtree(daemon.folder / "deep")
    assert daemon.beside("find", "rye").stdout == ""
    assert daemon.beside("find", "wheat").stdout == ""
    assert daemon.beside("find", "spelt").stdout == f"{daemon.folder}/a.png: spelt\n"


def test_a_lost_index_is_made_anew(daemon: Daemon) -> None:
    before = daemon.beside("find", "bread")
    for file in daemon.state.glob("index.sqlite*"):
        file.write_bytes(b"no index")
    after = daemon.beside("find", "bread")
    assert set(after.stdout.splitlines()) == set(before.stdout.splitlines())
    assert after.returncode == 0


def test_it_works_beside_the_daemon(daemon: Daemon) -> None:
    with daemon:
        write(daemon.folder / "c.png", "Spelt bread")
        eventually(lambda: "c.png" in daemon.texts())
        ended = daemon.process_beside("find", "spelt", "bread")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"{daemon.folder}/c.png: ")


def test_several_at_once_all_find_it(daemon: Daemon) -> None:
    for number in range(200):
        file = daemon.folder / f"{number}.png"
        write(file, "words")
        sidecar = file.with_name(file.name + ".txt")
        sidecar.write_text(f"wheel {number}\n")
        os.utime(sidecar, ns=(file.stat().st_mtime_ns,) * 2)
    words = command("find", "-c", daemon.settings_file, "wheel")
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(words, env=daemon.variables, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(3)
        ]
        outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert [len(output.splitlines()) for output in outputs] == [200] * 3
    assert [process.returncode for process in processes] == [0] * 3


def test_folders_of_every_daemon_of_the_user_are_searched(daemon: Daemon) -> None:
    variables = {name: value for name, value in daemon.variables.items() if "BAIDU" not in name}
    with daemon:
        ended = in_this_process("find", "rye", variables=variables)
    assert ended.stdout.startswith(f"{daemon.folder}/a.png: ")
    assert ended.returncode == 0


def test_folders_that_are_not_watched_any_more_are_not_searched(
    daemon: Daemon, tmp_path: Path
) -> None:
    assert daemon.beside("find", "rye").returncode == 0
    others = tmp_path / "others"
    others.mkdir()
    write_settings(daemon.settings_file, folders=[str(others)], state_dir=str(daemon.state))
    ended = daemon.beside("find", "rye")
    assert (ended.returncode, ended.stdout) == (1, "")


def test_a_directory_that_cannot_be_read_is_told_also_where_something_is_found(
    daemon: Daemon,
) -> None:
    closed = daemon.folder / "deep"
    closed.chmod(0)
    words = command("find", "-c", daemon.settings_file, "bread")
    ended = subprocess.run(
        [*AS_NO_ROOT, *words],
        env=daemon.variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    closed.chmod(0o700)
    if "unshare" in ended.stderr:
        pytest.skip("this machine lets its users make no namespaces")
    assert ended.returncode == 1
    assert ended.stdout.startswith(f"{daemon.folder}/a.png: ")
    assert f"{closed} cannot be read, so nothing in it is found" in ended.stderr


def test_a_folder_that_is_away_is_told(daemon: Daemon) -> None:
    daemon.folder.rename(daemon.folder.with_name("away"))
    ended = daemon.beside("find", "bread")
    assert ended.returncode == 1
    assert f"{daemon.folder} cannot be read: No such file or directory" in ended.stderr


def test_names_and_lines_cannot_disguise_themselves(daemon: Daemon) -> None:
    image = write(daemon.folder / "\x1b[31m\n\udcff.png", "words")
    sidecar = image.with_name(image.name + ".txt")
    sidecar.write_text("zebra \x1b]0;title\x07 \u202e\n")
    os.utime(sidecar, ns=(image.stat().st_mtime_ns,) * 2)
    ended = daemon.beside("find", "zebra")
    assert ended.stdout == (f"{daemon.folder}/\\x1b[31m\\n\\udcff.png: zebra  ]0;title  \\u202e\n")
    told = json.loads(daemon.beside("find", "--json", "zebra").stdout)
    assert told["path"] == f"{daemon.folder}/\\x1b[31m\\n\\udcff.png"


@pytest.mark.parametrize("words", [[], [""], [" ", "\n"]])
def test_without_a_word_the_usage_is_wrong(daemon: Daemon, words: Sequence[str]) -> None:
    ended = daemon.beside("find", *words)
    assert (ended.returncode, ended.stdout) == (2, "")


def test_wrong_settings_are_told(daemon: Daemon) -> None:
    write_settings(daemon.settings_file, folders=[str(daemon.folder)], no_key=1)
    assert daemon.beside("find", "rye").returncode == 78


def test_an_index_that_cannot_be_made_is_told_in_one_line(daemon: Daemon) -> None:
    for file in daemon.state.glob("index.sqlite*"):
        file.unlink()
    (daemon.state / "index.sqlite").mkdir()
    ended = daemon.beside("find", "rye")
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"ocr-watcher: the index in {daemon.state} cannot be used: ")
    assert ended.stderr.count("\n") == 1
