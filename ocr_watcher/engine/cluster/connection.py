"""The connection to a scheduler, and through it to the workers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from typing import TYPE_CHECKING, Any

import dask
from distributed import Client

from ocr_watcher.engine.cluster.configuration import CONFIGURATION, take_over_logs
from ocr_watcher.engine.cluster.event_loop import EventLoop
from ocr_watcher.engine.cluster.members import Member, members_in
from ocr_watcher.engine.cluster.remote_reader import FAULTS, RemoteReader
from ocr_watcher.engine.cluster.validity import require_valid
from ocr_watcher.errors import OutageError, Stopped
from ocr_watcher.logs.repeats import repeating
from ocr_watcher.processes.wire import NONSENSE

if TYPE_CHECKING:
    from collections.abc import Callable

    from distributed.security import Security

    from ocr_watcher.engine.cluster.slots import Slot
    from ocr_watcher.values.page import Page

_log = logging.getLogger(__name__)

_CONNECT_SECONDS = 10.0
_CLOSE_SECONDS = 2.0
_ASK_SECONDS = 5.0
"""The seconds between two requests that test whether the scheduler answers."""
_ANSWER_SECONDS = 15.0
"""The seconds without an answer after which the scheduler counts as hanging."""
_EVENTS = "all"
_CHANGES = {"add-worker", "remove-worker", "worker-status-change"}


class Connection:
    """A connection to a scheduler, which is opened at its first use, and again if it is lost.

    Any number of threads may use it at once.

    Args:
        address: The address of the scheduler.
        security: The certificates, by which both ends prove their identity.
        on_members: Called with the workers when the connection is made, and at each change, on a
            thread of the connection.
    """

    def __init__(
        self, address: str, security: Security, on_members: Callable[[tuple[Member, ...]], None]
    ) -> None:
        self._address = address
        self._security = security
        self._on_members = on_members
        self._loop = EventLoop()
        self._opening: asyncio.Future[Client] | None = None
        self._client: Client | None = None
        self._watching: asyncio.Future[None] | None = None
        dask.config.set(CONFIGURATION)

    def open(self) -> None:
        """Connect if there is no connection.

        Raises:
            OutageError: The scheduler cannot be reached.
        """
        # This is called for each page, and a call of the loop costs a thread switch.
        if not self._is_there(self._client):
            self._loop.call(self._opened())

    def read(self, page: Page, models: str, slot: Slot, seconds: float) -> object:
        """Send a page to a worker, and wait for its reading.

        Args:
            page: The page.
            models: The names of the models that must read it.
            slot: Its slot on a worker.
            seconds: The longest time.

        Returns:
            The answer of the worker.

        Raises:
            LostError: The worker, the scheduler or the network is gone.
            OutageError: The scheduler cannot be reached.
            TransientError: Dask failed on the worker.
        """
        return self._loop.call(self._read(page, models, slot, seconds))

    def close(self) -> None:
        """Close the connection; pages in flight are given up. It may be called again."""
        with contextlib.suppress(Stopped):  # it was closed before
            self._loop.call(self._ended())
        self._loop.close()

    async def _opened(self) -> Client:
        if self._is_there(self._client):
            return self._client
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._opened_anew())
        # All threads that wait for it get the result of one try.
        return await asyncio.shield(self._opening)

    async def _opened_anew(self) -> Client:
        try:
            await self._ended()
            self._client = await self._connected()
            return self._client
        finally:
            self._opening = None

    async def _read(self, page: Page, models: str, slot: Slot, seconds: float) -> object:
        client = await self._opened()
        reader = RemoteReader(client, lambda: self._is_there(client), models, seconds)
        return await reader.read(page, slot)

    def _is_there(self, client: Client | None) -> bool:
        return client is not None and client.status == "running" and client is self._client

    async def _connected(self) -> Client:
        require_valid(self._security)
        take_over_logs()
        client = Client(
            self._address,
            asynchronous=True,
            security=self._security,
            timeout=_CONNECT_SECONDS,
            set_as_default=False,
            direct_to_workers=True,
            name="ocr-watcher",
        )
        try:
            async with asyncio.timeout(_CONNECT_SECONDS + _ANSWER_SECONDS):
                await client
                await self._look(client)
        except asyncio.CancelledError:  # the program stops, and Dask warns of a client left open
            await _left(client)
            raise
        except FAULTS as error:
            await _left(client)
            raise OutageError(
                "no-scheduler",
                f"the scheduler at {self._address} cannot be reached ({_reason(error)})",
                advice="see whether it runs (ocr-watcher cluster scheduler), and whether its "
                "authority signed the certificate of this machine (cluster.ca_file)",
            ) from None
        client.subscribe_topic(_EVENTS, lambda event: self._note_event(client, event))
        self._watching = asyncio.ensure_future(self._watch(client))
        return client

    async def _note_event(self, client: Client, event: tuple[float, dict[str, Any]]) -> None:
        if client is self._client and event[1].get("action") in _CHANGES:
            with contextlib.suppress(*FAULTS):  # the watch finds that out
                await self._look(client)

    async def _look(self, client: Client) -> None:
        async with asyncio.timeout(_ANSWER_SECONDS):
            told = await client.scheduler.identity(n_workers=-1)
        try:
            members = members_in(told)
        except (*NONSENSE, AttributeError):
            text = "the answer of the cluster's scheduler is invalid"
            _log.error(text, extra=repeating(text))
            return
        self._on_members(members)

    async def _watch(self, client: Client) -> None:
        """Close the connection to a scheduler that does not answer.

        If its machine or the network hangs, no connection ends by itself, so pages in flight would
        wait for hours.
        """
        with contextlib.suppress(*FAULTS):
            while client.status == "running":
                await asyncio.sleep(_ASK_SECONDS)
                # This finds changes before the subscription, and changes that were reported in
                # another order.
                await self._look(client)
        if client is self._client:
            self._client = None
            self._on_members(())
            await _left(client)

    async def _ended(self) -> None:
        client, self._client = self._client, None
        if self._watching is not None:
            self._watching.cancel()
        if client is not None:
            await _left(client)


async def _left(client: Client) -> None:
    with contextlib.suppress(*FAULTS):
        async with asyncio.timeout(2 * _CLOSE_SECONDS):
            if client.status == "running":
                client.unsubscribe_topic(_EVENTS)  # otherwise the scheduler would report this end
            await client.close(timeout=_CLOSE_SECONDS)


def _reason(error: BaseException) -> str:
    cause = error
    while cause.__cause__ is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__
    # OpenSSL's message about the scheduler's certificate, such as "certificate has expired".
    of_certificate = getattr(cause, "verify_message", None)
    return of_certificate or getattr(cause, "strerror", None) or type(cause).__name__
