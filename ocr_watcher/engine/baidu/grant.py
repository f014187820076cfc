"""Access tokens: the request to the token service, and its answer.

The facts are those of https://ai.baidu.com/ai-doc/REFERENCE/Ck3dwjhhu; errors have the shape of RFC
6749, section 5.2. No text of this service is passed on, as the call contains the secret key, which
an answer might repeat.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ocr_watcher.engine.baidu.answer import malformed, parse, service_error, status_error, unmasked
from ocr_watcher.engine.baidu.masks import Masks
from ocr_watcher.errors import AccountError, EngineError, ImageError, TokenError, TransientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.engine.baidu.client import Answer, Client
    from ocr_watcher.engine.baidu.credentials import Credentials

PATH = "/oauth/2.0/token"

_LONGEST_LIFETIME = 30 * 86400.0
_UNTOLD_LIFETIME = 3600.0
"""The seconds for which a token without a lifetime is kept; fetching one early costs one call."""

_SHORTEST_TOKEN, _LONGEST_TOKEN = 8, 2048
_SERVER_ERROR = 500
_TOO_MANY = 429

_WRONG_KEYS = {
    "unknown client id": ("the API Key is unknown to Baidu", "correct baidu.api_key"),
    "client authentication failed": ("the Secret Key is wrong", "correct baidu.secret_key"),
}
_KEYS_REFUSED = (
    "Baidu refused the keys",
    (
        "correct baidu.api_key and baidu.secret_key; both are on the application's page at "
        "https://console.bce.baidu.com/ai/#/ai/ocr/app/list"
    ),
)


@dataclass(frozen=True, slots=True)
class Grant:
    """An access token.

    Attributes:
        token: The token, printable ASCII.
        lifetime: Seconds from the request until it expires.
    """

    token: str = field(repr=False)
    lifetime: float


def fetch_grant(client: Client, credentials: Credentials) -> Grant:
    """Fetch a new access token; older ones stay valid.

    Raises:
        EngineError: No token was given; the error never blames an image.
    """
    # In the body and not in the URL, as URLs appear in logs and in the texts of exceptions.
    keys = (credentials.api_key.get_secret_value(), credentials.secret_key.get_secret_value())
    form = {"grant_type": "client_credentials", "client_id": keys[0], "client_secret": keys[1]}
    return grant(client.post(PATH, urlencode(form).encode()), Masks(*keys))


def grant(answer: Answer, mask: Callable[[str], str] = unmasked) -> Grant:
    """Return the grant in the token service's answer.

    Args:
        answer: The answer.
        mask: A function that takes the keys out of it, as it may have them in place of an error
            code.

    Raises:
        EngineError: As for `fetch_grant`.
    """
    fields = _fields(answer, mask)
    token = fields.get("access_token")
    if not _is_token(token):
        raise malformed("it holds no access token")
    return Grant(token=str(token), lifetime=_lifetime(fields.get("expires_in")))


def _fields(answer: Answer, mask: Callable[[str], str]) -> dict[str, Any]:
    if answer.status >= _SERVER_ERROR or answer.status == _TOO_MANY:
        raise status_error(answer.status)
    fields = parse(answer.body, mask)
    if fields.get("error"):
        raise _keys_refused(str(fields.get("error_description")))
    if error := service_error(fields):
        raise _blaming_no_image(error)
    return fields


def _keys_refused(description: str) -> AccountError:
    message, advice = _WRONG_KEYS.get(description.strip().lower(), _KEYS_REFUSED)
    return AccountError("invalid_client", message, advice=advice)


def _blaming_no_image(error: EngineError) -> EngineError:
    """Return an error of the token service that blames no image and has no text of the service."""
    kind = TransientError if isinstance(error, ImageError | TokenError) else type(error)
    message = f"the token service answered error {error.code}"
    return kind(error.code, message, advice=error.advice)


def _is_token(token: object) -> bool:
    return (
        isinstance(token, str)
        and _SHORTEST_TOKEN <= len(token) <= _LONGEST_TOKEN
        and token.isascii()
        and token.isprintable()
        and " " not in token
    )


def _lifetime(expires_in: object) -> float:
    """Return the lifetime of a token in seconds, from a field that may have any value."""
    try:
        told = float(expires_in) if isinstance(expires_in, int | float | str) else 0.0
    except ValueError:
        told = 0.0
    # The comparison is written so that NaN counts as missing.
    return min(told, _LONGEST_LIFETIME) if told > 0 else _UNTOLD_LIFETIME
