"""What may be set, with its defaults and rules.

Each engine brings the model of its own section; `settings_model` puts them together.
``config.example.yaml`` documents each key.
"""

import contextlib
import functools
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import pathspec
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    create_model,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticKnownError

from ocr_watcher.engine.description import EngineDescription
from ocr_watcher.engine.registry import AUTO, ENGINES
from ocr_watcher.formats.registry import DEFAULT, FORMATS
from ocr_watcher.settings.metrics import MetricsSettings
from ocr_watcher.settings.notify import NotifySettings
from ocr_watcher.settings.web import WebSettings
from ocr_watcher.threads.patience import NoAnswerError, answered, real_path
from ocr_watcher.values.backoff import BackOff
from ocr_watcher.values.page import PdfText
from ocr_watcher.values.section import Location, Seconds, Section, SectionT, SomeSeconds


def _format(name: object) -> object:
    if name not in FORMATS.names:
        *others, last = map(repr, FORMATS.names)
        expected = f"{', '.join(others)} or {last}"
        raise PydanticKnownError("literal_error", {"expected": expected})
    if missing := missing_for(str(name)):
        raise ValueError(missing)
    return name


def missing_for(name: str) -> str | None:
    """Return what a format needs and how to install it; None if nothing is missing."""
    remedy = FORMATS.named(name).remedy
    return remedy and f"what writes {name} is not installed; do this: {remedy}"


def _some_without_repeats(formats: tuple[str, ...]) -> tuple[str, ...]:
    if not formats:
        raise ValueError("must name at least one")
    return tuple(dict.fromkeys(formats))


def _glob(pattern: str) -> str:
    try:
        parsed = list(pathspec.GitIgnoreSpec.from_lines([pattern]).patterns)
    except ValueError:
        parsed = []
    # Comments, blanks and open brackets match nothing in a .gitignore, and silently so.
    if not any(glob.include is not None for glob in parsed):
        raise ValueError("is no glob as .gitignore has them")
    return pattern


Format = Annotated[str, BeforeValidator(_format)]
_Layout = Literal["rows", "paragraphs", "lines"]
_Formats = Annotated[tuple[Format, ...], Field(strict=False), AfterValidator(_some_without_repeats)]
_Globs = Annotated[tuple[Annotated[str, AfterValidator(_glob)], ...], Field(strict=False)]


class FolderSettings(Section):
    """One watched folder; a path alone stands for ``{path: …}``."""

    path: Location
    recursive: bool = True
    watch: Literal["auto", "events", "poll"] = "auto"
    include: _Globs = ()
    exclude: _Globs = ()
    formats: _Formats | None = None
    layout: _Layout | None = None
    # In place of the engine's settings of these names, whose rules check them (`folder_problems`).
    endpoint: Any = None
    options: Any = None

    @model_validator(mode="before")
    @classmethod
    def _from_path(cls, value: object) -> object:
        return value if isinstance(value, Mapping | cls) else {"path": value}

    @field_validator("path")
    @classmethod
    def _is_there(cls, path: Path, info: ValidationInfo) -> Path:
        if not (info.context and info.context.folders_needed):
            return path
        with contextlib.suppress(NoAnswerError):  # it is waited for, as one that vanishes is
            if not answered(lambda: os.path.exists(path), of=str(path)):  # noqa: PTH110
                raise ValueError(f"{path} does not exist; create it or correct the path")
            if not answered(path.is_dir, of=str(path)):
                raise ValueError(f"{path} is no folder; give the folder that the scans arrive in")
        return path


class OutputSettings(Section):
    """What is written beside each image."""

    formats: _Formats = (DEFAULT,)
    naming: Literal["append", "replace"] = "append"
    layout: _Layout = "rows"


class PdfSettings(Section):
    """What is done with PDF files."""

    text: PdfText = "auto"


class RetrySettings(Section):
    """How often and how soon an image is tried again."""

    attempts: Annotated[int, Field(ge=1, le=100)] = 5
    first_seconds: SomeSeconds = 1
    longest_seconds: SomeSeconds = 300

    @field_validator("longest_seconds")
    @classmethod
    def _is_not_below_the_first(cls, longest: float, info: ValidationInfo) -> float:
        if longest < info.data.get("first_seconds", longest):
            raise ValueError("must not be less than retry.first_seconds")
        return longest

    @property
    def back_off(self) -> BackOff:
        """How the delay between two tries grows."""
        return BackOff(self.first_seconds, self.longest_seconds)


