"""The comparison of the content of a folder with the expected content."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.service.claim.lock_file import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.daemon.histories_model import Expected, Model


ERROR = ".ocr-error.json"
SIDECARS = (".txt", ".json")


@dataclass(frozen=True, slots=True)
class File:
    """A file.

    Attributes:
        content: All of it.
        date: The time of its last change, in nanoseconds since the epoch.
    """

    content: bytes
    date: int


def problems(folder: Path, model: Model) -> list[str]:
    """All that is not as it is to be, in sentences."""
    files = _files(folder)
    found = [*_wrong_images(files, model), *_strangers(files, model)]
    for name in model.wanted().keys() & files.keys():
        beside = {suffix: files.get(name + suffix) for suffix in (*SIDECARS, ERROR)}
        wrong = _wrong_beside(files[name], beside, model.images[name])
        found += [f"{name!r} {problem}" for problem in wrong]
    return found


def texts(folder: Path, model: Model) -> dict[str, str]:
    """The text of each image that is to have one."""
    wanted = model.wanted().items()
    names = [name for name, expected in wanted if expected.content.words is not None]
    return {name: (folder / f"{name}.txt").read_text("utf-8") for name in names}


def _files(folder: Path) -> dict[str, File]:
    files = {}
    for directory, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(directory, name)  # noqa: PTH118  os.walk speaks in strings
            try:
                with open(path, "rb") as file:  # noqa: PTH123  likewise
                    date = os.fstat(file.fileno()).st_mtime_ns
                    files[os.path.relpath(path, folder)] = File(file.read(), date)
            except FileNotFoundError:
                continue  # a file that was being written has its name now
    return files


def _wrong_images(files: Mapping[str, File], model: Model) -> Iterator[str]:
    for name, expected in model.images.items():
        if name not in files or files[name].content != expected.content.data:
            yield f"{name!r} is not the image that was put there"


def _strangers(files: Mapping[str, File], model: Model) -> Iterator[str]:
    suffixes = ("", *SIDECARS, ERROR)
    known = {owner + suffix for owner in model.owners for suffix in suffixes} | set(model.images)
    for name in sorted(files.keys() - known - {NAME}):
        yield f"{name!r} belongs to no image"


def _wrong_beside(
    image: File, beside: Mapping[str, File | None], expected: Expected
) -> Iterator[str]:
    readable = expected.content.words is not None
    for suffix, file in beside.items():
        if (file is not None) != (readable == (suffix in SIDECARS)):
            yield f"{'has no' if file is None else 'has a'} {suffix}"
        elif file is not None and file.date < image.date:
            yield f"is newer than its {suffix}"
    text, answer = beside[".txt"], beside[".json"]
    if readable and text is not None and text.content.decode() not in expected.texts:
        yield f"has the text {text.content.decode()!r}, and not one of {sorted(expected.texts)}"
    if readable and answer is not None and not _is_of(answer.content, expected):
        yield "has the JSON of another content"


def _is_of(answer: bytes, expected: Expected) -> bool:
    told = json.loads(answer)
    lines = [line["words"] for line in told["words_result"]]
    sha256 = hashlib.sha256(expected.content.data).hexdigest()
    return lines == expected.content.text.splitlines() and told["source"]["sha256"] == sha256
