"""Attacks by forms: forged requests, and bodies that are no forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.web.guards.token import Tokens
from ocr_watcher.sidecars.state import State
from tests.service.web.attacks.visitor import Visitor, request

if TYPE_CHECKING:
    from tests.service.web.attacks.target import Target
    from tests.service.web.views.stage import Stage

FORM = "application/x-www-form-urlencoded"


def form(body: bytes, kind: str = FORM, **headers: str) -> bytes:
    return request("/retry", method="POST", body=body, headers={"Content-Type": kind, **headers})


def test_the_forms_of_the_page_are_taken(target: Target, stage: Stage) -> None:
    failed = stage.add("bad.png", State.FAILED, code="216201")
    body = f"token={target.tokens.new()}&id={failed.id}".encode()
    with Visitor(target.address) as visitor:
        visitor.send(form(body))
        assert visitor.answer().status == 303
    headers = {"X-CSRF-Token": target.tokens.new(), "Content-Type": FORM}
    sent = request("/retry", method="POST", headers=headers, body=f"id={failed.id}".encode())
    with Visitor(target.address) as visitor:
        visitor.send(sent)
        assert visitor.answer().status == 303


@pytest.mark.parametrize(
    "token",
    [
        "",
        "token=",
        "token=.",
        "token=0.0",
        "token=%00",
        "token=%ff%fe",
        "token=" + "a" * 5000,
        "tok%65n=x&token=y",
        "Token=x",
    ],
)
def test_a_wrong_token_changes_nothing(target: Target, stage: Stage, token: str) -> None:
    failed = stage.add("bad.png", State.FAILED, code="216201")
    target.refuses(form(f"id={failed.id}&{token}".encode()), 403)
    assert (stage.directory / "scans/bad.png.ocr-error.json").exists()


def test_a_token_of_another_start_is_refused(target: Target) -> None:
    target.refuses(form(f"token={Tokens().new()}".encode()), 403)


def test_a_token_of_yesterday_is_refused(target: Target) -> None:
    now = [1e9]
    tokens = Tokens(lambda: now[0])
    token = tokens.new()
    assert tokens.is_good(token)
    now[0] += 86_402
    assert not tokens.is_good(token)
    now[0] -= 2 * 86_400  # a clock that was set back
    assert not tokens.is_good(token)


def test_a_good_code_with_another_time_is_refused(target: Target) -> None:
    made, _, code = target.tokens.new().partition(".")
    target.refuses(form(f"token={int(made, 16) + 1:x}.{code}".encode()), 403)


def test_two_tokens_are_refused(target: Target) -> None:
    token = target.tokens.new()
    target.refuses(form(f"token={token}&token={token}".encode()), 403)


def test_a_token_in_the_address_counts_for_nothing(target: Target) -> None:
    sent = request(f"/retry?token={target.tokens.new()}", method="POST")
    target.refuses(sent, 403)


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "", "x" * 999])
def test_a_body_that_is_no_form_is_refused_with_the_right_token(target: Target, kind: str) -> None:
    sent = form(b"{}", kind, **{"X-CSRF-Token": target.tokens.new()})
    target.refuses(sent, 415)


def test_a_large_body_is_refused_before_it_comes(target: Target) -> None:
    head = form(b"").replace(b"\r\n\r\n", b"\r\nContent-Length: 99999999999\r\n\r\n")
    target.refuses(head, 413)


def test_a_body_that_grows_chunk_by_chunk_is_refused(target: Target) -> None:
    head = form(b"", **{"X-CSRF-Token": target.tokens.new(), "Transfer-Encoding": "chunked"})
    with Visitor(target.address) as visitor:
        visitor.send(head + 40 * (b"400\r\n" + 1024 * b"x" + b"\r\n"))
        assert visitor.answer().status == 413
        assert visitor.is_closed()
    assert target.still_answers()


def test_a_form_of_very_many_fields_is_refused(target: Target) -> None:
    target.refuses(form(b"a=1&" * 2000 + f"token={target.tokens.new()}".encode()), 403)


def test_a_method_in_a_header_or_field_changes_nothing(target: Target) -> None:
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = target.ask(target="/retry?_method=POST", headers={name: "POST"})
        assert answer.status in {404, 405}


def test_get_changes_nothing(target: Target, stage: Stage) -> None:
    failed = stage.add("bad.png", State.FAILED, code="216201")
    sent = request(f"/retry?id={failed.id}&token={target.tokens.new()}")
    target.refuses(sent, 404, 405)
    assert (stage.directory / "scans/bad.png.ocr-error.json").exists()
