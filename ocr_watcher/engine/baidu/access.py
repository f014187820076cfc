"""The credentials of a call: an access token, or a key of the cloud's IAM.

The facts on IAM keys are those of Baidu's reference for its AI services, page Rm64sd6cb (February
2025): the key goes into the header ``Authorization: Bearer …`` of the same calls, no token is
fetched, and it must not be sent together with one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ocr_watcher.engine.baidu.credentials import IamKey
from ocr_watcher.engine.baidu.grant import fetch_grant
from ocr_watcher.engine.baidu.masks import Masks
from ocr_watcher.engine.baidu.token import TokenCache
from ocr_watcher.errors import (
    AccountError,
    ImageError,
    RateError,
    RequestError,
    TokenError,
    UnknownCodeError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.engine.baidu.client import Client
    from ocr_watcher.engine.baidu.credentials import Credentials

_UNKNOWN_METHOD = 3


@dataclass(frozen=True, slots=True)
class Proof:
    """The credentials that one call carries; one of the two is empty.

    Attributes:
        token: An access token, for the query.
        key: An IAM key, for the header.
    """

    token: str = field(default="", repr=False)
    key: str = field(default="", repr=False)


class Access(Protocol):
    """The proofs of calls. Each method may be called from any number of threads at once."""

    tries: int
    """The number of credentials to try before a refusal is final."""
    masks: Masks
    """The secrets that calls have carried."""

    def get(self) -> Proof:
        """Return the proof for a call.

        Raises:
            EngineError: No proof can be obtained.
        """
        ...

    def drop(self, refused: Proof) -> None:
        """Forget a proof that was refused."""
        ...

    def refusal(self, error: TokenError) -> AccountError:
        """Return the error for people after the last refusal."""
        ...

    def prove(self, call: Callable[[], object]) -> str:
        """Find out, without an image, whether calls are permitted.

        Args:
            call: A function that makes a call without an image.

        Returns:
            A predicate that completes "the service …" in the report of ``check``.

        Raises:
            EngineError: Calls are not permitted, or this could not be found out.
        """
        ...


class TokenAccess:
    """Access by tokens, which are fetched with the two keys of an application."""

    tries = 2

    def __init__(
        self, client: Client, credentials: Credentials, clock: Callable[[], float]
    ) -> None:
        keys = (credentials.api_key, credentials.secret_key)
        self.masks = Masks(*(key.get_secret_value() for key in keys))
        self._tokens = TokenCache(lambda: fetch_grant(client, credentials), clock)

    def get(self) -> Proof:
        """Return a token that is fresh."""
        token = self._tokens.get()
        self.masks.know(token)
        return Proof(token=token)

    def drop(self, refused: Proof) -> None:
        """Forget a token, so that another one is fetched."""
        self._tokens.drop(refused.token)

    def refusal(self, error: TokenError) -> AccountError:
        """Return the fault of an account whose new token is also refused."""
        return AccountError(
            error.code,
            f"a new access token is refused, too: {error}",
            advice="check that the application of baidu.api_key is still there, with the OCR "
            "service turned on, at https://console.bce.baidu.com/ai/#/ai/ocr/app/list",
        )

    def prove(self, call: Callable[[], object]) -> str:  # noqa: ARG002  a token proves enough
        """Fetch a new token, even if a token is kept."""
        self.masks.know(self._tokens.renew())
        return "gave an access token for the keys"


class KeyAccess:
    """Access by a key of the IAM."""

    tries = 1

    def __init__(self, credentials: IamKey) -> None:
        key = credentials.key.get_secret_value()
        self.masks = Masks(key)
        self._proof = Proof(key=key)

    def get(self) -> Proof:
        """Return the key."""
        return self._proof

    def drop(self, refused: Proof) -> None:
        """Do nothing: there is no other key."""

    def refusal(self, error: TokenError) -> AccountError:
        """Return the fault of a key that the service does not know."""
        return AccountError(
            error.code,
            f"the IAM key is refused: {error}",
            advice="check baidu.iam_api_key against the list of keys in the cloud's console, and "
            "whether a proxy takes the header Authorization away",
        )

    def prove(self, call: Callable[[], object]) -> str:
        """Make a call without an image.

        With a valid key, the service reports that the image is missing; with a wrong one, it
        reports the key. Only successful calls are billed, so this one costs nothing.
        """
        try:
            call()
        except TokenError as error:
            raise self.refusal(error) from None
        except (ImageError, RateError, RequestError) as error:
            if isinstance(error, UnknownCodeError) or error.code == _UNKNOWN_METHOD:
                raise
            return f"took the IAM key: a call without an image met error {error.code}, as it should"
        return "took the IAM key for a call without an image"


def access_for(
    client: Client, credentials: Credentials | IamKey, clock: Callable[[], float]
) -> TokenAccess | KeyAccess:
    """Return the access that fits the keys."""
    if isinstance(credentials, IamKey):
        return KeyAccess(credentials)
    return TokenAccess(client, credentials, clock)
