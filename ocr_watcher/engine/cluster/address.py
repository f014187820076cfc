"""The address of a scheduler."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ocr_watcher.engine.loopback import is_loopback

_FORM = re.compile(r"(tls|tcp)://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})")
_PORTS = range(1, 2**16)

WRONG_FORM = "must be like tls://host:8786"
PLAIN = "tcp:// is for a scheduler on this machine alone, such as tcp://127.0.0.1:8786; use tls://"


@dataclass(frozen=True, slots=True)
class SchedulerAddress:
    """The address at which a scheduler listens.

    Attributes:
        scheme: ``tls`` or ``tcp``.
        host: A name or an address, IPv6 without brackets.
        port: The TCP port.
    """

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> SchedulerAddress:
        """Return the address in a text such as ``tls://host:8786``.

        Raises:
            ValueError: The text has another form, or pages would be sent unencrypted to another
                machine.
        """
        form = _FORM.fullmatch(text)
        if form is None or int(form[3]) not in _PORTS:
            raise ValueError(WRONG_FORM)
        address = cls(form[1], form[2].strip("[]"), int(form[3]))
        if not address.is_encrypted and not is_loopback(address.host):
            raise ValueError(PLAIN)
        return address

    @property
    def is_encrypted(self) -> bool:
        """Whether both ends prove their identity, and the connection is encrypted."""
        return self.scheme == "tls"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"
