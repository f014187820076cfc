"""Attacks on the border between two requests: no body is ever taken for another request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.service.web.attacks.visitor import Visitor, request

if TYPE_CHECKING:
    from tests.service.web.attacks.target import Target

HIDDEN = b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
START = b"POST /retry HTTP/1.1\r\nHost: 127.0.0.1\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def length(number: object) -> bytes:
    return f"Content-Length: {number}\r\n".encode()


ATTEMPTS = {
    "a length and chunks": START + FORM + length(5) + CHUNKED + b"\r\n0\r\n\r\n" + HIDDEN,
    "chunks and a length": START + FORM + CHUNKED + length(5) + b"\r\n0\r\n\r\n" + HIDDEN,
    "two lengths": START + FORM + length(0) + length(len(HIDDEN)) + b"\r\n" + HIDDEN,
    "two lengths in one": START + FORM + length(f"0, {len(HIDDEN)}") + b"\r\n" + HIDDEN,
    "a negative length": START + FORM + length(-1) + b"\r\n" + HIDDEN,
    "a length with a sign": START + FORM + length("+5") + b"\r\n" + HIDDEN,
    "a length in hexadecimal": START + FORM + length("0x0") + b"\r\n" + HIDDEN,
    "a length of very many digits": START + FORM + length("9" * 5000) + b"\r\n" + HIDDEN,
    "an unknown coding": START + b"Transfer-Encoding: xchunked\r\n\r\n" + HIDDEN,
    "two codings": START + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunks twice": START + FORM + CHUNKED + CHUNKED + b"\r\n0\r\n\r\n" + HIDDEN,
    "a space before the colon": START + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "a chunk of no size": START + FORM + CHUNKED + b"\r\nxyz\r\n" + HIDDEN,
    "a chunk of a huge size": START + FORM + CHUNKED + b"\r\n" + b"f" * 40 + b"\r\n" + HIDDEN,
    "a chunk of a negative size": START + FORM + CHUNKED + b"\r\n-1\r\n" + HIDDEN,
    "a body of a get": request("/", body=HIDDEN),
    "a chunked body of a get": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    + CHUNKED
    + b"\r\n0\r\n\r\n"
    + HIDDEN,
    "a body of no form": START + length(len(HIDDEN)) + b"\r\n" + HIDDEN,
    "a form without a token": START + FORM + length(len(HIDDEN)) + b"\r\n" + HIDDEN,
    "a header of two lines": START + b"X: a\r\n Transfer-Encoding: chunked\r\n\r\n" + HIDDEN,
}


@pytest.mark.parametrize("sent", ATTEMPTS.values(), ids=ATTEMPTS)
def test_it_has_one_answer_and_the_connection_ends(target: Target, sent: bytes) -> None:
    with Visitor(target.address) as visitor:
        visitor.send(sent)
        answer = visitor.answer()
        assert 400 <= answer.status < 502
        assert visitor.answer().status == 0
    assert target.still_answers()
