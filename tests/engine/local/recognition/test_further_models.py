# ruff: noqa: RUF001  other scripts have letters that look like Latin ones
"""Further recognition models read the lines that the shipped one is not sure of."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.local.engine import LocalEngine
from ocr_watcher.engine.local.recognition.further_models import (
    Read,
    files_of,
    improved,
    in_reading_order,
    surest,
)
from ocr_watcher.errors import EngineMissingError
from tests.engine.local.pictures import drawn, page_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def shipped(stage: str) -> Path:
    rapidocr = pytest.importorskip("rapidocr")
    (model,) = (Path(rapidocr.__file__).parent / "models").glob(f"PP-OCR*_{stage}_*.onnx")
    return model


@dataclass
class Model:
    """A model that reads strips by their names, and keeps a list of those that it was given."""

    knows: Mapping[str, tuple[str, float]]
    given: list[str] = field(default_factory=list)

    def __call__(self, line: str) -> Read:
        self.given.append(line)
        return Read(*self.knows.get(line, ("", 0.0)))


def read_with(first: Mapping[str, tuple[str, float]], *models: Model) -> list[str]:
    """The readings of all strips that the first model knows, in their order."""
    return [improved(Read(*read), line, models).words for line, read in first.items()]


def test_a_line_whose_letters_were_passed_over_is_read_by_the_further_models() -> None:
    russian = Model({"line": ("Итого", 0.6)})
    marks = Read(", .", 0.97, missed=5)
    assert improved(marks, "line", [russian]).words == "Итого"
    assert improved(Read(", .", 0.97), "line", [russian]).words == ", ."
    assert improved(marks, "line", []) == marks


def test_the_models_of_a_folder_are_all_or_those_that_are_named(tmp_path: Path) -> None:
    names = ("korean_PP-OCRv4_rec_mobile", "korean_PP-OCRv5_rec_mobile", "el_PP-OCRv5_rec_mobile")
    for name in (*names, "korean_PP-OCRv5_det_mobile", "notes"):
        (tmp_path / f"{name}.onnx").touch()
    assert {file.stem for file in files_of(tmp_path, ())} == set(names)
    assert [file.stem for file in files_of(tmp_path, ("korean", "el"))] == list(names[1:])
    assert files_of(None, ()) == ()
    for empty in (tmp_path / "nowhere", tmp_path.parent / "empty"):
        with pytest.raises(EngineMissingError, match=f"{empty} has no model"):
            files_of(empty, ())
    with pytest.raises(EngineMissingError, match="no model such as cyrillic_PP-OCRv5_rec_mobile"):
        files_of(tmp_path, ("korean", "cyrillic"))


@pytest.mark.parametrize("languages", [(), ("el",)])
def test_a_pipe_with_the_name_of_a_model_is_refused_at_once(
    languages: tuple[str, ...], tmp_path: Path
) -> None:
    model = tmp_path / "el_PP-OCRv5_rec_mobile.onnx"
    os.mkfifo(model)
    with pytest.raises(EngineMissingError, match=f"{model} .* it is a pipe or a device"):
        files_of(tmp_path, languages)


def test_only_lines_that_are_doubtful_are_read_again_and_the_surest_reading_is_kept() -> None:
    first = {"a": ("Harbour", 0.99), "b": ("3AKA3", 0.7), "c": ("  .    ", 0.95), "d": ("x", 0.8)}
    cyrillic = Model({"b": ("ЗАКАЗ", 0.98), "c": ("Заказ", 0.97), "d": ("х", 0.6)})
    korean = Model({"b": ("주", 0.5), "c": ("  주  ", 0.99)})
    assert read_with(first, cyrillic, korean) == ["Harbour", "ЗАКАЗ", "Заказ", "x"]
    assert cyrillic.given == korean.given == ["b", "c", "d"]


def test_where_the_shipped_model_is_sure_no_other_one_is_asked() -> None:
    idle = Model({})
    assert read_with({"a": ("Harbour", 0.99)}, idle) == ["Harbour"]
    assert idle.given == []


def test_blanks_are_no_reading() -> None:
    assert surest([Read("     ", 0.99), Read("Заказ", 0.6)]).words == "Заказ"
    assert surest([Read("first", 0.8), Read("second", 0.8)]).words == "first"


@pytest.mark.parametrize(
    ("seen", "read"), [("جبا", "ابج"), ("12.50 جبا", "ابج12.50 "), ("abc 12", "abc 12"), ("", "")]
)
def test_what_a_model_of_arabic_reads_from_the_left_is_reversed(seen: str, read: str) -> None:
    assert in_reading_order(seen) == read


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"no model", "it cannot be loaded", marks=pytest.mark.slow),
        (None, "it has no alphabet"),
    ],
)
def test_a_file_that_is_no_recognition_model_is_named(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    file = tmp_path / "korean_rec.onnx"
    file.write_bytes(shipped("det").read_bytes() if content is None else content)
    with pytest.raises(EngineMissingError, match=reason) as caught:
        LocalEngine(threads=1, further=[file]).self_test()
    assert str(file) in str(caught.value)


@pytest.mark.slow
def test_a_real_model_proves_that_it_reads_and_is_named_in_the_description(tmp_path: Path) -> None:
    file = tmp_path / "korean_PP-OCRv9_rec_mobile.onnx"
    shutil.copy(shipped("rec"), file)
    engine = LocalEngine(threads=1, further=[file])
    assert engine.identity.endpoint.endswith(" + korean_PP-OCRv9_rec_mobile")
    reading = engine.recognise(page_of(drawn("Harbour Lane", "27 Orchard Road")))
    assert [line.text for line in reading.lines] == ["Harbour Lane", "27 Orchard Road"]
    engine.close()
