"""Sidecars as downloads."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ocr_watcher.service.web.safe_file import FileChangedError
from ocr_watcher.service.web.views.leaving import until_left
from ocr_watcher.threads.patience import answered

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from ocr_watcher.service.web.safe_file import SafeFile

_PART = 256 * 2**10
"""The bytes of a file that are in memory at once."""

_NO_BROWSER_SHOWS_IT = "application/octet-stream"


class SidecarAnswer(Response):
    """A file as an attachment, which is read in parts.

    For each part, one call opens the file, compares it and closes it. A download that is given up
    thus leaves no open descriptor. If the file is replaced meanwhile, the connection is closed
    before the announced length, so that no content of another file is sent. Requests for a range of
    the file (RFC 9110, section 14) are not supported.
    """

    def __init__(self, file: SafeFile) -> None:
        """Create the answer.

        Args:
            file: The file, with the expected content.
        """
        headers = {
            "Content-Disposition": disposition(file.name.rpartition("/")[2]),
            "Content-Length": str(file.content.size),
            "X-Content-Type-Options": "nosniff",
        }
        super().__init__(headers=headers, media_type=_NO_BROWSER_SHOWS_IT)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        size = self._file.content.size
        if scope["method"] == "HEAD":
            await send(start)
            await send({"type": "http.response.body"})
            return
        leaving = asyncio.ensure_future(until_left(receive))
        try:
            # Read before anything is sent, so that a missing file gets an answer that says so.
            part = await self._first_part()
            await send(start)
            await self._send_on(part, size, send, leaving)
        finally:
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)

    async def _first_part(self) -> bytes:
        try:
            return await self._part(0)
        except (FileChangedError, OSError) as error:
            raise HTTPException(409, "The file was replaced a moment ago.") from error

    async def _send_on(
        self, part: bytes, size: int, send: Send, leaving: asyncio.Future[None]
    ) -> None:
        at = len(part)
        while at < size:
            await send({"type": "http.response.body", "body": part, "more_body": True})
            if leaving.done():  # sending to a client that has left gives no error
                return
            try:
                part = await self._part(at)
            except (FileChangedError, OSError):
                return  # the server closes a connection whose answer is incomplete
            at += len(part)
        await send({"type": "http.response.body", "body": part})

    async def _part(self, at: int) -> bytes:
        read = functools.partial(self._file.read, at, _PART)
        return await run_in_threadpool(answered, read, of=self._file.root)


def sidecar_answer(file: SafeFile) -> Response:
    """Return the answer with a sidecar."""
    return SidecarAnswer(file)


def disposition(name: str) -> str:
    """Return the value of ``Content-Disposition`` for a file (RFC 6266, RFC 8187).

    Characters that no file system or header takes, and those that change how a name looks, are
    replaced.

    Args:
        name: The name of the file, which may hold any character but a slash.
    """
    safe = "".join(
        character if character.isprintable() and character not in '/\\"' else "_"
        for character in name
    )
    plain = "".join(character if character.isascii() else "_" for character in safe)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
