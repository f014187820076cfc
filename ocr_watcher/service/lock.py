"""The claims of one program on all of its folders."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.errors import ClaimError
from ocr_watcher.escapes import printable
from ocr_watcher.service.claim.claim import Claim
from ocr_watcher.service.claim.holder import this_process
from ocr_watcher.service.claim.lock_file import lock_file_of
from ocr_watcher.service.claim.verdict import Rhythm
from ocr_watcher.threads.halt import Halt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ocr_watcher.service.claim.holder import Holder

RHYTHM = Rhythm()
_ANSWER_SECONDS = 5.0
"""The longest time that a start waits for the first answer of a folder, which may hang."""
_END_SECONDS = 2.0


class Claims:
    """The claims of this process.

    Args:
        claims: The claims by folder.
    """

    def __init__(self, claims: Mapping[str, Claim]) -> None:
        self._claims = claims

    def require(self, root: str) -> None:
        """Raise an error if this program may not work on a folder at this moment.

        Raises:
            ClaimError: Another program works on it, or may do so.
        """
        claim = self._claims.get(root)
        obstacle = claim.obstacle if claim else None
        if obstacle is not None:
            raise ClaimError(f"the folder is left alone: {obstacle.reason}")

    @property
    def obstacles(self) -> dict[str, str]:
        """The reasons why folders are not worked on, by folder, without the folders that are."""
        found = ((root, claim.obstacle) for root, claim in self._claims.items())
        return {root: obstacle.reason for root, obstacle in found if obstacle is not None}

    @property
    def line(self) -> str:
        """The obstacles in one line for people; empty if all folders are worked on."""
        return "; ".join(
            f"{printable(root)} is left alone: {why}" for root, why in self.obstacles.items()
        )


@contextlib.contextmanager
def hold(
    folders: Mapping[str, bool],
    engine: str,
    *,
    rhythm: Rhythm | None = None,
    halt: Halt | None = None,
) -> Iterator[Claims]:
    """Claim some folders.

    A folder that is missing, or does not answer, is claimed when it is available.

    Args:
        folders: The folders, each with whether the directories below it are worked on too.
        engine: The name of the engine, for the lock files.
        rhythm: The intervals of the renewals.
        halt: The request to stop, which ends the wait for the folders.

    Raises:
        OcrWatcherError: Another program works on one of them.
        Stopped: There is a request to stop.
    """
    halt = halt or Halt()
    rhythm, us = rhythm or RHYTHM, this_process(engine)
    claims = {
        root: Claim(root, replace(us, recursive=recursive), rhythm)
        for root, recursive in folders.items()
    }
    try:
        for claim in claims.values():
            claim.start()
        with halt.ending(lambda: _ask_to_stop(claims)):
            _wait(claims, rhythm)
        halt.obey()
        for claim in claims.values():
            claim.begin()
        yield Claims(claims)
    finally:
        _stop(claims)


def holder_of(root: str) -> Holder | None:
    """Return the holder that the lock file of a folder names; None if it names none.

    A holder that was killed left its name in the file.

    Raises:
        OddFileError: The name of the lock file belongs to a link, a directory or the like.
    """
    with contextlib.suppress(OSError), lock_file_of(root) as file:
        look = file.look()
        return look.holder if look else None
    return None


def _wait(claims: Mapping[str, Claim], rhythm: Rhythm) -> None:
    begun = time.monotonic()
    for claim in claims.values():
        if not claim.answered.wait(max(0.0, begun + _ANSWER_SECONDS - time.monotonic())):
            continue
        last = begun + rhythm.patience + 3 * rhythm.beat
        claim.decided.wait(max(0.0, last - time.monotonic()))
        obstacle = claim.obstacle
        if obstacle is not None and obstacle.error is not None:
            raise obstacle.error


def _ask_to_stop(claims: Mapping[str, Claim]) -> None:
    for claim in claims.values():
        claim.ask_to_stop()


def _stop(claims: Mapping[str, Claim]) -> None:
    _ask_to_stop(claims)
    deadline = time.monotonic() + _END_SECONDS
    for claim in claims.values():
        claim.join(max(0.0, deadline - time.monotonic()))
