"""The simulator's token service."""

from __future__ import annotations

import secrets
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class TokenService:
    """Gives tokens for one pair of keys, and knows which are valid."""

    def __init__(self, api_key: str, secret_key: str) -> None:
        self._keys = (api_key, secret_key)
        self._expiries: dict[str, float] = {}
        self._lock = threading.Lock()

    def answer(self, fields: Mapping[str, str], lifetime: float) -> tuple[int, dict[str, Any]]:
        """The HTTP status and the JSON answered to a request for a token."""
        if fields.get("grant_type") != "client_credentials":
            return 400, _refusal("unsupported_grant_type", "The grant type is not supported")
        if fields.get("client_id") != self._keys[0]:
            return 401, _refusal("invalid_client", "unknown client id")
        if fields.get("client_secret") != self._keys[1]:
            return 401, _refusal("invalid_client", "Client authentication failed")
        return 200, self._grant(lifetime)

    def code(self, token: str) -> int:
        """The error code a call with this token gets; 0 where it is valid."""
        with self._lock:
            expiry = self._expiries.get(token)
        if expiry is None:
            return 110
        return 0 if time.monotonic() < expiry else 111

    def revoke(self) -> None:
        """Makes every token given so far invalid."""
        with self._lock:
            self._expiries.clear()

    def _grant(self, lifetime: float) -> dict[str, Any]:
        token = f"24.{secrets.token_hex(16)}.{int(lifetime)}.{int(time.time())}.282335-1"
        with self._lock:
            self._expiries[token] = time.monotonic() + lifetime
        return {
            "refresh_token": f"25.{secrets.token_hex(16)}.315360000.{int(time.time())}.282335-1",
            "expires_in": lifetime,
            "session_key": "",
            "access_token": token,
            "scope": "public brain_all_scope brain_ocr_general_basic",
            "session_secret": "",
        }


def _refusal(error: str, description: str) -> dict[str, Any]:
    return {"error": error, "error_description": description}
