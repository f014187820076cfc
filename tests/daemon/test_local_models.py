"""Whatever ends the process of the local models, the daemon goes on and every image gets its text.

Most tests have a stand-in for the models, which starts in a fraction of a second.
"""

from __future__ import annotations

import functools
import io
import json
import os
import re
import signal
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.service.lock import hold
from tests.commands.program import MODULE
from tests.daemon.daemon import Daemon
from tests.engine.local.process.conftest import STAND_IN, models_of
from tests.engine.local.process.stand_in import KILLED, TAKES_A_WHILE
from tests.proc import is_gone, words_of
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.simulator.server import Simulator

WORKER = "ocr_watcher.engine.local.process.worker"
WITH_STAND_IN = f"""
from ocr_watcher.cli import main
from ocr_watcher.engine.local.process import models_process

models_process._WORKER = "{STAND_IN}"
main()
"""
OUT_OF_MEMORY = f"""
import itertools
{WITH_STAND_IN.replace("main()", "models_process.oom_kills = itertools.count().__next__; main()")}
"""
"""The same where each kill counts as one of the kernel's, for which memory has to run out."""
SOON = 20.0


@pytest.fixture
def local(simulator: Simulator, tmp_path: Path) -> functools.partial[Daemon]:
    """A daemon with the local engine, whose models are a stand-in."""
    settings: dict[str, Any] = {"engine": "local", "workers": 4}
    return functools.partial(
        Daemon, tmp_path, simulator, settings=settings, program=("-c", WITH_STAND_IN)
    )


def png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def drop(daemon: Daemon, widths: Iterable[int]) -> dict[str, str]:
    """Puts white pages into the folder; returns the texts that the stand-in gives them."""
    texts = {}
    for width in widths:
        file = daemon.folder / f"{width}.png"
        file.with_name(f".{width}").write_bytes(png(Image.new("L", (width, 40), "white")))
        file.with_name(f".{width}").rename(file)
        texts[file.name] = f"{width} x 40\n"
    return texts


def kill_models(daemon: Daemon, worker: str = STAND_IN) -> None:
    """Kills the process of the models as soon as there is one."""
    eventually(lambda: models_of(daemon.process.pid, worker))
    for pid in models_of(daemon.process.pid, worker):
        os.kill(pid, signal.SIGKILL)
        eventually(lambda pid=pid: is_gone(pid))


def test_models_that_are_killed_among_fifty_images_cost_none_of_them_its_text(local) -> None:
    with local() as daemon:
        expected = drop(daemon, range(300, 350))
        for done in (5, 20, 35):
            eventually(lambda done=done: len(daemon.texts()) >= done)
            kill_models(daemon)
        eventually(lambda: len(daemon.texts()) == 50)
        assert daemon.texts() == expected
        assert daemon.error_files() == daemon.hidden_files() == []
        assert "Traceback" not in daemon.log


def test_an_image_that_ends_the_models_each_time_fails_and_no_other_does(local) -> None:
    with local() as daemon:
        expected = drop(daemon, range(300, 320))
        drop(daemon, [KILLED])
        eventually(lambda: daemon.error_files() and len(daemon.texts()) == 20)
        assert daemon.texts() == expected
        (error,) = daemon.error_files()
        assert "engine-crashed" in error.read_text()
        assert "Traceback" not in daemon.log


@pytest.mark.slow
def test_a_shortage_of_memory_pauses_and_fails_no_image(local) -> None:
    with local(program=("-c", OUT_OF_MEMORY)) as daemon:
        drop(daemon, [KILLED])
        eventually(lambda: daemon.says("no calls are made"), 60)
        assert "memory ran out" in daemon.log
        engine = json.loads(daemon.beside("status", "--json").stdout)["engine"]
        assert "MemoryMax=" in engine["remedy"]
        expected = drop(daemon, range(300, 310))
        eventually(lambda: daemon.texts() == expected, 60)
        assert daemon.error_files() == []


