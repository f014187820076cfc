"""A desk as the pipeline builds it, with a ledger and a cache of pages."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from ocr_watcher.engine.guard import Guard
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.settings.model import Settings
from ocr_watcher.sidecars.state import State
from ocr_watcher.watch.tree import scan
from ocr_watcher.work.recognise import Recogniser
from tests.waiting import eventually
from tests.work.desk import Desk


class LedgerDesk(Desk):
    """A folder whose daemon may be started anew, with its memory or without.

    Args:
        root: The folder.
        state: The directory of the ledger; None keeps it in memory only, as if it could not be
            written.
        formats: What is written beside each image.
    """

    def __init__(self, root: Path, state: Path | None, formats: tuple[str, ...] = ("txt",)) -> None:
        root.mkdir(exist_ok=True)
        self._state = state
        super().__init__(root, formats=formats)
        self._open()

    def _open(self) -> None:
        state = self._state or Path("/dev/null/state")
        settings = Settings(state_dir=state)
        self.ledger = Ledger(state)
        reader = Guard(settings, [self.engine], self.ledger).guarded(self.engine)
        self.recogniser = Recogniser(
            {str(self.root): self.folder},
            lambda _root: reader,
            self.pages,
            recall=self.ledger.done_stamp_of,
            note_done=self.ledger.done,
            recall_hash=self.ledger.done_hash_of,
        )

    def restart(self) -> None:
        """Start the daemon anew; a ledger in memory is lost."""
        self.ledger.close()
        self._open()

    def close(self) -> None:
        self.ledger.close()
        super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def state(self) -> State:
        """What a scan says of the image."""
        (found,) = scan(self.folder, recall=self.ledger.done_stamp_of)
        return found.state

    def wait_for_a_tick(self) -> None:
        """Wait until the clock of the file system, which goes in steps of its own, goes on."""
        latest = max(path.lstat().st_ctime_ns for path in self.root.iterdir())
        probe = self.root / ".probe"

        def has_gone_on() -> bool:
            probe.unlink(missing_ok=True)
            probe.touch()
            return probe.stat().st_ctime_ns > latest

        eventually(has_gone_on, 2)
        probe.unlink()

    def scan_and_try(self) -> State:
        """What a scan says, after what it found waiting was tried."""
        if self.state() is State.WAITING:
            self.once()
        return self.state()

    @property
    def text(self) -> str:
        """The text beside the image."""
        return (self.root / "a.png.txt").read_text()
