"""The targets of messages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class Target:
    """A target, to which messages are sent.

    Attributes:
        number: Its number among the targets, from 1.
        url: Its address in Apprise's notation, most of which is a secret.
    """

    number: int
    url: SecretStr = field(repr=False)

    @property
    def key(self) -> str:
        """The digest of its address, which names it in the store."""
        return hashlib.sha256(b"ocr-watcher\0" + self.url.get_secret_value().encode()).hexdigest()

    def __str__(self) -> str:
        """Return the name of the service, and the number, which may be shown."""
        return f"{self.url.get_secret_value().partition(':')[0].lower()[:20]} ({self.number})"


def targets_of(urls: Iterable[SecretStr]) -> tuple[Target, ...]:
    """Return the targets of addresses, each once."""
    return tuple(Target(number, url) for number, url in enumerate(dict.fromkeys(urls), 1))
