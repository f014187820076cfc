"""Attacks on what an answer says: headers of a client's making, and faults that tell too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.service.web.attacks.target import Target, assert_harmless
from tests.service.web.attacks.visitor import request

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from tests.service.web.views.stage import Stage

BREAK = "%0d%0aSet-Cookie:%20evil=1%0d%0a%0d%0a<script>alert(1)</script>"


@pytest.mark.parametrize("path", ["/", "/images", "/find", "/nothing", "/retry", "/static/x"])
@pytest.mark.parametrize("name", ["after", "name", "words", "code", "back"])
def test_no_query_makes_a_header_or_an_element(target: Target, path: str, name: str) -> None:
    answer = target.refuses(request(f"{path}?{name}={BREAK}"), 200, 400, 404, 405)
    assert "set-cookie" not in answer.headers
    assert b"<script>alert" not in answer.body


def test_a_header_with_a_line_break_is_left_out(stage: Stage) -> None:
    async def inner(_: Scope, __: Receive, send: Send) -> None:
        headers = [
            (b"content-disposition", b'attachment; filename="a\r\nSet-Cookie: evil=1"'),
            (b"location", b"/images\x00"),
            (b"content-security-policy", b"default-src *"),
            (b"cache-control", b"public"),
            (b"x-good", b"yes"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    with Target(stage, inner=inner) as target:
        answer = target.ask(target="/")
        assert answer.headers["x-good"] == "yes"
        assert answer.headers["cache-control"] == "no-store"
        assert not answer.headers.keys() & {"set-cookie", "content-disposition", "location"}
        assert_harmless(answer)


def test_a_fault_tells_its_log_and_not_its_client(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async def inner(_: Scope, __: Receive, ___: Send) -> None:
        raise ValueError("/srv/scans/private.png")

    with Target(stage, inner=inner) as target:
        answer = target.ask(target="/images?name=what-I-searched")
        assert answer.status == 500
        assert b"private" not in answer.everything
        assert_harmless(answer)
        assert target.ask().status == 200
    assert caplog.messages == ["a fault of this program in the page"]
    assert "what-I-searched" not in caplog.text


def test_a_fault_in_the_middle_of_an_answer_ends_the_connection(stage: Stage) -> None:
    async def inner(_: Scope, __: Receive, send: Send) -> None:
        headers = [(b"content-length", b"10")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        raise ValueError("/srv/scans/private.png")

    with Target(stage, inner=inner) as target:
        assert target.ask(target="/").body == b""
        assert target.ask().status == 200


def test_what_is_asked_for_is_in_no_log(target: Target, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    target.ask(target="/find?words=very-private")
    target.ask(target="/images?name=very-private", headers={"Cookie": "very-private"})
    target.refuses(b"very-private\r\n\r\n", 400)
    assert "very-private" not in caplog.text


def test_health_tells_no_path_and_no_name(target: Target, stage: Stage) -> None:
    answer = target.ask(target="/health")
    assert answer.body == b'{"status": "ok"}\n'
    stage.site = None
    assert target.ask(target="/health").body == b'{"status": "reloading"}\n'
    assert target.ask(target="/metrics").status == 503
