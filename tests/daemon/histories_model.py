"""The expected result of a history, whatever the daemon was doing; pure functions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

_IGNORED_PREFIXES = (".", "~")
_IGNORED_SUFFIX = ".part"


@dataclass(frozen=True, slots=True)
class Content:
    """A content of an image.

    Attributes:
        data: Its bytes.
        words: What is read on it; None where it has no text to give.
    """

    data: bytes
    words: str | None

    @property
    def text(self) -> str:
        """What the file with its text holds."""
        return f"{self.words}\n" if self.words else ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to lie at a name.

    Attributes:
        content: The content of the image.
        texts: Any of these may be its text: what is read on it, and what a person made of that.
    """

    content: Content
    texts: frozenset[str]


class Model:
    """Which images are there, what must lie beside each, and how many calls that may cost.

    Attributes:
        images: What is to lie at each name, ignored ones included.
        owners: Every name that files of the program may belong to, for an image was there.
        finished: The images that have had all that is to lie beside them, undisturbed since.
        dated_back: The images that only the ledger tells to have changed.
        ledger_was_lost: Whether it was, ever.
        calls: How many of them each content may have cost, by its words, if no answer was lost.
    """

    def __init__(self) -> None:
        self.images: dict[str, Expected] = {}
        self.owners: set[str] = set()
        self.finished: set[str] = set()
        self.dated_back: set[str] = set()
        self.ledger_was_lost = False
        self.calls: Counter[str] = Counter()
        self._paid: set[str] = set()
        self._at_stake: set[str] = set()
        self._perhaps_left_behind: set[str] = set()

    def wanted(self) -> dict[str, Expected]:
        """The images that are to be read."""
        return {name: expected for name, expected in self.images.items() if is_wanted(name)}

    def came(self, name: str, content: Content, *, dated_back: bool = False) -> None:
        """An image was written, or took the place of another one."""
        self._place(name, Expected(content, frozenset({content.text})))
        if dated_back:
            self.dated_back.add(name)

    def went(self, name: str) -> Expected:
        """An image was deleted, or moved away; what lies beside it stays."""
        self._disturb(name)
        return self.images.pop(name)

    def renamed(self, source: str, target: str, *, noticed: bool) -> None:
        """An image was renamed.

        Args:
            source: Its name before.
            target: Its name now.
            noticed: Whether the daemon runs: then the files beside it follow. They do not
                where such files lie already, nor where the directory is too new to be watched.
        """
        follows = noticed and target not in self.owners and _is_old(source) and _is_old(target)
        takes_a_place = target in self.owners
        expected = self.went(source)
        if not follows:
            expected = _perhaps_plain(expected)
        if source in self.owners:
            self.owners.add(target)
        self._place(target, expected)
        if follows:
            self._perhaps_left_behind.add(target)
        if takes_a_place:
            self.dated_back.add(target)

    def directory_renamed(self, source: str, target: str) -> None:
        """A directory was renamed, and all in it came along."""
        moved = {name: _moved(name, source, target) for name in self.owners | set(self.images)}
        self.images = {moved[name]: expected for name, expected in self.images.items()}
        self.owners |= {moved[name] for name in self.owners}
        for names in (self.finished, self.dated_back, self._perhaps_left_behind):
            renamed = {moved[name] for name in names}
            names.clear()
            names.update(renamed)

    def sidecar_went(self, name: str, *, text: bool) -> None:
        """A file beside an image was deleted, or was not there; a person's work goes with a text.

        Still only the ledger tells that an image was replaced by an older one.
        """
        self.finished.discard(name)
        self._perhaps_left_behind.discard(name)
        if text:
            expected = self.images[name]
            self.images[name] = replace(expected, texts=frozenset({expected.content.text}))
        self._may_cost(name)

    def edited(self, name: str, text: str) -> None:
        """A person wrote another text into the file beside an image."""
        self.images[name] = replace(self.images[name], texts=frozenset({text}))

    def daemon_ended(self) -> None:
        """It may not have come to rename what lay beside a renamed image."""
        for name in self._perhaps_left_behind & set(self.images):
            self.images[name] = _perhaps_plain(self.images[name])
        self._perhaps_left_behind.clear()

    def ledger_went(self) -> None:
        """What is not finished may be paid for once more."""
        self.ledger_was_lost = True
        self._paid.clear()
        for name in set(self.images) - self.finished:
            self._may_cost(name)

    def calls_in_flight(self, workers: int) -> int:
        """How many calls may be under way, whose answers can be lost."""
        return min(workers, len(self._at_stake))

    def settled(self, texts: dict[str, str]) -> None:
        """Everything was found to be as expected, and the texts are these."""
        for name, expected in self.wanted().items():
            if expected.content.words is not None:
                self.images[name] = replace(expected, texts=frozenset({texts[name]}))
        self.finished = set(self.wanted())
        self._at_stake.clear()
        self.dated_back.clear()
        self._perhaps_left_behind.clear()

    def _place(self, name: str, expected: Expected) -> None:
        self._disturb(name)
        self.images[name] = expected
        if is_wanted(name):
            self.owners.add(name)
        self._may_cost(name)

    def _disturb(self, name: str) -> None:
        self.finished.discard(name)
        self.dated_back.discard(name)
        self._perhaps_left_behind.discard(name)

    def _may_cost(self, name: str) -> None:
        words = self.images[name].content.words
        if words is not None and is_wanted(name) and words not in self._paid:
            self._paid.add(words)
            self._at_stake.add(words)
            self.calls[words] += 1


def is_wanted(name: str) -> bool:
    """Whether an image of that name is to be read."""
    base_name = name.rpartition("/")[2]
    return not base_name.startswith(_IGNORED_PREFIXES) and not base_name.endswith(_IGNORED_SUFFIX)


def _is_old(name: str) -> bool:
    return name.rpartition("/")[0] in {"", "sub"}


def _perhaps_plain(expected: Expected) -> Expected:
    return replace(expected, texts=expected.texts | {expected.content.text})


def _moved(name: str, source: str, target: str) -> str:
    inner = name.removeprefix(f"{source}/")
    return name if inner == name else f"{target}/{inner}"
