from __future__ import annotations

import base64
import random
import time
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.engine.baidu.body import form_body
from ocr_watcher.errors import OversizeError

options = st.dictionaries(st.sampled_from(["language_type", "a&b"]), st.text(max_size=5))


@given(st.binary(max_size=300), options)
def test_the_body_is_what_urlencode_makes(image: bytes, options: dict[str, str]) -> None:
    expected = urlencode({"image": base64.b64encode(image), **options}).encode()
    body = form_body(image, options, body_bytes=10_000)
    assert b"".join(body) == expected
    assert len(body) == len(expected)


def test_every_byte_comes_out_again() -> None:
    image = bytes(range(256)) * 40
    body = b"".join(form_body(image, {"paragraph": "true"}, body_bytes=100_000))
    fields = parse_qs(body.decode())
    assert base64.b64decode(fields["image"][0]) == image
    assert fields["paragraph"] == ["true"]


@pytest.mark.parametrize("more", [-1, 0, 1, 2, 3, 24 * 1024])
def test_a_large_image_makes_several_pieces_of_the_same_form(more: int) -> None:
    image = random.Random(1).randbytes(3 * 24 * 1024 + more)
    body = form_body(image, {"paragraph": "true"}, body_bytes=1_000_000)
    expected = urlencode({"image": base64.b64encode(image), "paragraph": "true"}).encode()
    assert b"".join(body) == expected
    assert len(body) == len(expected)
    assert max(map(len, body)) < 40_000


def test_each_piece_is_told_before_it_is_sent() -> None:
    told: list[int] = []
    sent: list[bytes] = []
    image = bytes(2 * 24 * 1024)
    body = form_body(image, {}, body_bytes=1_000_000, on_piece=lambda: told.append(len(sent)))
    assert told == []
    for piece in body:
        sent.append(piece)  # noqa: PERF402  how many there are is looked at in between
    assert told == [0, 1]


def test_the_limit_is_that_of_the_url_encoded_image() -> None:
    image = b"\xff\xef\xbe" * 1000  # base64 of it is "/++" and "+" only: it grows threefold
    size = len(form_body(image, {}, body_bytes=1_000_000)) - len("image=")
    assert len(form_body(image, {"paragraph": "true"}, body_bytes=size)) > size
    with pytest.raises(OversizeError) as caught:
        form_body(image, {}, body_bytes=size - 1)
    assert caught.value.code == "body-too-large"
    assert caught.value.advice


def test_what_is_too_large_before_it_is_escaped_is_refused() -> None:
    with pytest.raises(OversizeError, match="larger than the 100 bytes"):
        form_body(b"\0" * 100, {}, body_bytes=100)


def test_an_image_of_3_mb_costs_little_time() -> None:
    image = random.Random(1).randbytes(3_000_000)
    durations = []
    for _ in range(5):
        start = time.thread_time()
        form_body(image, {}, body_bytes=10_000_000)
        durations.append(time.thread_time() - start)
    # 0.007 s on the machine it was written on; urlencode takes a second.
    assert min(durations) < 0.2
