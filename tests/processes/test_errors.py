from __future__ import annotations

from typing import Any

import pytest

from ocr_watcher.errors import (
    DoubtfulImageError,
    EngineMissingError,
    ImageError,
    OcrWatcherError,
    OversizeError,
)
from ocr_watcher.processes.errors import ProcessFault, ToldErrors, fault_told
from ocr_watcher.processes.wire import NONSENSE

ERRORS = ToldErrors((ImageError, DoubtfulImageError, EngineMissingError))
TOLD = ERRORS.told(ImageError("damaged", "it cannot be decoded", advice="scan it again"))


def told_and_understood(error: OcrWatcherError) -> OcrWatcherError:
    with pytest.raises(OcrWatcherError) as raised:
        ERRORS.raise_told(ERRORS.told(error))
    return raised.value


@pytest.mark.parametrize(
    "error",
    [
        ImageError("damaged", "it cannot be decoded", advice="scan it again"),
        DoubtfulImageError("cut-off", "the end is missing"),
        ImageError(216202, "a number is a code as well"),
    ],
)
def test_an_error_arrives_as_it_was(error):
    arrived = told_and_understood(error)
    assert type(arrived) is type(error)
    assert (arrived.code, str(arrived), arrived.advice) == (error.code, str(error), error.advice)


def test_an_error_without_a_code_arrives_as_it_was():
    arrived = told_and_understood(EngineMissingError("no models", advice="Install them."))
    assert type(arrived) is EngineMissingError
    assert (str(arrived), arrived.advice) == ("no models", "Install them.")


def test_an_error_of_a_class_that_is_not_known_arrives_as_the_one_above_it():
    assert type(told_and_understood(OversizeError("too-large", "it is"))) is ImageError


def test_a_fault_of_the_program_is_told_by_its_place_and_without_its_text():
    def fail() -> None:
        raise KeyError("what the picture says")

    with pytest.raises(KeyError) as caught:
        fail()
    with pytest.raises(ProcessFault, match=r"^KeyError at test_errors\.py:\d+ in fail$"):
        ERRORS.raise_told(fault_told(caught.value))


@pytest.mark.parametrize(
    "told",
    [
        {},
        {**TOLD, "kind": []},
        {**TOLD, "text": 7},
        {**TOLD, "text": "x" * 1_000_000},
        {**TOLD, "advice": None},
        {**TOLD, "code": None},
        {**TOLD, "code": ["damaged"]},
        {"kind": "SystemExit", "text": {}},
    ],
)
def test_any_other_answer_is_nonsense(told: dict[str, Any]):
    with pytest.raises(NONSENSE):
        ERRORS.raise_told(told)
