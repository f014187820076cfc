"""Attacks by shape: heads that are huge, odd or no HTTP, methods and ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.service.web.attacks.visitor import Visitor, request

if TYPE_CHECKING:
    from tests.service.web.attacks.target import Target

METHODS = ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "CONNECT", "PROPFIND", "get", "A" * 99]


@pytest.mark.parametrize("method", METHODS)
def test_another_method_is_refused(target: Target, method: str) -> None:
    answer = target.refuses(request("/", method=method, headers={"Cookie": "a=secret"}), 405)
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert b"secret" not in answer.everything


def test_a_head_has_no_body_and_the_same_headers(target: Target) -> None:
    with Visitor(target.address) as visitor:
        visitor.send(request("/", method="HEAD") + request("/health"))
        assert visitor.answer(of_head=True).status == 200
        assert visitor.answer().body == b'{"status": "ok"}\n'


def test_a_huge_header_is_refused(target: Target) -> None:
    target.refuses(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 40_000, 431)


def test_very_many_headers_are_refused(target: Target) -> None:
    target.refuses(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: a\r\n" * 9000, 431)


def test_a_line_that_never_ends_is_refused(target: Target) -> None:
    target.refuses(b"G" * 40_000, 400, 431)


NO_HTTP = [
    b"GET /\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/2\r\nHost: 127.0.0.1\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET  / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX\x00: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x00b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n: a\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 32 + b"\r\n\r\n",
    b"\r\n\r\n\r\n\r\nGET",
    b"EHLO evil.example\r\n\r\n",
]


@pytest.mark.parametrize("sent", NO_HTTP)
def test_what_is_no_http_is_refused(target: Target, sent: bytes) -> None:
    target.refuses(sent, 400, 505)


@pytest.mark.parametrize("protocol", ["websocket", "h2c", "TLS/1.0"])
def test_no_other_protocol_is_taken_up(target: Target, protocol: str) -> None:
    headers = {
        "Connection": "Upgrade, HTTP2-Settings",
        "Upgrade": protocol,
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        "HTTP2-Settings": "AAMAAABkAAQAAP__",
    }
    target.refuses(request("/events-of-nothing", headers=headers), 404)


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=0-99999999999999999999",
        "bytes=" + ",".join(f"{number}-" for number in range(1500)),
        "bytes=-9999999999",
        "bytes=5-1",
        "octets=0-",
    ],
)
def test_a_huge_range_brings_no_more_than_the_file_once(target: Target, wanted: str) -> None:
    whole = target.ask(target="/static/style.css")
    answer = target.refuses(request("/static/style.css", headers={"Range": wanted}), 200, 206, 416)
    assert len(answer.body) <= len(whole.body)


def test_headers_of_proxies_are_not_believed(target: Target) -> None:
    headers = {
        "X-Forwarded-Host": "127.0.0.1",
        "X-Forwarded-For": "127.0.0.1",
        "Forwarded": "host=127.0.0.1",
        "X-Original-URL": "/metrics",
    }
    target.refuses(request("/", host="evil.example", headers=headers), 421)


def test_a_promised_body_that_never_comes_holds_up_nobody(target: Target) -> None:
    headers = {
        "Expect": "100-continue",
        "Content-Length": "10",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    with Visitor(target.address) as visitor:
        visitor.send(request("/retry", method="POST", headers=headers))
        assert target.still_answers()


def test_bytes_that_are_no_text_in_every_header_are_no_fault(target: Target) -> None:
    odd = b"\x80\xff\xc3\x28"
    names = (b"Cookie", b"Authorization", b"Referer", b"Accept", b"X-CSRF-Token", b"Range")
    lines = b"".join(name + b": " + odd + b"\r\n" for name in names)
    target.refuses(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + lines + b"\r\n", 200)
    target.refuses(b"GET / HTTP/1.1\r\nHost: " + odd + b"\r\n\r\n", 421)
