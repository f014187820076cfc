"""The answer of a guard that refuses a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Send

Header = tuple[bytes, bytes]
CLOSE: Header = (b"connection", b"close")
"""The header that ends the connection after the answer, so that nothing else on it is read."""


async def answer(
    send: Send,
    status: int,
    text: str,
    *headers: Header,
    content_type: bytes = b"text/plain; charset=utf-8",
) -> None:
    """Answer with a line of text.

    Args:
        send: The function of ASGI that sends it.
        status: The status.
        text: The line, without its end.
        headers: Further headers.
        content_type: The media type of the text.
    """
    body = f"{text}\n".encode()
    fixed = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    start = {"type": "http.response.start", "status": status, "headers": [*fixed, *headers]}
    await send(start)
    await send({"type": "http.response.body", "body": body})


def values_of(headers: list[Header], name: bytes) -> list[str]:
    """Return the values of a header of a request; names are in lower case, as in ASGI."""
    return [value.decode("latin-1") for key, value in headers if key == name]
