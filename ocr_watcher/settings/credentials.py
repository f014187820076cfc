"""The two keys of Baidu's service, and where they come from."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from ocr_watcher.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.settings.model import BaiduSettings

_MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Credentials:
    """Both keys of one application of the account.

    Attributes:
        api_key: The API Key, ``client_id`` of the token call.
        secret_key: The Secret Key, ``client_secret`` of the token call.
    """

    api_key: SecretStr
    secret_key: SecretStr


def credentials_for(
    engine: str, baidu: BaiduSettings, environment: Mapping[str, str]
) -> Credentials | None:
    """Finds the keys that an engine needs.

    Args:
        engine: ``auto``, ``baidu`` or ``local``, which needs none and looks for none.
        baidu: The settings of the service.
        environment: The environment variables.

    Returns:
        The keys; None where there are none and none are needed.

    Raises:
        SettingsError: The keys cannot be used, or the engine is ``baidu`` and there are none.
    """
    if engine == "local":
        return None
    credentials = find_credentials(baidu, environment)
    if engine == "baidu" and not credentials:
        raise SettingsError([_missing("api_key"), _missing("secret_key")])
    return credentials


def find_credentials(baidu: BaiduSettings, environment: Mapping[str, str]) -> Credentials | None:
    """Looks for the keys: in the settings, the environment, and the service's credentials.

    Args:
        baidu: The settings of the service.
        environment: The environment variables. ``$CREDENTIALS_DIRECTORY`` is where a service
            manager lays credentials for a service (systemd.exec(5), CREDENTIALS).

    Returns:
        The keys, or None where there is neither.

    Raises:
        SettingsError: A key cannot be used, or there is only one of the two.
    """
    keys: dict[str, SecretStr | None] = {}
    problems: list[str] = []
    for name, value, file in (
        ("api_key", baidu.api_key, baidu.api_key_file),
        ("secret_key", baidu.secret_key, baidu.secret_key_file),
    ):
        try:
            keys[name] = _find(name, value, file, environment)
        except SettingsError as error:
            problems += error.problems
    if problems:
        raise SettingsError(problems)
    return _both(keys["api_key"], keys["secret_key"])


def _both(api_key: SecretStr | None, secret_key: SecretStr | None) -> Credentials | None:
    if api_key and secret_key:
        return Credentials(api_key, secret_key)
    if not (api_key or secret_key):
        return None
    raise SettingsError([_missing("secret_key" if api_key else "api_key")])


def _find(
    name: str, value: SecretStr | None, file: Path | None, environment: Mapping[str, str]
) -> SecretStr | None:
    if value is not None:
        return _key(f"baidu.{name}:", value.get_secret_value())
    if file is not None:
        return _key(f"baidu.{name}_file: {file}", _content(f"baidu.{name}_file", file))
    variable = _variable(name)
    if environment.get(variable):
        return _key(f"${variable}:", environment[variable])
    directory = environment.get("CREDENTIALS_DIRECTORY")
    file = Path(directory) / _credential(name) if directory else None
    if file and os.path.exists(file):  # noqa: PTH110  Path's raises where it may not look
        return _key(f"$CREDENTIALS_DIRECTORY: {file}", _content("$CREDENTIALS_DIRECTORY", file))
    return None


def _content(path: str, file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SettingsError([f"{path}: {file} cannot be read: {error.strerror}"]) from error
    # What is no UTF-8 becomes U+FFFD, which no key holds; the error itself would hold the content.
    return content.decode("utf-8-sig", "replace")


def _key(source: str, text: str) -> SecretStr:
    key = text.strip()
    if not key:
        raise SettingsError([f"{source} is empty; it must hold the key"])
    if len(text) > _MOST_BYTES:
        raise SettingsError([f"{source} is longer than 4 kB; that is no key"])
    if not (key.isascii() and key.isprintable()):
        raise SettingsError([f"{source} must be one line of printable ASCII characters"])
    return SecretStr(key)


def _variable(name: str) -> str:
    return f"OCR_WATCHER_BAIDU_{name.upper()}"


def _credential(name: str) -> str:
    return f"baidu-{name.replace('_', '-')}"


def _missing(name: str) -> str:
    return (
        f"baidu.{name}: is missing; set it, baidu.{name}_file, ${_variable(name)}, "
        f"or the service credential {_credential(name)}"
    )
