"""A watched folder in the settings."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import pathspec
from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from ocr_watcher.escapes import printable
from ocr_watcher.settings.output import Formats, Layout
from ocr_watcher.threads.patience import NoAnswerError, answered
from ocr_watcher.values.section import Location, Section
from ocr_watcher.values.written import written_as


def _glob(pattern: str) -> str:
    try:
        parsed = list(pathspec.GitIgnoreSpec.from_lines([pattern]).patterns)
    except ValueError:
        parsed = []
    # Comments, blanks and open brackets match nothing in a .gitignore, and silently so.
    if not any(glob.include is not None for glob in parsed):
        raise ValueError("is not a valid pattern of .gitignore")
    return pattern


_WRITTEN = written_as(r"(?!#)(?=.*([^!/\\]|\\.)).*")
_Globs = Annotated[tuple[Annotated[str, AfterValidator(_glob), _WRITTEN], ...], Field(strict=False)]


class FolderSettings(Section):
    """One watched folder; a path alone stands for ``{path: …}``."""

    path: Location = Field(examples=["/srv/scans"])
    """The folder. It must exist."""

    recursive: bool = True
    """Whether the folders below it are watched as well."""

    watch: Literal["auto", "events", "poll"] = "auto"
    """How new files are noticed: `events` of the file system; `poll`, which looks every
    `poll_seconds`; or `auto`, which uses events, but polls network shares and folders whose events
    do not arrive."""

    include: _Globs = ()
    """Only files that match one of these patterns are read, such as `["*.jpg", "invoices/**"]`.
    They are written as in .gitignore; upper and lower case are the same. Empty means every image
    that the program can read."""

    exclude: _Globs = ()
    """Files that match one of these patterns are never read, such as `["drafts/",
    "*-back.png"]`."""

    formats: Formats | None = Field(default=None, examples=[["txt", "alto"]])
    """What is written for this folder, instead of `output.formats`."""

    layout: Layout | None = Field(default=None, examples=["paragraphs"])
    """How lines become text in this folder, instead of `output.layout`."""

    # The next two stand in place of the engine's settings of these names, whose rules check them
    # (`folder_problems`).
    endpoint: Any = Field(default=None, examples=["accurate"])
    """For Baidu's service only: the endpoint for this folder, instead of `baidu.endpoint`. If the
    quota of one endpoint is used up, the folders with other endpoints go on."""

    options: Any = Field(default=None, examples=[{"language_type": "ENG"}])
    """For Baidu's service only: the options for this folder. They replace all of `baidu.options`
    and are not merged with them; `{}` means no options."""

    @model_validator(mode="before")
    @classmethod
    def _from_path(cls, value: object) -> object:
        return value if isinstance(value, Mapping | cls) else {"path": value}

    @field_validator("path")
    @classmethod
    def _is_there(cls, path: Path, info: ValidationInfo) -> Path:
        if not (info.context and info.context.folders_needed):
            return path
        name = printable(str(path))  # pydantic passes on no name that is not UTF-8
        with contextlib.suppress(NoAnswerError):  # it is waited for, as one that vanishes is
            if not answered(lambda: os.path.exists(path), of=str(path)):  # noqa: PTH110
                raise ValueError(f"{name} does not exist; create it or correct the path")
            if not answered(path.is_dir, of=str(path)):
                raise ValueError(f"{name} is no folder; give the folder that the scans arrive in")
        return path
