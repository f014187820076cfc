from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ocr_watcher.engine.baidu.client import Answer
from ocr_watcher.engine.baidu.grant import grant
from ocr_watcher.errors import (
    AccountError,
    EngineError,
    ImageError,
    QuotaError,
    TokenError,
    TransientError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.engine.baidu.engine import BaiduEngine
    from tests.simulator.server import Simulator

TOKEN = "24.0123456789abcdef.2592000.1751878470.282335-1"


def granted(status: int = 200, **fields: Any) -> Any:
    return grant(Answer(status, json.dumps(fields).encode()))


def test_a_wrong_api_key_is_named(make_engine: Callable[..., BaiduEngine]) -> None:
    with pytest.raises(AccountError, match="API Key is unknown") as caught:
        make_engine(api_key="another").self_test()
    assert caught.value.code == "invalid_client"
    assert "baidu.api_key" in caught.value.advice


def test_a_wrong_secret_key_is_named(make_engine: Callable[..., BaiduEngine]) -> None:
    with pytest.raises(AccountError, match="Secret Key is wrong") as caught:
        make_engine(secret_key="another").self_test()
    assert "baidu.secret_key" in caught.value.advice


@pytest.mark.parametrize("description", ["something new", None, 5])
def test_another_refusal_of_the_keys_advises_to_check_both(description: Any) -> None:
    with pytest.raises(AccountError, match="refused the keys") as caught:
        granted(401, error="invalid_client", error_description=description)
    assert "baidu.api_key and baidu.secret_key" in caught.value.advice


def test_what_the_service_says_to_refuse_the_keys_is_not_repeated() -> None:
    with pytest.raises(AccountError) as caught:
        granted(401, error="my-secret", error_description="bad client_secret my-secret")
    assert "my-secret" not in f"{caught.value!r} {caught.value.advice} {caught.value.code}"


def test_the_keys_travel_in_the_body_and_not_in_the_url(
    engine: BaiduEngine, simulator: Simulator
) -> None:
    engine.self_test()
    assert simulator.token_queries == [{}]


@pytest.mark.parametrize(
    ("expires_in", "lifetime"),
    [
        (2592000, 2592000.0),
        ("3600", 3600.0),
        (1.5, 1.5),
        (10**18, 2592000.0),
        ("1e400", 2592000.0),
        (None, 3600.0),
        (0, 3600.0),
        (-5, 3600.0),
        ("soon", 3600.0),
        ("nan", 3600.0),
        ([60], 3600.0),
    ],
)
def test_the_lifetime_of_a_token_is_sane_whatever_is_told(expires_in: Any, lifetime: float) -> None:
    assert granted(access_token=TOKEN, expires_in=expires_in).lifetime == lifetime


def test_a_token_without_a_lifetime_is_kept_for_an_hour() -> None:
    assert granted(access_token=TOKEN).lifetime == 3600


@pytest.mark.parametrize(
    "token", [None, 5, "", "short", "x" * 3000, "24.0123\r\nHost: evil", "24.0123 456", "24.é12345"]
)
def test_what_cannot_be_a_token_is_a_malformed_answer(token: Any) -> None:
    with pytest.raises(TransientError, match="no access token") as caught:
        granted(access_token=token)
    assert caught.value.code == "malformed-answer"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'{"access_token": "24.'])
def test_what_is_no_json_object_is_waited_for(body: bytes) -> None:
    with pytest.raises(TransientError):
        grant(Answer(200, body))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_overloaded_token_service_is_waited_for(status: int) -> None:
    with pytest.raises(TransientError, match=f"HTTP status {status}"):
        granted(status, error="invalid_client")


@pytest.mark.parametrize("code", [100, 110, 216201, 216202, 216630, 424242])
def test_no_error_of_the_token_service_blames_an_image_or_a_token(code: int) -> None:
    with pytest.raises(EngineError) as caught:
        granted(error_code=code, error_msg="echo")
    assert not isinstance(caught.value, ImageError | TokenError)
    assert caught.value.code == code
    assert "echo" not in str(caught.value)


def test_an_error_code_of_the_token_service_keeps_its_class_otherwise() -> None:
    with pytest.raises(QuotaError):
        granted(error_code=17)


def test_a_token_is_not_shown() -> None:
    assert TOKEN not in repr(granted(access_token=TOKEN))
