"""What was paid is on the disk: after a power cut at most the calls in flight are made again."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ocr_watcher.ledger.ledger import Ledger
from tests.commands.program import MODULE
from tests.daemon.daemon import Daemon, write
from tests.daemon.power import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.simulator.server import Simulator

PAGES, IMAGES, WORKERS = 40, 60, 4
LATENCY = 0.02
_UNFLUSHED = """
from ocr_watcher.cli import main
from ocr_watcher.ledger.database import Database
Database._set_flushes = lambda *_: None
main()
"""


def document(folder: Path) -> None:
    """Writes one document of many pages, each of another content."""
    chance = random.Random(1)
    pages = [Image.frombytes("L", (40, 40), chance.randbytes(1600)) for _ in range(PAGES)]
    pages[0].save(folder / "document.tif", save_all=True, append_images=pages[1:])


def images(folder: Path) -> None:
    for number in range(IMAGES):
        write(folder / f"{number}.png", f"number {number}")


class Run:
    """Work of a daemon, the power cut at a moment of it, and the work after that.

    Attributes:
        paid: The calls that were billed before the cut.
        counted: Those of them that the ledger knows after it.
        again: The calls that were billed twice in the end.
        texts: The texts in the end.
    """

    def __init__(
        self,
        directory: Path,
        simulator: Simulator,
        fill: Callable[[Path], None],
        *,
        calls: int,
        delay: float = 0.0,
        program: Sequence[str] = MODULE,
    ) -> None:
        simulator.latency = LATENCY

        def start(place: Path) -> Daemon:
            (place / "scans").mkdir()
            fill(place / "scans")
            return Daemon(place, simulator, settings={"workers": WORKERS}, program=program)

        def moment(_: Daemon) -> None:
            simulator.wait_for(lambda: simulator._billed >= calls, 60)
            threading.Event().wait(delay)  # the moment is one of chance

        with cut(directory, start, moment) as place:
            simulator.wait_for(lambda: simulator.inside == 0, 20)
            self.paid = simulator.billed()
            with Ledger(place / "state") as ledger:
                self.counted = ledger.calls("2", "baidu")
            after = Daemon(place, simulator, settings={"workers": WORKERS})
            ended = after.process_beside("run", "--once")
            assert ended.returncode == 0, ended.stderr
            assert after.error_files() == after.hidden_files() == []
            self.texts = after.texts()
            with Ledger(place / "state") as ledger:
                self.counted_in_the_end = ledger.calls("2", "baidu")
        self.again = simulator.billed() - len({call.sha256 for call in simulator.calls})
        self.billed = simulator.billed()

    def holds(self, in_flight: int, *, pages: int) -> None:
        """Fails where more was lost than the calls that were in flight."""
        assert self.again <= in_flight
        assert self.billed <= pages + in_flight
        assert self.paid - in_flight <= self.counted <= self.paid
        assert self.counted_in_the_end == self.counted + self.billed - self.paid


def document_holds(directory: Path, simulator: Simulator, calls: int, delay: float) -> None:
    run = Run(directory, simulator, document, calls=calls, delay=delay)
    run.holds(1, pages=PAGES)
    pages = run.texts["document.tif"].split("\f")
    assert len(set(pages)) == PAGES


def images_hold(directory: Path, simulator: Simulator, calls: int, delay: float) -> None:
    run = Run(directory, simulator, images, calls=calls, delay=delay)
    run.holds(WORKERS, pages=IMAGES)
    assert run.texts == {f"{number}.png": f"number {number}\n" for number in range(IMAGES)}


@pytest.mark.slow
def test_of_a_document_cut_at_page_37_at_most_one_page_is_paid_again(
    simulator: Simulator, tmp_path: Path
) -> None:
    document_holds(tmp_path, simulator, 37, 0.0)


@pytest.mark.slow
def test_without_the_flushes_nearly_all_pages_are_paid_again(
    simulator: Simulator, tmp_path: Path
) -> None:
    """What the others hold can be lost: the disk here forgets what was not flushed."""
    run = Run(tmp_path, simulator, document, calls=37, program=("-c", _UNFLUSHED))
    assert run.again > 30
    assert run.counted < 7


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    ("holds", "most"), [(document_holds, PAGES), (images_hold, IMAGES)], ids=["document", "images"]
)
def test_at_any_moment_at_most_the_calls_in_flight_are_paid_again(
    simulator: Simulator,
    tmp_path: Path,
    seed: int,
    holds: Callable[[Path, Simulator, int, float], None],
    most: int,
) -> None:
    chance = random.Random(seed)
    holds(tmp_path, simulator, chance.randint(1, most), chance.uniform(0, 1.5 * LATENCY))
