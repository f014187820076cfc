"""Limits the passwords that each machine may try."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from typing import TYPE_CHECKING

from ocr_watcher.service.web.bucket import Bucket

if TYPE_CHECKING:
    from starlette.types import Scope

_MOST_KNOWN = 1_000
"""The most machines whose wrong passwords are counted. The one with the oldest wrong password is
dropped first."""

_A_SECOND, _BURST = 1.0, 20
_PREFIX = 64
"""The bits of an IPv6 address that identify a network; one machine may use all the other bits (RFC
4291)."""


class Guesses:
    """The wrong passwords of each machine: one a second, after a burst of twenty.

    Those of this machine and of a Unix socket are not counted, as they may come from a proxy that
    the owner uses as well. The proxy has to limit them itself.
    """

    def __init__(self) -> None:
        """Begin without machines."""
        self._of: OrderedDict[str, Bucket] = OrderedDict()

    def may_try(self, scope: Scope) -> bool:
        """Return whether the password in a request of this client is checked."""
        bucket = self._of.get(_machine(scope))
        return bucket is None or bucket.has_one

    def was_wrong(self, scope: Scope) -> None:
        """Count a wrong password of the client of a request."""
        machine = _machine(scope)
        if not machine:
            return
        self._of.setdefault(machine, Bucket(_A_SECOND, _BURST)).take()
        self._of.move_to_end(machine)
        if len(self._of) > _MOST_KNOWN:
            self._of.popitem(last=False)


def _machine(scope: Scope) -> str:
    """Return the key of the machine of a client; empty for machines that are not counted."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:  # of a unix socket
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if address.is_loopback:
        return ""
    if address.version == 4:  # noqa: PLR2004  of IP
        return str(address)
    return str(ipaddress.ip_network((address, _PREFIX), strict=False))
