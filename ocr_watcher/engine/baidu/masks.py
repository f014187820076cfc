"""Masks secrets in the service's answers, before other parts of the program get them.

Answers appear in sidecars, logs and the ledger. A careless or hostile service may repeat the
secrets of a call in them, plain or encoded.
"""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHORTEST = 8
"""The least length of a secret that is masked; a shorter text occurs by chance, and is no key."""
_TOKENS = 8
"""The number of tokens that are kept, as a new token does not invalidate older ones."""


class Masks:
    """Masks secrets in a text, also if they are URL-encoded, escaped, or in base64.

    Args:
        keys: The keys of the account.
    """

    def __init__(self, *keys: str) -> None:
        self._keys = [(variants(key), "[key]") for key in keys]
        self._tokens: deque[tuple[tuple[str, ...], str]] = deque(maxlen=_TOKENS)
        self._newest = ""

    def know(self, token: str) -> None:
        """Mask a token from now on."""
        if token != self._newest:
            self._newest = token
            self._tokens.append((variants(token), "[token]"))

    def __call__(self, text: str) -> str:
        """Mask the secrets in JSON that has only necessary escapes."""
        for forms, mask in (*self._keys, *self._tokens):
            for form in forms:
                # `replace` copies a text only if it finds something, and most texts have no secret.
                text = text.replace(form, mask)
        return text


def variants(secret: str) -> tuple[str, ...]:
    """Return the forms of a secret to look for in JSON, the longest first."""
    if len(secret) < _SHORTEST:
        return ()
    forms = {json.dumps(form, ensure_ascii=False)[1:-1] for form in _forms(secret)}
    return tuple(sorted(forms, key=len, reverse=True))


def _forms(secret: str) -> Iterator[str]:
    quoted = quote(secret, safe="")
    yield from (secret, quoted, quoted.replace("%2F", "%2f"), secret.replace("/", "\\/"))
    yield from _in_base64(secret.encode())
    last = secret.rpartition("/")[2]
    if len(last) >= _SHORTEST:
        yield last  # the secret part of an IAM key


def _in_base64(secret: bytes) -> Iterator[str]:
    """Yield the forms of a secret in base64, for any number of bytes before it.

    Three bytes become four characters, so there are three cases. The first and the last characters
    also depend on the neighbours and are left out (RFC 4648, section 4).
    """
    for encode in (b64encode, urlsafe_b64encode):
        for before, mixed in ((0, 0), (1, 2), (2, 3)):
            encoded = encode(b"\0" * before + secret).decode()
            whole = (before + len(secret)) * 8 // 6
            yield encoded[mixed:whole]
