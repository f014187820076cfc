"""The claims of one program on its folders, which are taken together."""

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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ocr_watcher.service.claim.holder import Holder

RHYTHM = Rhythm()
_ANSWER_SECONDS = 5.0
"""How long a start waits for the first word of a folder, which may hang."""
_END_SECONDS = 2.0


class Claims:
    """The claims of this process.

    Args:
        claims: By folder.
    """

    def __init__(self, claims: Mapping[str, Claim]) -> None:
        self._claims = claims

    def require(self, root: str) -> None:
        """Raise an error where a folder is not this program's at this moment.

        Raises:
            ClaimError: Another program works on it, or may do so.
        """
        claim = self._claims.get(root)
        obstacle = claim.obstacle if claim else None
        if obstacle is not None:
            raise ClaimError(f"the folder is left alone: {obstacle.reason}")

    @property
    def obstacles(self) -> dict[str, str]:
        """Why folders are not worked on, by folder; those that are, are left out."""
        found = ((root, claim.obstacle) for root, claim in self._claims.items())
        return {root: obstacle.reason for root, obstacle in found if obstacle is not None}

    @property
    def line(self) -> str:
        """The same in one line for people; empty where all folders are worked on."""
        return "; ".join(
            f"{printable(root)} is left alone: {why}" for root, why in self.obstacles.items()
        )


@contextlib.contextmanager
def hold(
    folders: Mapping[str, bool], engine: str, *, rhythm: Rhythm | None = None
) -> Iterator[Claims]:
    """Claim some folders.

    A folder that is away, or does not answer, is claimed when it is there.

    Args:
        folders: Whether each folder is worked on with the directories below it.
        engine: The name of the engine, for other programs to read.
        rhythm: How often the claims are renewed.

    Raises:
        OcrWatcherError: Another program works on one of them.
    """
    rhythm, us = rhythm or RHYTHM, this_process(engine)
    claims = {
        root: Claim(root, replace(us, recursive=recursive), rhythm)
        for root, recursive in folders.items()
    }
    try:
        for claim in claims.values():
            claim.start()
        _wait(claims, rhythm)
        for claim in claims.values():
            claim.begin()
        yield Claims(claims)
    finally:
        _stop(claims)


def holder_of(root: str) -> Holder | None:
    """Read who claims a folder, or did when it was killed; None where the file names nobody.

    Raises:
        OddFileError: What lies in the file's place is no lock file.
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


def _stop(claims: Mapping[str, Claim]) -> None:
    for claim in claims.values():
        claim.ask_to_stop()
    deadline = time.monotonic() + _END_SECONDS
    for claim in claims.values():
        claim.join(max(0.0, deadline - time.monotonic()))
