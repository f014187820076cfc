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
    """A file as an attachment, read part by part.

    Each part is opened, compared and closed by one call, so that a download which is given up
    leaves no descriptor, and a file that takes the place of this one is never handed out in its
    stead: the connection is closed before the announced length. Parts of a file that a client asks
    for (RFC 9110, section 14) are not served.
    """

    def __init__(self, file: SafeFile) -> None:
        """Create the answer.

        Args:
            file: The file, with the content that was looked at.
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
            # Read before anything is sent: what is gone by now gets an answer that says so.
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
            if leaving.done():  # what is sent to nobody gives no error
                return
            try:
                part = await self._part(at)
            except (FileChangedError, OSError):
                return  # a server closes a connection whose answer is not whole
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
