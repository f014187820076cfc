"""Sends a page to a worker, and waits for its reading."""

from __future__ import annotations

import asyncio
import uuid
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker

from ocr_watcher.engine.cluster.abilities import ability
from ocr_watcher.engine.cluster.task import read
from ocr_watcher.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from distributed import Client

    from ocr_watcher.engine.cluster.slots import Slot
    from ocr_watcher.values.page import Page

FAULTS = (OSError, CommClosedError, TimeoutError, CancelledError)
"""The exceptions for a failed network, or for members that are gone."""

_SEND_SECONDS = 60.0
"""The longest time for a page to reach its worker, in seconds. The largest page takes that long at
10 Mbit/s. A reading has the same time for the way back."""


class LostError(Exception):
    """A page was not read, as the worker, the scheduler or the network is gone.

    Attributes:
        killed: Whether a worker ended while it may have read the page.
    """

    def __init__(self, *, killed: bool) -> None:
        super().__init__(killed)
        self.killed = killed


@dataclass(frozen=True, slots=True)
class RemoteReader:
    """Sends pages to workers, and receives their readings.

    Attributes:
        client: The connection to the scheduler.
        is_connected: Whether it is still there.
        models: The names of the models that must read the pages.
        seconds: The longest time for a page. The worker itself ends a page that takes too long, so
            a page that takes longer was lost.
    """

    client: Client
    is_connected: Callable[[], bool]
    models: str
    seconds: float

    async def read(self, page: Page, slot: Slot) -> object:
        """Send a page to a worker, and wait for its reading.

        Args:
            page: The page.
            slot: Its slot on a worker.

        Returns:
            The answer of the worker.

        Raises:
            LostError: The worker, the scheduler or the network is gone.
            TransientError: Dask failed on the worker.
        """
        sent = asyncio.Event()
        answer = asyncio.ensure_future(self._answer(page, slot.worker, sent))
        lost = asyncio.wrap_future(slot.lost)
        either: list[asyncio.Future[Any]] = [answer, lost]
        try:
            # Dask does not report every loss.
            await asyncio.wait(either, timeout=self.seconds, return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return answer.result()
            killed = lost.done()
        except (KilledWorker, CancelledError):
            # Dask cancels the task if the only copy of the picture was lost with the worker.
            killed = True
        except FAULTS:  # of the network: the page was not sent yet, or its reading was not received
            killed = False
        except Exception as error:  # whatever class another member chose for it
            raise TransientError(
                "worker-failed", f"a fault of Dask on a worker ({type(error).__name__})"
            ) from None
        finally:
            answer.cancel()
        raise LostError(killed=killed and sent.is_set() and self.is_connected())

    async def _answer(self, page: Page, worker: str, sent: asyncio.Event) -> object:
        async with asyncio.timeout(_SEND_SECONDS):
            data = await self.client.scatter(
                page.data,
                workers=[worker],
                direct=True,
                hash=False,  # otherwise it would hash each page again
                timeout=_SEND_SECONDS,
            )
        future = self.client.submit(
            read,
            data,
            page.format,
            page.width,
            page.height,
            key=f"ocr-watcher-{uuid.uuid4().hex}",
            pure=False,
            resources={ability(self.models): 1},
        )
        sent.set()
        try:
            await future.exception()  # the end of the reading; it raises nothing
            async with asyncio.timeout(_SEND_SECONDS):
                return await future
        finally:
            future.release()