class LogSettings(Section):
    """What is logged, and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


MOST_WORKERS = 256
"""Each worker has an image in memory and some descriptors."""

_Folders = Annotated[tuple[FolderSettings, ...], Field(strict=False)]


class Settings(Section):
    """All settings but those of the engines, which a subclass has: `settings_model`."""

    folders: _Folders = ()
    output: OutputSettings = OutputSettings()
    engine: str = AUTO
    workers: Annotated[int, Field(ge=1, le=MOST_WORKERS)] = 4
    pdf: PdfSettings = PdfSettings()
    settle_seconds: Seconds = 2
    rescan_seconds: Seconds = 300
    poll_seconds: SomeSeconds = 10
    state_dir: Location
    retry: RetrySettings = RetrySettings()
    metrics: MetricsSettings = MetricsSettings()
    notify: NotifySettings = NotifySettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()

    @model_validator(mode="before")
    @classmethod
    def _without_empty_sections(cls, value: object) -> object:
        """Take a section all of whose keys are commented out for one that is not there."""
        if not isinstance(value, Mapping):
            return value
        sections = {name for name, field in cls.model_fields.items() if _is_section(field)}
        return {key: got for key, got in value.items() if got is not None or key not in sections}

    @field_validator("folders")
    @classmethod
    def _are_some_and_distinct(cls, folders: _Folders, info: ValidationInfo) -> _Folders:
        if not folders and info.context and info.context.folders_needed:
            raise ValueError("there is none; list one here, or name one on the command line")
        seen: dict[object, Path] = {}
        for path in (folder.path for folder in folders):
            for identity, how in _identities(path):
                first = seen.setdefault(identity, path)
                if first is not path:
                    told = f"{first} and {path} are the same folder{how}"
                    raise ValueError(f"{told}; keep one of the two")
        return folders

    @property
    def back_off(self) -> BackOff:
        """How the delay between two tries grows."""
        return self.retry.back_off

    @property
    def layouts(self) -> frozenset[str]:
        """The layout of each folder, and that of a folder which has none of its own."""
        return frozenset(
            {self.output.layout, *(folder.layout or self.output.layout for folder in self.folders)}
        )

    @property
    def roots(self) -> tuple[str, ...]:
        """The watched folders, as the paths that they are known by."""
        return tuple(str(folder.path) for folder in self.folders)

    def own_settings(self, root: str, names: Collection[str]) -> dict[str, Any]:
        """Return the engine settings that a folder overrides.

        Args:
            root: The folder; one that is not configured has none.
            names: The settings that a folder may have.
        """
        folder = self._folder(root)
        given = {name: getattr(folder, name, None) for name in names}
        return {name: value for name, value in given.items() if value is not None}

    def layout_of(self, root: str) -> str:
        """Return the layout of a folder; that of the output where it is not configured."""
        folder = self._folder(root)
        return (folder and folder.layout) or self.output.layout

    def _folder(self, root: str) -> FolderSettings | None:
        return next((folder for folder in self.folders if str(folder.path) == root), None)

    def section(self, kind: type[SectionT]) -> SectionT:
        """Return the section of an engine; its defaults where these settings have none.

        Args:
            kind: The model of the section.
        """
        found = (value for _, value in self if isinstance(value, kind))
        return next(found, None) or kind()


def _is_section(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, Section)


def settings_model() -> type[Settings]:
    """Return the model of a whole settings file, with the section of each registered engine."""
    return _with_sections(tuple(ENGINES))


@functools.cache
def _with_sections(engines: tuple[EngineDescription[Any], ...]) -> type[Settings]:
    names = (AUTO, *(engine.name for engine in engines))
    fields: dict[str, Any] = {"engine": (Literal[names], AUTO)}
    for engine in engines:
        if engine.name in Settings.model_fields:
            raise ValueError(f"an engine cannot be named {engine.name!r}: a setting has the name")
        if engine.settings is not None:
            fields[engine.name] = (engine.settings, engine.settings())
    return create_model("Settings", __base__=Settings, **fields)


def _identities(path: Path) -> Iterator[tuple[object, str]]:
    yield real_path(str(path)), ""
    with contextlib.suppress(OSError):  # it is missing, which is said elsewhere
        status = answered(path.stat, of=str(path))
        yield (status.st_dev, status.st_ino), ", by a bind mount"
