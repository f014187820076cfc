"""What a service repeats of a call's secrets is masked, however it is written."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from ocr_watcher.engine.baidu.answer import parse, reading
from ocr_watcher.engine.baidu.client import Answer
from ocr_watcher.engine.baidu.grant import grant
from ocr_watcher.engine.baidu.masks import Masks
from ocr_watcher.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "24.0123456789abcdef.2592000.1767225600.282335-1"
KEY = "bce-v3/ALTAK-someone/abcdef0123456789abcdef0123456789abcdef01"


@pytest.fixture
def masks() -> Masks:
    masks = Masks(KEY)
    masks.know(TOKEN)
    return masks


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in text)


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda secret: secret,
    "escaped": escaped,
    "escaped in part": lambda secret: secret[:3] + escaped(secret[3:5]) + secret[5:],
    "escaped in capitals": lambda secret: escaped(secret).upper().replace("U", "u"),
    "slashes escaped": lambda secret: secret.replace("/", "\\/"),
    "in JSON within JSON": lambda secret: json.dumps(secret.replace("/", "\\/"))[1:-1],
    "URL-encoded": lambda secret: quote(secret, safe=""),
    "URL-encoded in lower case": lambda secret: quote(secret, safe="").replace("%2F", "%2f"),
    **{
        f"in base64 after {before} bytes": lambda secret, before=before: base64.b64encode(
            b"x" * before + secret.encode() + b"yz"
        ).decode()
        for before in range(4)
    },
    "in base64 for URLs": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
}


def rest(text: str) -> str:
    """What a text shows beside the masks; base64 of neighbours may be among it."""
    return text.replace("[key]", "").replace("[token]", "")


@pytest.mark.parametrize("secret", [TOKEN, KEY])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_secret_is_masked_in_values_and_names(
    masks: Masks, way: Callable[[str], str], secret: str
) -> None:
    written = way(secret)
    body = f'{{"{written}": "b", "list": [{{"x": "{written}"}}]}}'
    masked = parse(body.encode(), masks)
    (name,) = masked.keys() - {"list"}
    for text in (name, masked["list"][0]["x"]):
        assert "[" in text
        assert len(rest(text)) < 12


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_secret_is_masked_in_the_code_and_the_message_of_an_error(
    masks: Masks, way: Callable[[str], str]
) -> None:
    body = f'{{"error_code": "{way(TOKEN)}", "error_msg": "no {way(TOKEN)}"}}'
    with pytest.raises(EngineError) as caught:
        reading(Answer(200, body.encode()), masks)
    assert "[token]" in str(caught.value.code)
    assert len(rest(str(caught.value)).replace("error", "")) < 40


def test_a_key_in_place_of_the_code_of_a_refused_grant_is_masked() -> None:
    body = json.dumps({"error_code": KEY[:39] + "0", "error_msg": KEY}).encode()
    with pytest.raises(EngineError) as caught:
        grant(Answer(200, body), Masks(KEY[:39] + "0"))
    assert caught.value.code == "[key]"


def test_what_is_too_short_to_be_a_secret_is_left_in_the_text() -> None:
    assert parse(b'{"words": "a b"}', Masks("a")) == {"words": "a b"}


def test_a_token_from_before_is_masked_as_well(masks: Masks) -> None:
    masks.know("24.another-token")
    assert parse(json.dumps({"x": TOKEN}).encode(), masks) == {"x": "[token]"}


def test_an_answer_without_secrets_stays_what_it_was(masks: Masks) -> None:
    fields = {"words": 'a "quoted" \\ line\n第二行 \U0001f600', "n": 18446744073709551615, "f": 0.5}
    for ascii_only in (True, False):
        assert parse(json.dumps(fields, ensure_ascii=ascii_only).encode(), masks) == fields
