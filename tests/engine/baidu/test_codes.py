from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.baidu.codes import FAULTS, error_for, one_line
from ocr_watcher.errors import (
    AccountError,
    DoubtfulImageError,
    DoubtfulServiceError,
    EndpointError,
    EngineError,
    ImageError,
    OversizeError,
    PausingError,
    QuotaError,
    RateError,
    RequestError,
    TokenError,
    TransientError,
)
from tests.simulator.faults import ErrorCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.engine.baidu.engine import BaiduEngine
    from ocr_watcher.values.page import Page
    from tests.simulator.server import Simulator

# Written out again from the documentation, so that a slip in the table is found.
DOCUMENTED: Mapping[int, type[EngineError]] = (
    dict.fromkeys((100, 110, 111), TokenError)
    | dict.fromkeys((1, 2, 4, 13, 216300, 216400, 216401, 216402, 216500), TransientError)
    | dict.fromkeys((282001, 282018), TransientError)
    | {282000: DoubtfulServiceError}
    | {18: RateError}
    | dict.fromkeys((17, 19, 216604), QuotaError)
    | {6: EndpointError}
    | dict.fromkeys((14, 15, 23, 216015, 216110, 216111), AccountError)
    | dict.fromkeys((3, 216101, 216102, 282003, 282110), RequestError)
    | dict.fromkeys((216202, 216205), OversizeError)
    | dict.fromkeys((216100, 216103, 216200, 216201, 216203, 216308, 216603), ImageError)
    | dict.fromkeys((282002, 282100, 282101, 282102, 282103), ImageError)
    | dict.fromkeys((282111, 282112, 282113, 282114), ImageError)
    | dict.fromkeys((216306, 216630, 216631, 216632, 216633, 216634, 216635), DoubtfulImageError)
    | {282810: DoubtfulImageError}
)


def test_the_table_holds_every_documented_code_and_no_other() -> None:
    assert {code: fault.error for code, fault in FAULTS.items()} == DOCUMENTED


@pytest.mark.parametrize("code", sorted(DOCUMENTED))
@pytest.mark.parametrize("kind", [int, str])
def test_a_code_that_the_service_answers_becomes_the_error_of_its_class(
    engine: BaiduEngine, simulator: Simulator, page: Page, code: int, kind: type
) -> None:
    simulator.fault = lambda _call: ErrorCode(kind(code), "told by the service")
    with pytest.raises(EngineError) as caught:
        engine.recognise(page)
    # A token error is repeated once with a new token, and then the account is to blame.
    expected = AccountError if DOCUMENTED[code] is TokenError else DOCUMENTED[code]
    assert type(caught.value) is expected
    assert caught.value.code == code
    assert "told by the service" in str(caught.value)
    assert len(simulator.calls) == (2 if DOCUMENTED[code] is TokenError else 1)


@pytest.mark.parametrize("code", [5, 999999, -1, "SDK100", "18x", "٣"])
def test_an_unknown_code_is_perhaps_the_image(
    engine: BaiduEngine, simulator: Simulator, page: Page, code: int | str
) -> None:
    simulator.next_faults.append(ErrorCode(code, "?"))
    with pytest.raises(DoubtfulImageError) as caught:
        engine.recognise(page)
    assert caught.value.code == code
    assert "does not know it" in caught.value.advice


@pytest.mark.parametrize("code", sorted(DOCUMENTED))
def test_whoever_has_to_act_is_told_what_to_do(code: int) -> None:
    error = error_for(code, "")
    acts = isinstance(error, PausingError | ImageError | RateError | TokenError)
    assert bool(error.advice) == acts


def test_a_code_of_thousands_of_digits_is_shortened() -> None:
    error = error_for("9" * 5000, "")
    assert isinstance(error, DoubtfulImageError)
    assert len(str(error)) < 100


def test_a_missing_message_is_said_to_be_missing() -> None:
    assert str(error_for(18, "")) == "error 18: the service gave no reason"


def test_a_message_is_one_bounded_line_without_control_characters() -> None:
    hostile = "first\x1b[31m\r\nsecond\x00\x85\u2028\ud800" + "x" * 10_000
    line = one_line(hostile)
    assert line.startswith("first [31m second xxx")
    assert len(line) == 200
    assert line.isprintable()
