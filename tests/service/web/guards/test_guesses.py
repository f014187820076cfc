from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from ocr_watcher.service.web.guards.access import Access
from ocr_watcher.service.web.guards.guesses import Guesses
from ocr_watcher.service.web.guards.password import PasswordGuard
from ocr_watcher.service.web.server.limits import Limits
from ocr_watcher.service.web.server.password import hash_of

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

RIGHT, WRONG = b"Basic OnJpZ2h0", b"Basic Ondyb25n"  # ":right" and ":wrong"


class Door:
    """An application behind a password, asked without a server, from any address."""

    def __init__(self) -> None:
        access = Access(password_hash=hash_of(b"right"))
        self.guard = PasswordGuard(self._inside, lambda: access, Limits(guess_seconds=0.0))

    async def _inside(self, _: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    def ask(self, host: str, password: bytes) -> int:
        statuses: list[int] = []

        async def send(message: Message) -> None:
            statuses.append(message.get("status", 0))

        async def receive() -> Any:
            return {}

        scope = {"client": (host, 1), "headers": [(b"authorization", password)]}
        asyncio.run(self.guard(scope, receive, send))
        return statuses[0]


def test_a_machine_that_gave_many_wrong_passwords_learns_of_no_further_one() -> None:
    door = Door()
    tried = [door.ask("192.0.2.7", WRONG) for _ in range(25)]
    assert tried.count(401) in {20, 21}
    assert door.ask("192.0.2.7", RIGHT) == 429
    assert door.ask("192.0.2.8", RIGHT) == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "::ffff:127.0.0.1", ""])
def test_a_proxy_on_this_machine_keeps_nobody_out(host: str) -> None:
    door = Door()
    for _ in range(25):
        door.ask(host, WRONG)
    assert door.ask(host, RIGHT) == 200


def test_all_addresses_of_a_network_of_ipv6_are_one_machine() -> None:
    door = Door()
    for number in range(25):
        door.ask(f"2001:db8::{number:x}", WRONG)
    assert door.ask("2001:db8::ffff", RIGHT) == 429
    assert door.ask("2001:db8:0:1::1", RIGHT) == 200


def test_as_many_machines_are_counted_as_there_is_room_for() -> None:
    guesses = Guesses()
    for number in range(5_000):
        guesses.was_wrong({"client": (f"10.0.{number // 250}.{number % 250}", 1)})
    assert len(guesses._of) == 1_000
