"""The text of a message.

Paths and the messages of services are hostile. Each becomes one line, without characters that a
terminal acts upon. Many targets render a text as Markdown or HTML. A name could then show a link to
another place, or notify all members of a chat, so the characters for markup are escaped as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ocr_watcher.escapes import printable
from ocr_watcher.values.moment import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.service.messages.notices import AllDone, Notices, Pausing

Kind = Literal["info", "success", "warning", "failure"]
"""The types of a message that Apprise knows; targets show them as colours or symbols."""

_LONGEST_PATH = 200
_LONGEST_TEXT = 160
_LONGEST_ADVICE = 400
_MOST_CHARACTERS = 16_000
"""The characters of a text after which further images are only counted."""
_MOST_ADVICE = 10
_ACTIVE = re.compile(r"[<>@*`|~\\]|\]\(|://")
"""The characters that begin a tag, a mention, an emphasis, code, a spoiler or a link, and the
backslash that begins an escape."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A message for people.

    Attributes:
        title: The summary in one line.
        body: The lines of the text.
        kind: Its type, which shows how serious it is.
    """

    title: str
    body: str
    kind: Kind = "info"


def inert(text: str) -> str:
    """Return a text on one line, without characters that a target could take for markup."""
    if _ACTIVE.search(text):
        text = _ACTIVE.sub(_escaped, text)
    return printable(text)


def _escaped(found: re.Match[str]) -> str:
    first, rest = found[0][0], found[0][1:]
    return f"\\x{ord(first):02x}{rest}"


def shown_path(path: str) -> str:
    """Return a path as a message shows it; a long one is cut at its beginning."""
    text = inert(path[-4 * _LONGEST_PATH :])
    return text if len(text) <= _LONGEST_PATH else f"…{text[-_LONGEST_PATH:]}"


def shown_text(text: str) -> str:
    """Return the text of a fault as a message shows it; a long one is cut at its end."""
    shown = inert(text[:_LONGEST_TEXT])
    return shown[:_LONGEST_TEXT] + "…" if len(text) > _LONGEST_TEXT else shown


def shown_advice(advice: str) -> str:
    """Return advice as a message shows it. It is text of this program, and may have addresses."""
    return printable(advice)[:_LONGEST_ADVICE]


def digest_of(notices: Notices, host: str) -> Digest:
    """Return the message about notices.

    Args:
        notices: The notices, with texts that the functions above returned.
        host: The name of this machine.
    """
    paused = [each for each in notices.pauses if not each.is_silent]
    parts = []
    if notices.failed:
        parts.append(f"{_images(notices.failed)} failed")
    if any(each.over is None for each in paused):
        parts.append("paused")
    elif paused:
        parts.append("resumed")
    if notices.done is not None:
        parts.append("all done")
    return Digest(
        f"ocr-watcher on {inert(host)[:60]}: {', '.join(parts)}",
        "\n".join(_lines(notices, paused)),
        _kind(notices, paused),
    )


def _kind(notices: Notices, paused: list[Pausing]) -> Kind:
    if notices.failed:
        return "failure"
    return "warning" if any(each.over is None for each in paused) else "success"


def _lines(notices: Notices, paused: list[Pausing]) -> Iterator[str]:
    for each in paused:
        yield from _about_pause(each)
    if notices.done is not None:
        yield _about_end(notices.done)
    if notices.failed:
        yield f"{_images(notices.failed)} failed:"
        yield from _about_failures(notices)


def _about_pause(pausing: Pausing) -> Iterator[str]:
    if not pausing.code:
        yield f"{pausing.who}: calls are made again since {_time(pausing.over or 0.0)}."
        return
    times = f"since {_time(pausing.since)}"
    if pausing.over is None:
        times += f", tried again at {_time(pausing.until)}"
    else:
        times += f", over since {_time(pausing.over)}"
    yield f"{pausing.who}: paused {times}: {pausing.message} ({pausing.code})"
    if pausing.advice and pausing.over is None:
        yield pausing.advice


def _about_end(done: AllDone) -> str:
    failed = f", {done.failed} failed" if done.failed else ""
    return f"All that came is done at {_time(done.moment)}: {done.recognised} recognised{failed}."


def _about_failures(notices: Notices) -> Iterator[str]:
    further = dict(notices.further)
    length = 0
    advice: dict[str, str] = {}
    for failure in notices.failures:
        line = f"{failure.path}: {failure.message} ({failure.code})"
        length += len(line)
        if length > _MOST_CHARACTERS:
            further[failure.code] = further.get(failure.code, 0) + 1
            continue
        advice.setdefault(failure.code, failure.advice)
        yield line
    if further:
        codes = ", ".join(f"{number} with {code}" for code, number in further.items())
        yield f"and {sum(further.values())} more: {codes}"
    given = [(code, text) for code, text in advice.items() if text]
    for code, text in given[:_MOST_ADVICE]:
        yield f"What to do about {code}: {text}"


def _images(number: int) -> str:
    return "1 image" if number == 1 else f"{number} images"


def _time(seconds: float) -> str:
    try:
        return moment(seconds)
    except (ValueError, OverflowError, OSError):  # no year of the calendar; the store is damaged
        return "an unknown time"
