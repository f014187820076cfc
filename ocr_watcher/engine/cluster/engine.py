"""The engine that has pages read on the machines of a cluster."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING

from ocr_watcher.engine.cluster.connection import Connection
from ocr_watcher.engine.cluster.limits import LIMITS
from ocr_watcher.engine.cluster.machines import Machines
from ocr_watcher.engine.cluster.members import Member, models_of
from ocr_watcher.engine.cluster.remote_reader import LostError
from ocr_watcher.engine.cluster.slots import NoWorkersError, Slots
from ocr_watcher.engine.cluster.tries import Tries
from ocr_watcher.engine.cluster.wire import reading_in
from ocr_watcher.errors import EngineMissingError, OutageError, PausingError, TransientError
from ocr_watcher.escapes import printable
from ocr_watcher.logs.fields import fields
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.reading import EngineIdentity

if TYPE_CHECKING:
    from collections.abc import Callable

    from distributed.security import Security

    from ocr_watcher.values.machine import Machine
    from ocr_watcher.values.page import Limits, Page
    from ocr_watcher.values.reading import Reading

_log = logging.getLogger(__name__)

NAME = "cluster"

_FAULTS_OF_A_WORKER = (PausingError, TransientError, EngineMissingError)
"""The errors of a worker that another worker may not have."""

_GRACE_SECONDS = 5.0

_MOST_TOLD = 10
"""The most workers without pages for which `check` shows the reason."""

_NO_WORKERS = "no worker of the cluster can read a page"
_START_ONE = (
    "start one with: ocr-watcher cluster worker; see why others get none with: ocr-watcher check"
)


class ClusterEngine:
    """Has pages read by the workers of a cluster, as many at once as it has threads.

    Args:
        address: The address of the scheduler.
        security: The certificates, by which both ends prove their identity.
        models: The names of the models until a worker reports its models.
        heartbeats: The heartbeats of the threads; a thread's rests while it waits for a slot.
        page_seconds: The longest time for a page.
        grace: The seconds for which a page waits for the first worker.
    """

    def __init__(
        self,
        address: str,
        security: Security,
        *,
        models: str,
        heartbeats: Heartbeats | None = None,
        page_seconds: float = 600.0,
        grace: float = _GRACE_SECONDS,
    ) -> None:
        self._usual_models = models
        self._page_seconds = page_seconds
        self._members: tuple[Member, ...] = ()
        self._models: str | None = None
        self._left_out: frozenset[str] = frozenset()
        self._threads: dict[str, int] = {}
        self._machines = Machines()
        self._heartbeats = heartbeats or Heartbeats()
        self._slots = Slots(self._heartbeats, grace)
        self._connection = Connection(address, security, self._note)

    @cached_property
    def identity(self) -> EngineIdentity:
        """The names of the models, from the first worker; without a worker the shipped ones.

        A cluster that cannot be reached is no error here, as its images wait for it.
        """
        try:
            self._connection.open()
        except OutageError as error:
            _log.warning("%s", error, extra=fields(advice=error.advice))
        self._models = models_of(self._members) or self._usual_models
        self._note(self._members)
        return EngineIdentity(NAME, self._models)

    @property
    def limits(self) -> Limits:
        """The limits of a page, as for the same models on this machine."""
        return LIMITS

    @property
    def members(self) -> tuple[Member, ...]:
        """The workers in the last report of the scheduler."""
        return self._members

    @property
    def machines(self) -> tuple[Machine, ...]:
        """The machines of the cluster, with the number of pages that each reads."""
        return self._machines.of(self._members, self._models or self._usual_models)

    def follow(self, listener: Callable[[int], None]) -> None:
        """Call a listener with the number of pages that may be in flight, at each change."""
        self._slots.listen(listener)

    def recognise(self, page: Page) -> Reading:
        """Read a page on a worker. If the worker ends meanwhile, another one reads it.

        Raises:
            OutageError: The scheduler cannot be reached, there is no worker, or the page was lost
                again and again.
            DoubtfulImageError: The page ends workers (``engine-crashed``).
            EngineError: The error of the engines on several workers.
            Stopped: The engine was closed.
        """
        models = self.identity.endpoint
        tries = Tries()
        while True:
            self._heartbeats.beat()
            self._connection.open()
            try:
                with self._slots.slot(alone=tries.alone, avoided=tries.avoided) as slot:
                    told = self._connection.read(page, models, slot, self._page_seconds)
            except NoWorkersError:
                raise OutageError("no-workers", _NO_WORKERS, advice=_START_ONE) from None
            except LostError as lost:
                worker = slot.worker
                tries = tries.after_kill() if lost.killed else tries.after_loss(worker)
                continue
            try:
                return self._counted(reading_in(told, page), slot.worker)
            except _FAULTS_OF_A_WORKER as error:
                tries = tries.after_fault(slot.worker, error)

    def self_test(self) -> str:
        """Connect, and find out whether a worker can read.

        Raises:
            OutageError: The scheduler cannot be reached, or no worker can read.
        """
        models = self.identity.endpoint
        self._connection.open()
        fit = [member for member in self._members if not member.why_not(models)]
        if not fit:
            left_out = {f"{each.machine}: {each.why_not(models)}" for each in self._members}
            advice = "; ".join(sorted(left_out)[:_MOST_TOLD]) or _START_ONE
            raise OutageError("no-workers", _NO_WORKERS, advice=advice)
        machines = {member.machine for member in fit}
        threads = sum(member.threads for member in fit)
        return (
            f"{models} read on the cluster (machines: {len(machines)}, workers: {len(fit)}, "
            f"threads: {threads})"
        )

    def close(self) -> None:
        """Leave the cluster; pages in flight are given up."""
        self._slots.close()
        self._connection.close()

    def _note(self, members: tuple[Member, ...]) -> None:
        """Store the workers that the scheduler reported; called on the connection's thread."""
        self._members = members
        if self._models is None:
            return
        reasons = {member.address: member.why_not(self._models) for member in members}
        threads = {m.address: m.threads for m in members if not reasons[m.address]}
        left_out = {f"{m.machine}: {reasons[m.address]}" for m in members if reasons[m.address]}
        for why in sorted(left_out - self._left_out):
            _log.warning("a worker of the cluster gets no pages: %s", printable(why))
        self._left_out = frozenset(left_out)
        if threads != self._threads:
            self._threads = threads
            _log.info(
                "the workers of the cluster changed",
                extra=fields(workers=len(threads), threads=sum(threads.values())),
            )
            self._slots.set(threads)

    def _counted(self, reading: Reading, worker: str) -> Reading:
        for member in self._members:
            if member.address == worker:
                self._machines.read(member.machine)
        return reading
