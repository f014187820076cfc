"""Work for a client that may leave before the work is done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from starlette.requests import Request
    from starlette.types import Receive

_Value = TypeVar("_Value")


async def while_there(request: Request, work: Coroutine[Any, Any, _Value]) -> _Value:
    """Return the result of work, which is cancelled if the client leaves.

    Args:
        request: The request that needs the work; it has no body.
        work: The work.

    Raises:
        HTTPException: The client has left, so that nobody reads the answer.
        Exception: Any exception that the work raises.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(until_left(request.receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise HTTPException(400, "The client has left.")
    finally:
        leaving.cancel()
        working.cancel()
        await asyncio.gather(leaving, working, return_exceptions=True)


async def until_left(receive: Receive) -> None:
    """Wait until the client has left; its request has no body."""
    while (await receive())["type"] != "http.disconnect":
        pass
