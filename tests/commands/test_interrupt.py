"""Ctrl-C: the program says at once that it stops, ends, and leaves nothing."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.commands.program import command, environment, write_settings
from tests.daemon.daemon import write
from tests.simulator.faults import Silence

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator


def started(*arguments: str | Path, variables: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*arguments),
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def file(tmp_path: Path, settings: dict[str, object]) -> Path:
    return write_settings(tmp_path / "config.yaml", **settings)


def said(process: subprocess.Popen[str], word: str) -> bool:
    assert process.stderr is not None
    return any(word in line for line in process.stderr)


def test_it_says_that_it_stops_while_calls_are_still_in_flight(
    file: Path, folder: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    simulator.fault = lambda _call: Silence()
    write(folder / "a.png", "words")
    with started("run", "--once", "-c", file, variables=with_keys) as process:
        simulator.wait_for(lambda: simulator.inside == 1, 20)
        process.send_signal(signal.SIGINT)
        assert said(process, "stopping signal=SIGINT")
        assert simulator.inside == 1
        simulator.release()
        output, _ = process.communicate(timeout=20)
    # The probe's answer lets nobody call any more, but was paid for: it is written.
    assert output == "1 recognised, 0 failed, 0 waiting\n"


def test_a_single_image_ends_at_once_without_a_word(
    file: Path, folder: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    simulator.fault = lambda _call: Silence()
    image = write(folder / "a.png", "words")
    with started("ocr", "-c", file, image, variables=with_keys) as process:
        simulator.wait_for(lambda: simulator.inside == 1, 20)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT  # a shell says 130
    assert (output, errors) == ("", "")
    assert [path.name for path in folder.iterdir()] == ["a.png"]


def dense_page(file: Path) -> None:
    """Draw a page that the models read for ten seconds or more."""
    page = Image.new("L", (2400, 3300), "white")
    draw, font, chance = ImageDraw.Draw(page), ImageFont.load_default(22), random.Random(1)
    for top in range(40, 3260, 30):
        words = ("".join(chance.choices("abcdefgh", k=chance.randint(3, 9))) for _ in range(28))
        draw.text((40, top), " ".join(words), fill="black", font=font)
    page.save(file)


@pytest.mark.slow
@pytest.mark.parametrize("after", [2.0, 4.0, 6.0])
def test_the_models_in_the_middle_of_pages_neither_hold_it_up_nor_abort_it(
    after: float, tmp_path: Path
) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(3):
        dense_page(folder / f"{number}.png")
    arguments = ("run", "--once", "--engine", "local", folder)
    with started(*arguments, variables=environment(tmp_path)) as process:
        said(process, "engine chosen")
        time.sleep(after)  # the moment is what varies: anywhere in the models' native code
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        took = time.monotonic() - asked
    assert (process.returncode, output) == (1, "0 recognised, 0 failed, 3 waiting\n")
    assert "stopping" in errors
    assert "terminate" not in errors
    assert took < 15  # a page takes longer
    assert sorted(path.name for path in folder.iterdir()) == ["0.png", "1.png", "2.png"]
