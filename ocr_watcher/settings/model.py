"""The settings, with their defaults and rules.

Each engine brings the model of its own section; `settings_model` puts them together. The docstring
of a setting, in Markdown, is its only description: the JSON schema, ``config.example.yaml`` and the
pages of the documentation are made from it.
"""

import contextlib
import functools
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, create_model, field_validator, model_validator
from pydantic.fields import FieldInfo

from ocr_watcher.engine.description import EngineDescription
from ocr_watcher.engine.registry import AUTO, ENGINES
from ocr_watcher.settings.folder import FolderSettings
from ocr_watcher.settings.metrics import MetricsSettings
from ocr_watcher.settings.notify import NotifySettings
from ocr_watcher.settings.output import OutputSettings
from ocr_watcher.settings.web import WebSettings
from ocr_watcher.threads.patience import answered, real_path
from ocr_watcher.values.backoff import BackOff
from ocr_watcher.values.page import PdfText
from ocr_watcher.values.section import Location, Seconds, Section, SectionT, SomeSeconds
from ocr_watcher.values.variable import variable_of


class PdfSettings(Section):
    """What is done with PDF files."""

    text: PdfText = "auto"
    """Whether the text that a page of a PDF already contains is used, exactly and without a call,
    instead of reading a picture of the page:

    - `auto`: visible text is used, if it is all the writing on the page. A scan is read, even if
      another program has put its own invisible text over it.
    - `trust`: any text that is there is used; only pages without text are read.
    - `ignore`: every page is read.
    """


class RetrySettings(Section):
    """How often and how soon an image is tried again."""

    attempts: Annotated[int, Field(ge=1, le=100)] = 5
    """How often an image is tried before it counts as failed. Faults of the service are not
    counted."""

    first_seconds: SomeSeconds = 1
    """The most seconds before the second try; this limit doubles with each further try."""

    longest_seconds: SomeSeconds = 300
    """The most seconds between two tries."""

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
    """The least that is logged: `debug`, `info`, `warning` or `error`."""

    format: Literal["text", "json"] = "text"
    """`text` for people; `json` for programs, one object a line."""


MOST_WORKERS = 256
"""Each worker has an image in memory and some descriptors."""

_Folders = Annotated[tuple[FolderSettings, ...], Field(strict=False)]


class Settings(Section):
    """All settings except those of the engines, which a subclass adds: `settings_model`."""

    folders: _Folders = ()
    """The folders that scans arrive in. Each must exist. A path alone is enough: `- /srv/scans`."""

    output: OutputSettings = OutputSettings()

    engine: str = AUTO
    """What reads the images: `baidu`, Baidu's service; `cluster`, other machines; `local`, RapidOCR
    on this machine; `auto`, `baidu` if its keys are set, otherwise `cluster` if a scheduler is
    named, otherwise `local`."""

    workers: Annotated[int, Field(ge=1, le=MOST_WORKERS)] = 4
    """How many images are worked on at once, 1 to 256. The models on this machine (engine `local`)
    read one page after the other, with all processors; two workers keep them busy. However many
    workers there are, the models take up to 1.3 GB of memory, and none after five minutes without
    work. With a cluster, the cluster decides the number of workers, whatever is set here."""

    pdf: PdfSettings = PdfSettings()

    settle_seconds: Seconds = 2
    """A file is taken as complete when it has not changed for so many seconds. 0 takes it as soon
    as the program that writes it closes it."""

    rescan_seconds: Seconds = 300
    """Each folder is compared with its files again after so many seconds, in case an event was
    lost. 0 turns this off. A million images take about 32 s of the processor."""

    poll_seconds: SomeSeconds = 10
    """Each folder that is polled, such as one on a network share, is compared with its files again
    after so many seconds; more than 0. For an archive on a share, set it well above the time that
    one comparison takes, such as 3600."""

    state_dir: Location = Field(examples=["/var/lib/ocr-watcher"])
    """Where the program keeps its memory of attempts and calls. Unless set: `$STATE_DIRECTORY`,
    which a service has from systemd; else `ocr-watcher` in `$XDG_STATE_HOME`, which is
    `~/.local/state`."""

    retry: RetrySettings = RetrySettings()
    metrics: MetricsSettings = MetricsSettings()
    notify: NotifySettings = NotifySettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()

    @model_validator(mode="before")
    @classmethod
    def _without_empty_sections(cls, value: object) -> object:
        """Treat a section whose keys are all commented out as missing."""
        if not isinstance(value, Mapping):
            return value
        sections = {name for name, field in cls.model_fields.items() if _is_section(field)}
        return {key: got for key, got in value.items() if got is not None or key not in sections}

    @field_validator("folders")
    @classmethod
    def _are_some_and_distinct(cls, folders: _Folders, info: ValidationInfo) -> _Folders:
        if not folders and info.context and info.context.folders_needed:
            raise ValueError(
                "there is none; name one on the command line, list one in the settings file, "
                f"or set ${variable_of('', 'folders')}"
            )
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
        """The layouts of all folders, and the default layout."""
        return frozenset(
            {self.output.layout, *(folder.layout or self.output.layout for folder in self.folders)}
        )

    @property
    def roots(self) -> tuple[str, ...]:
        """The paths of the watched folders."""
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
        """Return the layout of a folder; the default layout if the folder is not configured."""
        folder = self._folder(root)
        return (folder and folder.layout) or self.output.layout

    def _folder(self, root: str) -> FolderSettings | None:
        return next((folder for folder in self.folders if str(folder.path) == root), None)

    def section(self, kind: type[SectionT]) -> SectionT:
        """Return the section of an engine; its defaults if these settings have no such section.

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
