"""Baidu's OCR service as an engine.

It makes one call for a page, and repeats the call only if the token is stale. The caller of the
engine decides how often and how fast calls are made.
"""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING

from ocr_watcher.engine.baidu.access import access_for
from ocr_watcher.engine.baidu.answer import reading
from ocr_watcher.engine.baidu.body import form_body
from ocr_watcher.engine.baidu.client import Client
from ocr_watcher.engine.baidu.endpoints import ENDPOINTS, FORMATS, SHORTEST_SIDE
from ocr_watcher.errors import TokenError
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.page import Limits
from ocr_watcher.values.reading import EngineIdentity

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.engine.baidu.access import Access, Proof
    from ocr_watcher.engine.baidu.body import FormBody
    from ocr_watcher.engine.baidu.credentials import Credentials, IamKey
    from ocr_watcher.engine.baidu.settings import BaiduSettings
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import Reading

_PATH = "/rest/2.0/ocr/v1/"
_NO_IMAGE = b"image="

_BODY_PER_BYTE = 1.43
"""The bytes of a body for each byte of an encoded page. Base64 turns three bytes into four
characters. If these are evenly spread, one in 32 is escaped by three: 1.417. Measured on print and
noise, PNG and JPEG with optimised tables have 1.39 to 1.427, JPEG with the standard tables 1.53."""


class BaiduEngine:
    """The engine that reads pages through Baidu's service.

    Args:
        settings: The endpoint, its options, the address and the timeouts.
        credentials: The keys of the account.
        callers: The number of threads that may call at once.
        clock: A function that returns the seconds of a clock that only goes forward.
        heartbeats: The heartbeats of the threads. Each piece of a body that is sent is a beat: over
            a slow line, a body takes minutes.
    """

    def __init__(
        self,
        settings: BaiduSettings,
        credentials: Credentials | IamKey,
        *,
        callers: int,
        clock: Callable[[], float] = time.monotonic,
        heartbeats: Heartbeats | None = None,
    ) -> None:
        self._client = Client(
            settings.base_url,
            connections=callers,
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
        )
        self._access: Access = access_for(self._client, credentials, clock)
        self._heartbeats = heartbeats or Heartbeats()
        self._ask_for(settings)

    def variant(self, settings: BaiduSettings) -> BaiduEngine:
        """Return an engine with another endpoint or options, over the same connections and keys.

        Args:
            settings: The endpoint and its options; the other settings stay.
        """
        other = copy.copy(self)
        other._ask_for(settings)  # noqa: SLF001  it is of this class
        return other

    def _ask_for(self, settings: BaiduSettings) -> None:
        self._settings = settings
        self._limits = _limits(settings)
        self._description = EngineIdentity("baidu", settings.endpoint, dict(settings.options))

    @property
    def identity(self) -> EngineIdentity:
        """The names of this engine in sidecars."""
        return self._description

    @property
    def limits(self) -> Limits:
        """The limits of the endpoint, or those in the settings."""
        return self._limits

    def recognise(self, page: Page) -> Reading:
        """Read one page.

        Raises:
            OversizeError: The encoded page is too large; also raised before anything is sent.
            AccountError: A token that was just fetched, or an IAM key, is refused.
            EngineError: The service reported another fault, or did not answer.
        """
        body = form_body(
            page.data,
            self._settings.options,
            body_bytes=self._limits.body_bytes,
            on_piece=self._heartbeats.beat,
        )
        for _ in range(self._access.tries):
            proof = self._access.get()
            try:
                return self._read(body, proof)
            except TokenError as error:
                self._access.drop(proof)
                refused = error
        raise self._access.refusal(refused)

    def self_test(self) -> str:
        """Prove the keys with a new token, or for an IAM key with a call without an image."""
        told = self._access.prove(lambda: self._read(_NO_IMAGE, self._access.get()))
        return f"{self._settings.base_url} {told}"

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _read(self, body: FormBody | bytes, proof: Proof) -> Reading:
        path = f"{_PATH}{self._settings.endpoint}"
        answer = self._client.post(path, body, access_token=proof.token, bearer=proof.key)
        return reading(answer, self._access.masks)


def _limits(settings: BaiduSettings) -> Limits:
    endpoint = ENDPOINTS[settings.endpoint]
    longest_side = settings.max_side_pixels or endpoint.longest_side
    body_bytes = settings.max_body_bytes or endpoint.body_bytes
    return Limits(
        formats=FORMATS,
        shortest_side=SHORTEST_SIDE,
        longest_side=longest_side,
        body_bytes=body_bytes,
        page_bytes=int(body_bytes / _BODY_PER_BYTE),
        strip_side=longest_side,
    )
