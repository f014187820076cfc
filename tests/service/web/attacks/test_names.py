"""Attacks by name: DNS rebinding, and requests that a page of another site makes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.web.guards.access import Access
from tests.service.web.attacks.visitor import request

if TYPE_CHECKING:
    from tests.service.web.attacks.target import Target

OTHER_NAMES = [
    "evil.example",
    "evil.example:8321",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.example@127.0.0.1",
    "127.0.0.1@evil.example",
    "127.0.0.1, evil.example",
    "127.0.0.1 evil.example",
    "127.0.0.1/evil",
    "localhost.",
    "2130706433",
    "0x7f.1",
    "192.168.1.5",
    "[::2]",
    "[::1",
    "localhost:port",
    "",
]


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_a_host_that_is_not_the_pages_is_refused(target: Target, name: str) -> None:
    target.refuses(request("/", host=name), 421)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST:80", "[::1]:9", "127.9.9.9"])
def test_every_name_of_loopback_is_the_pages(target: Target, name: str) -> None:
    assert target.ask(target="/", host=name).status == 200


def test_a_name_that_is_set_is_the_pages_until_it_is_unset(target: Target) -> None:
    target.access = Access(frozenset({"scans.example"}))
    assert target.ask(target="/", host="Scans.Example:443").status == 200
    target.access = replace(target.access, hosts=frozenset())
    target.refuses(request("/", host="scans.example"), 421)


def test_two_hosts_are_refused(target: Target) -> None:
    sent = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n"
    target.refuses(sent, 400)


def test_no_host_is_refused(target: Target) -> None:
    target.refuses(b"GET / HTTP/1.1\r\n\r\n", 400)
    target.refuses(b"GET / HTTP/1.0\r\n\r\n", 421)


def test_another_host_in_the_target_is_refused(target: Target) -> None:
    target.refuses(request("http://evil.example/"), 404)
    target.refuses(request("//evil.example/"), 404)


@pytest.mark.parametrize("path", ["/metrics", "/health", "/static/style.css", "/events"])
def test_no_address_is_left_out(target: Target, path: str) -> None:
    target.refuses(request(path, host="evil.example"), 421)
    target.refuses(request(path, headers={"Origin": "http://evil.example"}), 403)


OTHER_ORIGINS = [
    "http://evil.example",
    "https://evil.example",
    "http://127.0.0.1:1",
    "http://127.0.0.1.evil.example",
    "http://127.0.0.1@evil.example",
    "http://localhost",
    "file://127.0.0.1",
    "chrome-extension://127.0.0.1",
    "null",
    "",
    "127.0.0.1",
    "http://",
]


@pytest.mark.parametrize("origin", OTHER_ORIGINS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_origin_is_refused_with_the_right_token(
    target: Target, origin: str, method: str
) -> None:
    headers = {"Origin": origin, "X-CSRF-Token": target.tokens.new()}
    answer = target.refuses(request("/retry", method=method, headers=headers), 403)
    assert b"another site" in answer.body


def test_two_origins_are_refused(target: Target) -> None:
    own = b"Origin: http://127.0.0.1\r\n"
    sent = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + own + own + b"\r\n"
    target.refuses(sent, 403)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8321", "http://127.0.0.1:8321"),
        ("localhost", "http://localhost"),
        ("localhost", "https://localhost:443"),  # a proxy that speaks TLS
        ("[::1]:8321", "http://[::1]:8321"),
    ],
)
def test_its_own_origin_is_taken(target: Target, host: str, origin: str) -> None:
    assert target.ask(target="/", host=host, headers={"Origin": origin}).status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "odd"])
@pytest.mark.parametrize(
    ("mode", "kind"), [("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe")]
)
def test_no_other_site_can_show_a_part_of_the_page(
    target: Target, site: str, mode: str, kind: str
) -> None:
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": kind}
    target.refuses(request("/images", headers=headers), 403)


def test_a_person_can_follow_a_link_to_the_page_and_no_form(target: Target) -> None:
    headers = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
        "X-CSRF-Token": target.tokens.new(),
    }
    assert target.ask(target="/", headers=headers).status == 200
    target.refuses(request("/retry", method="POST", headers=headers), 403)


def test_no_answer_lets_another_site_read_it(target: Target) -> None:
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    target.refuses(request("/retry", method="OPTIONS", headers=headers), 405)