def test_a_daemon_that_is_killed_takes_the_models_with_it(local) -> None:
    with local() as daemon:
        drop(daemon, [300])
        eventually(daemon.texts)
        (models,) = models_of(daemon.process.pid)
        daemon.process.kill()
        daemon.process.wait()
        eventually(lambda: is_gone(models), SOON)


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
def test_pages_in_the_models_are_read_to_their_end_when_the_daemon_is_asked_to_stop(
    local, number: signal.Signals
) -> None:
    with local(wrapper=("setsid",)) as daemon:
        for height, name in enumerate("abcde", start=40):  # no two are the same
            picture = png(Image.new("L", (TAKES_A_WHILE, height), "white"))
            (daemon.folder / f"{name}.png").write_bytes(picture)
        eventually(lambda: len(daemon.texts()) > 2)  # by then the last one has come to the models
        (models,) = models_of(daemon.process.pid)
        os.killpg(daemon.process.pid, number)  # as a terminal does, to each process
        assert daemon.process.wait(SOON) == 0
        assert is_gone(models)
        assert len(daemon.texts()) == 5
        assert daemon.error_files() == daemon.hidden_files() == []
        assert "Traceback" not in daemon.log
        assert "local models was killed" not in daemon.log


def test_the_keys_of_the_service_are_not_in_the_models_process(local, simulator) -> None:
    with local() as daemon:
        drop(daemon, [300])
        eventually(daemon.texts)
        (models,) = models_of(daemon.process.pid)
        assert any(simulator.secret_key in each for each in words_of(daemon.process.pid, "environ"))
        assert not any(simulator.secret_key in each for each in words_of(models, "environ"))


def reload(daemon: Daemon, **changes: Any) -> None:
    """Changes the settings, and waits until they are in force or refused."""
    answers = len(re.findall(r" watching |settings stay as they were", daemon.log))
    settings = yaml.safe_load(daemon.settings_file.read_text("utf-8"))
    daemon.settings_file.write_text(yaml.safe_dump(settings | changes), "utf-8")
    daemon.process.send_signal(signal.SIGHUP)
    eventually(
        lambda: len(re.findall(r" watching |settings stay as they were", daemon.log)) > answers
    )


LOADED = "the local models are loaded"


def test_a_reload_of_other_settings_keeps_the_models_that_are_loaded(local) -> None:
    with local() as daemon:
        expected = drop(daemon, range(300, 305))
        eventually(lambda: daemon.texts() == expected)
        process = models_of(daemon.process.pid)
        reload(daemon, workers=2)
        expected |= drop(daemon, range(305, 310))
        eventually(lambda: daemon.texts() == expected)
        assert models_of(daemon.process.pid) == process
        assert daemon.log.count(LOADED) == 1
        assert daemon.stop() == 0


def test_a_reload_of_other_models_loads_them_once_and_frees_those_before(local) -> None:
    with local() as daemon:
        expected = drop(daemon, [300])
        eventually(lambda: daemon.texts() == expected)
        before = models_of(daemon.process.pid)
        reload(daemon, local={"threads": 1})
        (after,) = models_of(daemon.process.pid)
        assert after not in before
        expected |= drop(daemon, [301])
        eventually(lambda: daemon.texts() == expected)
        assert models_of(daemon.process.pid) == {after}
        assert daemon.log.count(LOADED) == 2


@pytest.mark.slow
def test_a_refused_reload_leaves_one_process_of_the_models(local, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with local() as daemon:
        expected = drop(daemon, [300])
        eventually(lambda: daemon.texts() == expected)
        process = models_of(daemon.process.pid)
        reload(daemon, local={"models_dir": str(tmp_path / "nowhere")})
        assert models_of(daemon.process.pid) == process
        with hold({str(other): True}, "another"):
            folders = [str(daemon.folder), str(other)]
            reload(daemon, local={"threads": 1}, folders=folders)
        expected |= drop(daemon, [301])
        eventually(lambda: daemon.texts() == expected)
        assert len(models_of(daemon.process.pid)) == 1


@pytest.mark.slow
def test_the_models_themselves_are_killed_among_fifty_images(local) -> None:
    with local(program=MODULE) as daemon:
        expected = {}
        for number in range(10, 60):
            page = Image.new("L", (200, 200), "white")
            ImageDraw.Draw(page).text((20, 70), f"Page {number}", 0, ImageFont.load_default(40))
            (daemon.folder / f"{number}.png").write_bytes(png(page))
            expected[f"{number}.png"] = f"Page{number}\n"
        for done in (3, 25):
            eventually(lambda done=done: len(daemon.texts()) >= done)
            kill_models(daemon, WORKER)
        eventually(lambda: len(daemon.texts()) == 50)
        read = {name: re.sub("[ ]", "", text) for name, text in daemon.texts().items()}
        assert read == expected
        assert daemon.error_files() == []
        assert daemon.log.count("the local models are loaded") == 3
        assert daemon.log.count("the process of the local models was killed") == 2
