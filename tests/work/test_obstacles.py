"""A directory or link in the place of a sidecar is a clear failure, and costs no call."""

from __future__ import annotations

import contextlib
import os
import socket
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.commands.why import print_reasons
from ocr_watcher.errors import ImageError
from ocr_watcher.service.daemon import Daemon
from ocr_watcher.settings.model import Settings
from ocr_watcher.sidecars.state import State
from ocr_watcher.values.outcome import Failed, Recognised
from tests.simulator.pictures import png
from tests.work.ledger_desk import LedgerDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def make_socket(path: Path) -> None:
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(path))


def make_device(path: Path) -> None:
    try:
        os.mknod(path, 0o20600, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")


KINDS: dict[str, Callable[[Path], object]] = {
    "a directory": os.mkdir,
    "a FIFO": os.mkfifo,
    "a link": lambda path: path.symlink_to("/etc/hostname"),
    "a socket": make_socket,
    "a device": make_device,
}
SIDECAR, ERROR_FILE = "a.png.txt", "a.png.ocr-error.json"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LedgerDesk]:
    with LedgerDesk(tmp_path / "scans", tmp_path / "state") as desk:
        desk.drop(png("words"))
        yield desk


def remove(path: Path) -> None:
    path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [SIDECAR, ERROR_FILE])
def test_an_image_beside_which_it_lies_fails_until_it_is_gone(
    desk: LedgerDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, place: str
) -> None:
    KINDS[kind](desk.root / place)
    assert desk.state() is State.FAILED
    with pytest.raises(ImageError) as raised:
        desk.once()
    assert raised.value.code == "not-a-file"
    assert str(raised.value) == f"{kind} lies where {place} is to be written"
    assert raised.value.advice.startswith(f"move {place} away")
    assert isinstance(desk.fail(raised.value), Failed)
    assert desk.state() is State.FAILED
    settings = Settings(folders=[{"path": str(desk.root)}], state_dir=tmp_path / "state")
    print_reasons([Daemon(settings, "fake", None)], [desk.root / "a.png"])
    assert f"failed with code not-a-file: {raised.value}" in capsys.readouterr().out
    if place == SIDECAR:
        assert desk.json(ERROR_FILE)["error"]["code"] == "not-a-file"
    assert desk.engine.calls == []

    remove(desk.root / place)
    assert desk.state() is State.WAITING
    assert isinstance(desk.once(), Recognised)
    assert desk.names() == ["a.png", "a.png.txt"]


def test_what_is_done_stays_done_whatever_lies_in_the_place_of_its_error_file(
    desk: LedgerDesk,
) -> None:
    desk.once()
    (desk.root / ERROR_FILE).mkdir()
    assert desk.state() is State.DONE
    desk.once()
    assert desk.state() is State.DONE
