"""The facts that people are told, as a value of bounded size."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_NAMED = 100
"""The largest number of failed images that are named; the others are counted."""
_MOST_CODES = 50
"""The most codes that are counted separately, as unknown codes come from a service."""
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Failure:
    """An image that failed for good.

    Attributes:
        path: The printable path of the image.
        code: The code of the fault.
        message: The message of the fault.
        advice: What a person can do about it; empty if there is nothing to do.
        image: A digest of the whole path, as a long path is only shown in part.
    """

    path: str
    code: str
    message: str
    advice: str
    image: str


@dataclass(frozen=True, slots=True)
class Pausing:
    """A pause that began, or is over.

    Attributes:
        who: The engine, and the endpoint if only its calls are paused.
        code: The code of the fault; empty if only the end of the pause is reported.
        message: The message of the fault.
        advice: What a person can do about it.
        since: The time when the pause began, in seconds since the epoch.
        until: The time of the next probe.
        over: The time when calls were made again; None while the pause lasts.
        is_silent: Whether this notice alone causes no message, as it only corrects an earlier one.
    """

    who: str
    code: str = ""
    message: str = ""
    advice: str = ""
    since: float = 0.0
    until: float = 0.0
    over: float | None = None
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class AllDone:
    """The notice that all images are done or failed.

    Attributes:
        recognised: The number of images that have their text.
        failed: The number of images that failed.
        moment: The time of the last one, in seconds since the epoch.
    """

    recognised: int
    failed: int
    moment: float


@dataclass(frozen=True, slots=True)
class Notices:
    """The notices for people.

    Attributes:
        failures: The failed images that are named, in the order of their failures.
        further: The number of further failed images, by code.
        pauses: The last pause of each engine and endpoint.
        done: The notice that all is done; None if it is not, or if nobody wants it.
    """

    failures: tuple[Failure, ...] = ()
    further: Mapping[str, int] = field(default_factory=dict)
    pauses: tuple[Pausing, ...] = ()
    done: AllDone | None = None

    def __bool__(self) -> bool:
        """Return whether the notices are a reason for a message."""
        spoken = any(not pause.is_silent for pause in self.pauses)
        return bool(self.failures or self.further or spoken or self.done)

    def __add__(self, later: Notices) -> Notices:
        """Return both notices together; the other ones are the later ones."""
        named = {each.image: each for each in (*self.failures, *later.failures)}
        failures = tuple(named.values())
        further = Counter(self.further) + Counter(later.further)
        further.update(each.code for each in failures[MOST_NAMED:])
        return Notices(
            failures=failures[:MOST_NAMED],
            further=_bounded(further),
            pauses=_joined_pauses(self.pauses, later.pauses),
            done=_joined_ends(self.done, later.done),
        )

    @property
    def failed(self) -> int:
        """The number of all failed images."""
        return len(self.failures) + sum(self.further.values())

    @property
    def number(self) -> int:
        """The number of notices."""
        spoken = sum(not pause.is_silent for pause in self.pauses)
        return self.failed + spoken + (self.done is not None)

    @property
    def is_only_counted(self) -> bool:
        """Whether a further failure would change only a number."""
        return len(self.failures) >= MOST_NAMED


def _bounded(further: Counter[str]) -> dict[str, int]:
    bounded: Counter[str] = Counter()
    for code, number in further.items():
        bounded[code if len(bounded) < _MOST_CODES or code in bounded else OTHER] += number
    return dict(bounded)


def _joined_pauses(earlier: tuple[Pausing, ...], later: tuple[Pausing, ...]) -> tuple[Pausing, ...]:
    joined = {each.who: each for each in earlier}
    for each in later:
        before = joined.get(each.who)
        if before is not None and before.code and not each.code:
            joined[each.who] = replace(before, over=each.over)
        else:
            joined[each.who] = each
    return tuple(joined.values())


def _joined_ends(earlier: AllDone | None, later: AllDone | None) -> AllDone | None:
    if earlier is None or later is None:
        return later or earlier
    return AllDone(
        earlier.recognised + later.recognised, earlier.failed + later.failed, later.moment
    )
