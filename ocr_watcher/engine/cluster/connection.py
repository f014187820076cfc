"""The connection to a scheduler, and through it to the workers."""

from __future__ import annotations

import contextlib
import logging
import threading
import uuid
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

import dask
from distributed import Client, Future
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker

from ocr_watcher.engine.cluster.abilities import ability
from ocr_watcher.engine.cluster.configuration import CONFIGURATION, take_over_logs
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

CONNECT_SECONDS = 10.0
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
        on_members: Called with the workers when the connection is made, and at each change.
    """

    def __init__(
        self, address: str, security: Security, on_members: Callable[[tuple[Member, ...]], None]
    ) -> None:
        self._address = address
        self._security = security
        self._on_members = on_members
        self._lock = threading.Lock()
        self._client: Client | None = None

    def open(self) -> Client:
        """Return the connection, made anew where there is none.

        Raises:
            OutageError: The scheduler cannot be reached.
        """
        with self._lock:
            if self._client is not None and self._client.status == "running":
                return self._client
            self._end()
            self._client = self._connected()
            return self._client

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
        client = self.open()
        futures: list[Future] = []
        try:
            futures.append(
                client.scatter(
                    page.data,
                    workers=[flight.worker],
                    direct=True,
                    hash=False,
                    timeout=CONNECT_SECONDS,
                )
            )
            futures.append(_submitted(client, futures[0], page, models))
            return _result(futures[1], flight, seconds)
        except KilledWorker as error:
            raise LostError(killed=error.allowed_failures + 1) from None
        except _FAULTS:
            gone = client.status == "running" and len(futures) > 1
            raise LostError(killed=int(gone)) from None
        finally:
            for future in futures:
                future.release()

    def close(self) -> None:
        """Close the connection; pages in flight are given up."""
        with self._lock:
            self._end()

    def _connected(self) -> Client:
        take_over_logs()
        try:
            with dask.config.set(CONFIGURATION):
                client = Client(
                    self._address,
                    security=self._security,
                    timeout=CONNECT_SECONDS,
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
        self._note(client.scheduler_info(n_workers=-1))

        async def on_event(event: tuple[float, dict[str, Any]]) -> None:
            if event[1].get("action") in _CHANGES:
                self._note(await client.scheduler.identity(n_workers=-1))

        client.subscribe_topic(_EVENTS, on_event)
        return client

    def _note(self, told: Any) -> None:
        try:
            members = members_in(told)
        except (*NONSENSE, AttributeError):
            _log.error("the scheduler of the cluster tells what makes no sense")
            return
        self._on_members(members)

    def _end(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*_FAULTS):
                if client.status == "running":
                    client.unsubscribe_topic(_EVENTS)  # else the scheduler tells of its own end
                client.close(timeout=_CLOSE_SECONDS)


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


def _result(future: Future, flight: Flight, seconds: float) -> object:
    future.add_done_callback(flight.end)
    if not flight.wait(seconds):
        raise TooSlowError
    if flight.is_lost and not future.done():
        raise LostError(killed=1)
    return future.result(timeout=CONNECT_SECONDS)


def _reason(error: BaseException) -> str:
    cause = error.__cause__ or error
    return getattr(cause, "strerror", None) or type(cause).__name__
