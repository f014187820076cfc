"""The error file of an image is read, and its content is not trusted."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.document.document import Source
from ocr_watcher.errors import ImageError
from ocr_watcher.sidecars.error_file import FailedContent, Failure, content_of, failure_of
from ocr_watcher.sidecars.names import error_name

if TYPE_CHECKING:
    from collections.abc import Iterator

IMAGE = "a.jpg"
UNKNOWN = Failure("unknown", "its error file cannot be read", "")


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / error_name(IMAGE)


def test_a_failure_says_what_failed_and_what_to_do() -> None:
    source = Source("scan.jpg", 12, 1_700_000_000_250_000_000, "ab" * 32)
    error = ImageError(216201, "image format error", advice="save it as JPEG")
    assert json.loads(content_of(error, source, 3, datetime(2024, 5, 1, tzinfo=UTC))) == {
        "source": {
            "name": "scan.jpg",
            "size": 12,
            "modified": "2023-11-14T22:13:20.250000Z",
            "sha256": "ab" * 32,
        },
        "error": {"code": 216201, "message": "image format error", "advice": "save it as JPEG"},
        "attempts": 3,
        "failed_at": "2024-05-01T00:00:00Z",
    }


@pytest.mark.parametrize("code", [216201, "not-an-image"])
def test_what_was_written_is_read(directory: int, file: Path, code: int | str) -> None:
    error = ImageError(code, "图片格式错误", advice="scan it again")
    source = Source(IMAGE, 5, 6, None)
    file.write_bytes(content_of(error, source, 1, datetime.now(UTC)))
    assert failure_of(directory, IMAGE) == Failure(
        str(code),
        "图片格式错误",
        "scan it again",
        FailedContent(5, "1970-01-01T00:00:00Z", None),
    )


def test_an_image_that_has_not_failed_has_no_known_reason(directory: int) -> None:
    assert failure_of(directory, IMAGE) == UNKNOWN


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json",
        b"\xff\xfe\xfd",
        b"[]",
        b"7",
        b"{}",
        b'{"error": 7}',
        b'{"error": {"code": 1, "message": "without advice"}}',
        b"[" * 60_000,
        b'{"error": {"code": ' + b"9" * 5000 + b', "message": "", "advice": ""}}',
        b'{"error": {"code": 1, "message": "", "advice": ""}, "more": "' + b"x" * 70_000 + b'"}',
    ],
    ids=[
        "empty",
        "no JSON",
        "no text",
        "a list",
        "a number",
        "nothing",
        "no error",
        "no advice",
        "deep",
        "a huge number",
        "too long",
    ],
)
def test_what_we_did_not_write_is_an_unknown_reason(
    directory: int, file: Path, content: bytes
) -> None:
    file.write_bytes(content)
    assert failure_of(directory, IMAGE) == UNKNOWN


def test_no_control_characters_reach_the_terminal(directory: int, file: Path) -> None:
    error = {"code": "\x1b[2J", "message": "a\nb", "advice": "\ud800"}
    file.write_text(json.dumps({"error": error}))
    assert failure_of(directory, IMAGE) == Failure(r"\x1b[2J", r"a\nb", r"\ud800")


def test_a_link_is_not_followed(directory: int, file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text('{"error": {"code": 1, "message": "secret", "advice": ""}}')
    file.symlink_to(elsewhere)
    assert failure_of(directory, IMAGE) == UNKNOWN


def test_a_pipe_that_nobody_or_somebody_writes_to_does_not_block(
    directory: int, file: Path
) -> None:
    os.mkfifo(file)
    assert failure_of(directory, IMAGE) == UNKNOWN
    writer = os.open(file, os.O_RDWR | os.O_NONBLOCK)
    assert failure_of(directory, IMAGE) == UNKNOWN
    os.close(writer)


def test_a_directory_of_that_name_is_left_and_its_descriptor_given_back(
    directory: int, file: Path
) -> None:
    file.mkdir()
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert failure_of(directory, IMAGE) == UNKNOWN
    assert len(list(Path("/proc/self/fd").iterdir())) == before
