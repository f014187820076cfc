"""The workers of a cluster, from the report of its scheduler, which is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher import __version__
from ocr_watcher.engine.cluster.abilities import version_and_models

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MOST_THREADS = 10_000
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Member:
    """A worker of the cluster.

    Attributes:
        address: Its address in the cluster, which changes with each start.
        machine: The host that it runs on.
        threads: The number of pages that it reads at once.
        version: The version of ocr-watcher on it; empty if it has loaded no models of ours.
        models: The names of its models.
    """

    address: str
    machine: str
    threads: int
    version: str = ""
    models: str = ""

    def why_not(self, models: str) -> str:
        """Return why it gets no pages for some models; empty if it does."""
        if not self.version:
            return "it has not loaded the models; start it with: ocr-watcher cluster worker"
        if self.version != __version__:
            return f"it has ocr-watcher {self.version}, and this machine {__version__}"
        if self.models != models:
            return f"it reads with {self.models}, and others with {models}"
        return ""


def members_in(told: Mapping[str, Any]) -> tuple[Member, ...]:
    """Return the workers in a scheduler's report.

    Raises:
        Exception: One of `NONSENSE`: the report is invalid.
    """
    return tuple(_member(address, each) for address, each in told["workers"].items())


def models_of(members: Iterable[Member]) -> str | None:
    """Return the models of the first worker with this version of the program, or None."""
    names = (member.models for member in members if member.version == __version__)
    return next(names, None)


def _member(address: object, told: Mapping[str, Any]) -> Member:
    threads = told["nthreads"]
    if type(threads) is not int or not 0 < threads <= _MOST_THREADS:
        raise ValueError
    abilities = filter(None, map(version_and_models, map(_text, told["resources"])))
    version, models = next(abilities, ("", ""))
    return Member(_text(address), _text(told["host"]), threads, version, models)


def _text(told: object) -> str:
    if not isinstance(told, str) or not told.isprintable() or len(told) > _LONGEST:
        raise ValueError
    return told
