"""The section ``notify`` of the settings, and the sources of the addresses."""

import importlib.util
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from ocr_watcher.errors import SettingsError
from ocr_watcher.storage.secret_file import read_secret_file
from ocr_watcher.values.install_command import install_extra
from ocr_watcher.values.section import Location, Section, SomeSeconds
from ocr_watcher.values.variable import variable_of
from ocr_watcher.values.written import not_both, written_as

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_FORM = "must be an address in Apprise's notation, such as mailto://… or json://…, without spaces"
_MOST = 20
_MOST_BYTES = 65_536
_VARIABLE = variable_of("notify", "urls")
_CREDENTIAL = "notify-urls"
_WRITTEN = written_as(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")


def _without_repeats(events: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(events))


def _address(url: SecretStr) -> SecretStr:
    if not _is_address(url.get_secret_value()):
        raise ValueError(_FORM)
    return url


def _is_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text)) and text.isprintable()


_Urls = Annotated[
    tuple[Annotated[SecretStr, AfterValidator(_address), _WRITTEN], ...],
    Field(strict=False, max_length=_MOST),
]
_Event = Literal["failed", "paused", "resumed", "idle"]
_Events = Annotated[
    tuple[_Event, ...], Field(strict=False, min_length=1), AfterValidator(_without_repeats)
]


class NotifySettings(Section):
    """Messages to people: who gets them, about what, and how often."""

    model_config = ConfigDict(json_schema_extra=not_both("urls", "urls_file"))

    urls: _Urls = ()
    """The addresses that messages are sent to, in Apprise's notation, such as
    `["mailto://me:password@example.org"]`, see https://github.com/caronc/apprise/wiki. Addresses
    contain secrets, so these places are better: a file with one address a line (`urls_file`), the
    environment variable with spaces between addresses, or the service credential `notify-urls`.
    Messages need the extra `notify`."""

    urls_file: Location | None = Field(default=None, examples=["/etc/ocr-watcher/notify-urls"])
    """A file with the addresses, one a line, instead of `urls`."""

    on: _Events = ("failed", "paused")
    """What messages are about, any of:

    - `failed`: an image failed for good
    - `paused`: no calls are made to one endpoint or to all
    - `resumed`: calls are made again
    - `idle`: all images that came are done
    """

    every_seconds: SomeSeconds = 300
    """At most one message is sent in so many seconds. It sums up what happened meanwhile."""

    @field_validator("urls_file")
    @classmethod
    def _is_the_only_source(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        if path and info.data.get("urls"):
            raise ValueError("notify.urls is given as well; keep one of the two")
        return path


def urls_of(notify: NotifySettings, environment: Mapping[str, str]) -> tuple[SecretStr, ...]:
    """Return the addresses: of the environment, the settings, or the service's credentials.

    Args:
        notify: The settings.
        environment: The environment variables. ``$OCR_WATCHER_NOTIFY__URLS`` holds addresses
            between spaces. ``$CREDENTIALS_DIRECTORY`` is where a service manager lays credentials
            for a service (systemd.exec(5), CREDENTIALS).

    Returns:
        The addresses; none if there are none.

    Raises:
        SettingsError: An address is wrong, or a file cannot be read.
    """
    if given := environment.get(_VARIABLE):
        return _addresses(f"${_VARIABLE}", given.split())
    if notify.urls_file is not None:
        return _in_file("notify.urls_file", notify.urls_file)
    if notify.urls:
        return notify.urls
    directory = environment.get("CREDENTIALS_DIRECTORY")
    credential = Path(directory) / _CREDENTIAL if directory else None
    if credential and os.path.exists(credential):  # noqa: PTH110  Path's raises where it may not look
        return _in_file("$CREDENTIALS_DIRECTORY", credential)
    return ()


def notify_problems(notify: NotifySettings, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the problems that prevent messages, one sentence for each."""
    try:
        urls = urls_of(notify, environment)
    except SettingsError as error:
        return error.problems
    if urls and importlib.util.find_spec("apprise") is None:
        command = install_extra("notify")
        return (f"notify: the package for messages is not installed; run: {command}",)
    return ()


def _in_file(source: str, file: Path) -> tuple[SecretStr, ...]:
    """Return the addresses of a file, one a line, without empty lines and comments."""
    content = read_secret_file(source, file, _MOST_BYTES)
    source = f"{source}: {file}"
    if len(content) > _MOST_BYTES:
        raise SettingsError([f"{source} is longer than 64 kB; it must hold one address a line"])
    lines = [line.strip() for line in content.decode("utf-8-sig", "replace").splitlines()]
    urls = [line for line in lines if line and not line.startswith("#")]
    if not urls:
        raise SettingsError([f"{source} holds no address; it must hold one a line"])
    return _addresses(source, urls)


def _addresses(source: str, urls: list[str]) -> tuple[SecretStr, ...]:
    if len(urls) > _MOST:
        raise SettingsError([f"{source} holds more than {_MOST} addresses"])
    for number, url in enumerate(urls, 1):
        if not _is_address(url):
            raise SettingsError([f"{source}: address {number} {_FORM}"])
    return tuple(map(SecretStr, urls))
