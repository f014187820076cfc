"""Attacks on the password."""

from __future__ import annotations

import time
from base64 import b64encode
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.logs.repeats import RepeatFilter
from ocr_watcher.service.web.guards.access import Access
from ocr_watcher.service.web.server.limits import Limits
from ocr_watcher.service.web.server.password import hash_of
from tests.service.web.attacks.target import Target
from tests.service.web.attacks.visitor import Visitor, request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.service.web.views.stage import Stage

PASSWORD = "correct horse: bäckerei"
ACCESS = Access(password_hash=hash_of(PASSWORD.encode()))


@pytest.fixture
def target(stage: Stage) -> Iterator[Target]:
    """The page with a password, which answers a wrong one soon."""
    with Target(stage, Limits(guess_seconds=0.05), ACCESS) as target:
        yield target


def basic(password: str, user: str = "anna") -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


@pytest.mark.parametrize("user", ["anna", "", "bäcker", "x" * 500])
def test_the_password_is_taken_with_any_user(target: Target, user: str) -> None:
    assert target.ask(target="/", headers=basic(PASSWORD, user)).status == 200


@pytest.mark.parametrize(
    "path", ["/", "/images", "/metrics", "/health", "/events", "/static/style.css", "/nothing"]
)
def test_no_address_is_open_without_it(target: Target, path: str) -> None:
    answer = target.ask(target=path)
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert answer.headers["content-security-policy"]


WRONG = [
    basic(""),
    basic(PASSWORD[:-1]),
    basic(PASSWORD + "\n"),
    basic(PASSWORD.upper()),
    {"Authorization": "Basic"},
    {"Authorization": "Basic !!!!"},
    {"Authorization": "Basic " + b64encode(PASSWORD.encode()).decode().rstrip("=")},
    {"Authorization": "Bearer " + b64encode(PASSWORD.encode()).decode()},
    {"Authorization": "Basic " + "A" * 9000},
    {"Authorization": "Digest username=anna"},
]


@pytest.mark.parametrize("headers", WRONG)
def test_anything_else_is_refused(target: Target, headers: dict[str, str]) -> None:
    assert target.ask(target="/", headers=headers).status == 401
    assert target.ask(target="/", headers=basic(PASSWORD)).status == 200


def test_two_passwords_are_refused(target: Target) -> None:
    line = f"Authorization: {basic(PASSWORD)['Authorization']}\r\n".encode()
    sent = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + line + line + b"\r\n"
    with Visitor(target.address) as visitor:
        visitor.send(sent)
        assert visitor.answer().status == 401


def test_guessing_is_slow_and_holds_up_nobody_who_knows_it(stage: Stage) -> None:
    slow = Limits(guess_seconds=2.0)
    with Target(stage, slow, ACCESS) as target, ExitStack() as guesses:
        visitors = [guesses.enter_context(Visitor(target.address)) for _ in range(30)]
        began = time.monotonic()
        for number, visitor in enumerate(visitors):
            visitor.send(request("/", headers=basic(f"guess-{number}")))
        assert target.ask(target="/", headers=basic(PASSWORD)).status == 200
        assert time.monotonic() - began < slow.guess_seconds
        statuses = [visitor.answer().status for visitor in visitors]
        assert time.monotonic() - began >= slow.guess_seconds
    assert sorted(set(statuses)) == [401, 429]
    assert statuses.count(401) == 20


@pytest.mark.parametrize("headers", [basic("a guess"), {}], ids=["guesses", "no password"])
def test_a_flood_without_the_password_holds_up_nobody_who_knows_it(
    stage: Stage, headers: dict[str, str]
) -> None:
    few = Limits(requests_a_second=1.0, requests_burst=3, delay_seconds=0.0, guess_seconds=0.0)
    with Target(stage, few, ACCESS) as target:
        flood = [target.ask(target="/", headers=headers).status for _ in range(30)]
        assert flood[:3] == [401] * 3
        assert flood.count(429) > 20
        known = target.ask(target="/", headers=basic(PASSWORD))
    assert known.status == 200


def test_guesses_are_told_in_the_log_without_what_was_guessed(
    target: Target, caplog: pytest.LogCaptureFixture
) -> None:
    target.ask(target="/", headers=basic("my-other-password"))
    assert caplog.messages == ["somebody gave a wrong password to the page"]
    assert "my-other-password" not in caplog.text


def test_guessing_does_not_fill_the_log(target: Target, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.filtering(RepeatFilter()):
        for number in range(10):
            target.ask(target="/", headers=basic(f"guess-{number}"))
        assert len(caplog.messages) == 5


def test_the_hash_is_shown_nowhere(target: Target) -> None:
    assert "password" not in repr(target.access)


def test_the_right_token_does_not_replace_the_password(target: Target) -> None:
    sent = {"X-CSRF-Token": target.tokens.new()}
    assert target.ask(target="/retry", method="POST", headers=sent).status == 401


def test_a_new_password_counts_from_the_next_request(target: Target) -> None:
    target.access = Access(password_hash=hash_of(b"another one"))
    assert target.ask(target="/", headers=basic("another one")).status == 200
    assert target.ask(target="/", headers=basic(PASSWORD)).status == 401
