"""Attacks by address: ways out of the ids, and ids that stand for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.service.web.attacks.visitor import request

if TYPE_CHECKING:
    from tests.service.web.attacks.target import Target
    from tests.service.web.views.stage import Stage

WAYS_OUT = [
    "/../secret.txt",
    "/../../../../../../etc/passwd",
    "/images/../../secret.txt",
    "/images/..%2f..%2fsecret.txt",
    "/images/%2e%2e/%2e%2e/secret.txt",
    "/images/%252e%252e%252fsecret.txt",
    "/images/..;/secret.txt",
    "/images/....//secret.txt",
    "/images/..\\..\\secret.txt",
    "/images/%5c..%5csecret.txt",
    "/images/%c0%ae%c0%ae/secret.txt",
    "/images/\xff",
    "/images/secret.txt%00.png",
    "/static/../views/retry.py",
    "/static/..%2fpage.py",
    "/static/%2e%2e%2fpage.py",
    "/static//etc/passwd",
    "/static/style.css/../../page.py",
    "/static/%2fetc%2fpasswd",
    "//etc/passwd",
    "//",
    "/./images",
    "/images/.",
    "/images//",
    "file:///etc/passwd",
    "/%2e%2e",
    "*",
]


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_address_leads_to_a_file(target: Target, way: str) -> None:
    target.refuses(request(way), 400, 404)


def test_no_way_out_leads_out_behind_an_id_that_exists(target: Target, stage: Stage) -> None:
    known = stage.index.entries[0].id
    for way in ("file/../../secret.txt", "file/%2e%2e", "picture/..%2f1", "picture/-1"):
        target.refuses(request(f"/images/{known}/{way}"), 400, 404)


@pytest.mark.parametrize(
    "guess", ["0", "1", "-1", "letter.png", "scans", "NaN", "a" * 2000, "true", "~root", "_"]
)
def test_an_id_that_is_guessed_stands_for_nothing(target: Target, guess: str) -> None:
    target.refuses(request(f"/images/{guess}"), 404)


def test_an_address_that_is_too_long_is_refused(target: Target) -> None:
    target.refuses(request("/images?name=" + "a" * 5000), 414)
    target.refuses(request("/" + "a" * 5000), 414)


@pytest.mark.parametrize(
    "query",
    [
        "page=99999999999999999999999999",
        "after=%00%ff",
        "after=" + "9" * 3000,
        "state=nothing&folder=../../etc",
        "name=%25%25%5f%27%22--",
        "name=%ff%fe%80",
        "name=%ed%a0%80",
        "words=%00",
        "q=" + "%f0%9f%92%a9" * 300,
        "&&&===",
        "again=1e999&faults=-1",
    ],
)
@pytest.mark.parametrize("path", ["/images", "/find", "/"])
def test_an_odd_query_is_answered_and_is_no_fault(target: Target, path: str, query: str) -> None:
    target.refuses(request(f"{path}?{query}"), 200, 400, 404)
