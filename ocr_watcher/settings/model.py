"""What may be set, with its defaults and rules.

The models are strict: ``workers: "4"`` is refused. ``config.example.yaml`` documents each key.
"""

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pathspec
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from ocr_watcher.engine.baidu.endpoints import ENDPOINTS
from ocr_watcher.engine.baidu.loopback import is_loopback
from ocr_watcher.threads.patience import NoAnswerError, answered, real_path
from ocr_watcher.values.backoff import BackOff

_LONGEST = 86_400  # seconds of a day: whoever asks for more has mistaken the unit
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])"
    r"(:(?P<port>[0-9]{1,5}))?(/[A-Za-z0-9._~-]+)*/?"
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the settings are checked against; the context of their validation.

    Without it nothing is looked for, and every path must be absolute.

    Attributes:
        directory: The absolute directory that relative paths start from.
        folders_needed: Whether there must be a folder, and each must exist.
    """

    directory: Path
    folders_needed: bool


def _absolute(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, (str, Path)):
        return value
    expanded = os.path.expanduser(value)  # noqa: PTH111  Path's raises where no home is known
    if not _can_name_a_file(expanded):
        raise ValueError("must be a path")
    if expanded.startswith("~"):
        raise ValueError("begins with ~, but no such home folder is known; give the whole path")
    path = info.context.directory / expanded if info.context else Path(expanded)
    if not path.is_absolute():
        raise ValueError("must be an absolute path")
    return Path(os.path.normpath(path))


def _can_name_a_file(text: str) -> bool:
    try:
        return bool(text) and b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:  # a lone surrogate, which YAML can escape
        return False


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


def _as_sent(option: object) -> object:
    return str(option).lower() if isinstance(option, int) else option  # True is sent as "true"


def _base_url(url: str) -> str:
    match = _ADDRESS.fullmatch(url)
    if not match or int(match["port"] or 443) not in range(1, 65_536):
        raise ValueError("must be like https://aip.baidubce.com, without user, query or fragment")
    if match["scheme"] == "http" and not is_loopback(match["host"].strip("[]")):
        raise ValueError("must begin with https://; plain http would show the keys to the network")
    return url.rstrip("/")


def _language(name: str) -> str:
    if not re.fullmatch("[a-z]+(_[a-z]+)?", name):  # it becomes a part of the name of a file
        raise ValueError("must be what the name of a model begins with, such as cyrillic")
    return name


Format = Literal["txt", "json"]
_Layout = Literal["rows", "paragraphs", "lines"]
_Formats = Annotated[tuple[Format, ...], Field(strict=False), AfterValidator(_some_without_repeats)]
_Globs = Annotated[tuple[Annotated[str, AfterValidator(_glob)], ...], Field(strict=False)]
_Location = Annotated[Path, BeforeValidator(_absolute)]
_Options = Mapping[str, Annotated[str, BeforeValidator(_as_sent)]]
_Language = Annotated[str, AfterValidator(_language)]
_Seconds = Annotated[float, Field(ge=0, le=_LONGEST, allow_inf_nan=False)]
_SomeSeconds = Annotated[float, Field(gt=0, le=_LONGEST, allow_inf_nan=False)]


class _Section(BaseModel):
    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )


class FolderSettings(_Section):
    """One watched folder; a path alone stands for ``{path: …}``."""

    path: _Location
    recursive: bool = True
    watch: Literal["auto", "events", "poll"] = "auto"
    include: _Globs = ()
    exclude: _Globs = ()
    formats: _Formats | None = None
    layout: _Layout | None = None

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


class OutputSettings(_Section):
    """What is written beside each image."""

    formats: _Formats = ("txt",)
    naming: Literal["append", "replace"] = "append"
    layout: _Layout = "rows"


class BaiduSettings(_Section):
    """How Baidu's service is called."""

    api_key: SecretStr | None = None
    api_key_file: _Location | None = None
    secret_key: SecretStr | None = None
    secret_key_file: _Location | None = None
    iam_api_key: SecretStr | None = None
    iam_api_key_file: _Location | None = None
    endpoint: str = "general_basic"
    options: _Options = Field(default_factory=dict)
    qps: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 2
    base_url: Annotated[str, AfterValidator(_base_url)] = "https://aip.baidubce.com"
    connect_timeout: _SomeSeconds = 5
    read_timeout: _SomeSeconds = 30
    daily_limit: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    max_body_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] | None = None
    max_side_pixels: Annotated[int, Field(ge=15, le=65_535)] | None = None

    @field_validator("api_key_file", "secret_key_file", "iam_api_key_file")
    @classmethod
    def _is_the_only_source(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        value = str(info.field_name).removesuffix("_file")
        if path and info.data.get(value) is not None:
            raise ValueError(f"baidu.{value} is given as well; keep one of the two")
        return path

    @field_validator("endpoint")
    @classmethod
    def _is_known(cls, endpoint: str) -> str:
        if endpoint not in ENDPOINTS:
            raise ValueError(f"must be one of {', '.join(ENDPOINTS)}")
        return endpoint

    @field_validator("options")
    @classmethod
    def _suit_the_endpoint(cls, options: _Options, info: ValidationInfo) -> _Options:
        endpoint = info.data.get("endpoint")  # absent where it is wrong itself
        if endpoint and (problems := ENDPOINTS[endpoint].problems(options)):
            raise ValueError(*problems)
        return options


class LocalSettings(_Section):
    """What the models on this machine read beside what those that are shipped do."""

    models_dir: _Location | None = None
    languages: Annotated[tuple[_Language, ...], Field(strict=False)] = ()

    @field_validator("languages")
    @classmethod
    def _lie_somewhere(cls, languages: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if languages and info.data.get("models_dir", languages) is None:
            raise ValueError("needs local.models_dir, the folder that their models lie in")
        return tuple(dict.fromkeys(languages))


class RetrySettings(_Section):
    """How often and how soon an image is tried again."""

    attempts: Annotated[int, Field(ge=1, le=100)] = 5
    first_seconds: _SomeSeconds = 1
    longest_seconds: _SomeSeconds = 300

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


class LogSettings(_Section):
    """What is logged, and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


_Folders = Annotated[tuple[FolderSettings, ...], Field(strict=False)]


class Settings(_Section):
    """All settings."""

    folders: _Folders = ()
    output: OutputSettings = OutputSettings()
    engine: Literal["auto", "baidu", "local"] = "auto"
    workers: Annotated[int, Field(ge=1, le=256)] = 4
    settle_seconds: _Seconds = 2
    rescan_seconds: _Seconds = 300
    poll_seconds: _SomeSeconds = 10
    state_dir: _Location
    baidu: BaiduSettings = BaiduSettings()
    local: LocalSettings = LocalSettings()
    retry: RetrySettings = RetrySettings()
    log: LogSettings = LogSettings()

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


def _identities(path: Path) -> Iterator[tuple[object, str]]:
    yield real_path(str(path)), ""
    with contextlib.suppress(OSError):  # it is missing, which is said elsewhere
        status = answered(path.stat, of=str(path))
        yield (status.st_dev, status.st_ino), ", by a bind mount"
