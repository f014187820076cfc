"""The rules for who may open the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Access:
    """The rules for who may open the page.

    Attributes:
        hosts: The names that it answers to, in addition to those of loopback and to the address at
            which it is reached.
        password_hash: The hash of the password; None where there is none.
    """

    hosts: frozenset[str] = frozenset()
    password_hash: bytes | None = field(default=None, repr=False)


Rules = Callable[[], Access]
"""A function that returns the rules in force, as a reload may change them."""
