"""The connection to a scheduler, and through it to the workers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

import dask
from distributed import Client, Future
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker

from ocr_watcher.engine.cluster.abilities import ability
from ocr_watcher.engine.cluster.configuration import CONFIGURATION, take_over_logs
from ocr_watcher.engine.cluster.event_loop import EventLoop
from ocr_watcher.engine.cluster.members import Member, members_in
from ocr_watcher.engine.cluster.task import read
from ocr_watcher.errors import OutageError
from ocr_watcher.processes.wire import NONSENSE

if TYPE_CHECKING:
    from collections.abc import Callable

    from distributed.security import Security

    from ocr_watcher.engine.cluster.slots import Flight
    from ocr_watcher.values.page import Page

_log = logging.getLogger(__name__)

_CONNECT_SECONDS = 10.0
_CLOSE_SECONDS = 2.0
_EVENTS = "all"
_CHANGES = {"add-worker", "remove-worker", "worker-status-change"}

_FAULTS = (OSError, CommClosedError, TimeoutError, CancelledError)
"""The exceptions of a network and of members that are gone."""


class LostError(Exception):
    """A page was not read, as the worker or the scheduler is gone.

    Attributes:
        killed: The number of workers that ended while they may have read the page.
    """

    def __init__(self, killed: int) -> None:
        super().__init__(killed)
        self.killed = killed


class TooSlowError(Exception):
    """No worker read a page in time. `TimeoutError` is raised by networks as well."""


class Connection:
    """A connection to a scheduler, which is made when it is first needed, and again if it is lost.

    Any number of threads may use it at once.

    Args:
        address: The address of the scheduler.
        security: How both ends prove who they are.
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
        self._opening = asyncio.Lock()
        self._client: Client | None = None

    def open(self) -> None:
        """Connect, where there is no connection.

        Raises:
            OutageError: The scheduler cannot be reached.
        """
        self._loop.call(self._opened())

    def read(self, page: Page, models: str, flight: Flight, seconds: float) -> object:
        """Have a worker read a page.

        Args:
            page: The page.
            models: The names of the models that it is to be read with.
            flight: Its place.
            seconds: The longest time.

        Returns:
            What the worker answered.

        Raises:
            LostError: The worker or the scheduler is gone.
            OutageError: The scheduler cannot be reached.
            TooSlowError: It took too long.
        """
        return self._loop.call(self._read(page, models, flight, seconds))

    def close(self) -> None:
        """Close the connection; pages in flight are given up."""
        self._loop.call(self._ended())
        self._loop.close()

    async def _opened(self) -> Client:
        async with self._opening:
            if self._client is None or self._client.status != "running":
                await self._ended()
                self._client = await self._connected()
            return self._client

    async def _read(self, page: Page, models: str, flight: Flight, seconds: float) -> object:
        client = await self._opened()
        sent = False
        try:
            data = await client.scatter(
                page.data,
                workers=[flight.worker],
                direct=True,
                hash=False,  # it would hash each page once more
                timeout=_CONNECT_SECONDS,
            )
            sent = True
            return await _answered(_submitted(client, data, page, models), flight, seconds)
        except KilledWorker as error:
            raise LostError(killed=error.allowed_failures + 1) from None
        except _FAULTS:
            raise LostError(killed=int(sent and client.status == "running")) from None

    async def _connected(self) -> Client:
        take_over_logs()
        try:
            with dask.config.set(CONFIGURATION):
                client = await Client(
                    self._address,
                    asynchronous=True,
                    security=self._security,
                    timeout=_CONNECT_SECONDS,
                    set_as_default=False,
                    direct_to_workers=True,
                    name="ocr-watcher",
                )
        except _FAULTS as error:
            raise OutageError(
                "no-scheduler",
                f"the scheduler at {self._address} cannot be reached ({_reason(error)})",
                advice="See whether it runs (ocr-watcher cluster scheduler), and whether its "
                "authority signed the certificate of this machine (cluster.ca_file).",
            ) from None
        await self._look(client)
        client.subscribe_topic(_EVENTS, lambda event: self._note_event(client, event))
        return client

    async def _note_event(self, client: Client, event: tuple[float, dict[str, Any]]) -> None:
        if event[1].get("action") in _CHANGES:
            with contextlib.suppress(*_FAULTS):  # the next page finds out
                await self._look(client)

    async def _look(self, client: Client) -> None:
        told = await client.scheduler.identity(n_workers=-1)
        try:
            members = members_in(told)
        except (*NONSENSE, AttributeError):
            _log.error("the scheduler of the cluster tells what makes no sense")
            return
        self._on_members(members)

    async def _ended(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        with contextlib.suppress(*_FAULTS):
            if client.status == "running":
                client.unsubscribe_topic(_EVENTS)  # else the scheduler would tell of this end
            await client.close(timeout=_CLOSE_SECONDS)


def _submitted(client: Client, data: Future, page: Page, models: str) -> Future:
    return client.submit(
        read,
        data,
        page.format,
        page.width,
        page.height,
        key=f"ocr-watcher-{uuid.uuid4().hex}",
        pure=False,
        resources={ability(models): 1},
    )


async def _answered(future: Future, flight: Flight, seconds: float) -> object:
    """Wait for an answer, or until its worker is lost; Dask does not tell of each loss."""
    answer = asyncio.ensure_future(_result(future))
    lost = asyncio.wrap_future(flight.lost)
    either: list[asyncio.Future[Any]] = [answer, lost]
    try:
        await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        if lost.done():
            raise LostError(killed=1)
        raise TooSlowError
    finally:
        answer.cancel()
        future.release()


async def _result(future: Future) -> object:
    return await future


def _reason(error: BaseException) -> str:
    cause = error.__cause__ or error
    return getattr(cause, "strerror", None) or type(cause).__name__
