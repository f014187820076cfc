"""Neither keys nor tokens get into logs or exceptions, whatever fails."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

import pytest
import urllib3

from ocr_watcher.errors import EngineError
from tests.simulator.faults import Body, Cut, Drip, ErrorCode, Fault, Reset, Silence, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.engine.baidu.engine import BaiduEngine
    from ocr_watcher.values.page import Page
    from tests.simulator.server import Simulator

FAULTS: list[Fault] = [
    *[ErrorCode(code, "no") for code in (1, 3, 6, 17, 18, 110, 216101, 216201, 216202, 4711)],
    *[Status(status) for status in (301, 400, 403, 413, 429, 500)],
    *[Body(body) for body in (b"", b"null", b"<html>", b'{"words_result": [', b"\xff")],
    Status(302, b"", {"Location": "http://127.0.0.1:9/elsewhere"}),
    Status(200, b"", {"X-A: 1\r\nno header at all\r\nX-B": "2"}),
    Status(200, b"no gzip", {"Content-Encoding": "gzip"}),
    Status(200, b" " * (16 * 1024 * 1024 + 1)),
    Cut(3),
    Drip(0.1),
    Drip(0.1, headers=True),
    Reset(),
    Silence(),
]


class Records(logging.Handler):
    """Everything that any logger emits, as text with its exception."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@pytest.fixture
def records(make_engine: Callable[..., BaiduEngine]) -> Iterator[Records]:
    make_engine()  # whoever calls the service has silenced urllib3 before
    records = Records()
    loggers = [
        logger
        for logger in logging.root.manager.loggerDict.values()
        if isinstance(logger, logging.Logger)
    ]
    before = [(logger, logger.level, logger.disabled) for logger in [logging.root, *loggers]]
    for logger, _, _ in before:
        logger.setLevel(logging.DEBUG)
        logger.disabled = False
        logger.addHandler(records)
    yield records
    for logger, level, disabled in before:
        logger.setLevel(level)
        logger.disabled = disabled
        logger.removeHandler(records)


def everything(error: BaseException | None) -> str:
    """All that can be shown of an exception and of those it hangs together with."""
    if error is None:
        return ""
    shown = [*traceback.format_exception(error), repr(error), repr(vars(error))]
    return "\n".join([*shown, everything(error.__cause__), everything(error.__context__)])


def own(error: BaseException | None) -> bool:
    """Whether an exception and those it hangs together with are all ours."""
    chain = [error.__cause__, error.__context__] if error else []
    return error is None or (isinstance(error, EngineError) and all(own(e) for e in chain))


def check(error: BaseException, simulator: Simulator, records: Records) -> None:
    text = everything(error) + "\n".join(records.texts)
    tokens = {call.token for call in simulator.calls} - {""}
    for secret in (simulator.api_key, simulator.secret_key, "?access_token=", *tokens):
        assert secret not in text
    assert own(error)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: repr(fault)[:40])
def test_a_failing_call_shows_no_secret(
    make_engine: Callable[..., BaiduEngine],
    simulator: Simulator,
    page: Page,
    records: Records,
    fault: Fault,
) -> None:
    engine = make_engine(read_timeout=0.3)
    engine.self_test()
    simulator.fault = lambda _call: fault
    with pytest.raises(EngineError) as caught:
        engine.recognise(page)
    simulator.release()
    simulator.wait_for(lambda: len(simulator.calls) > 0)
    check(caught.value, simulator, records)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: repr(fault)[:40])
def test_a_failing_token_call_shows_no_secret(
    make_engine: Callable[..., BaiduEngine],
    simulator: Simulator,
    records: Records,
    fault: Fault,
) -> None:
    simulator.next_token_faults.append(fault)
    with pytest.raises(EngineError) as caught:
        make_engine(read_timeout=0.3).self_test()
    check(caught.value, simulator, records)


@pytest.mark.parametrize("wrong", ["api_key", "secret_key"])
def test_a_refused_key_is_not_shown(
    make_engine: Callable[..., BaiduEngine], simulator: Simulator, records: Records, wrong: str
) -> None:
    mistyped = f"mistyped-{wrong}"
    with pytest.raises(EngineError) as caught:
        make_engine(**{wrong: mistyped}).self_test()
    check(caught.value, simulator, records)
    assert mistyped not in everything(caught.value) + "".join(records.texts)


@pytest.mark.parametrize("variable", ["http_proxy", "no_proxy"])
def test_a_service_that_is_not_there_is_told_without_secrets(
    make_engine: Callable[..., BaiduEngine],
    simulator: Simulator,
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    with pytest.raises(EngineError) as caught:
        make_engine(base_url="http://127.0.0.1:9").self_test()
    check(caught.value, simulator, records)


def test_a_refused_token_is_not_shown_though_the_service_repeats_it(
    engine: BaiduEngine, simulator: Simulator, page: Page, records: Records
) -> None:
    simulator.fault = lambda call: ErrorCode(110, f"token {call.token} is no longer valid")
    with pytest.raises(EngineError, match=r"token \[token\] is no longer valid") as caught:
        engine.recognise(page)
    check(caught.value, simulator, records)


def test_an_engine_does_not_show_its_keys(engine: BaiduEngine, simulator: Simulator) -> None:
    shown = repr(engine) + repr(vars(engine)) + repr(vars(engine._client))
    assert simulator.secret_key not in shown
    assert simulator.api_key not in shown


def test_urllib3_would_show_the_token_if_it_were_not_silenced(
    engine: BaiduEngine, simulator: Simulator, page: Page, records: Records
) -> None:
    logger = logging.getLogger(f"{urllib3.__name__}.connectionpool")
    filters, logger.filters = logger.filters, []
    try:
        engine.recognise(page)
    finally:
        logger.filters = filters
    assert simulator.calls[0].token in "\n".join(records.texts)
