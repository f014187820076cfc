"""The keys of Baidu's service, and where they come from.

There are two kinds. With an application's API Key and Secret Key, the program fetches an access
token. A single key of the cloud's IAM (``bce-v3/ALTAK-…/…``) is sent with each call. The two kinds
are often confused, so the error for a key in the wrong place names the right place.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from ocr_watcher.errors import SettingsError
from ocr_watcher.storage.secret_file import read_secret_file
from ocr_watcher.values.variable import short_variable_of, variable_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.engine.baidu.settings import BaiduSettings

_MOST_BYTES = 4096
_BEARER = "bearer "
_IAM = "bce-v3/"
_IAM_PLACE = "baidu.iam_api_key, without the other two"
_PAIR_PLACES = "an API Key and a Secret Key belong in baidu.api_key and baidu.secret_key"
_PAIR = ("api_key", "secret_key")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Both keys of one application of the account.

    Attributes:
        api_key: The API Key, ``client_id`` of the token call.
        secret_key: The Secret Key, ``client_secret`` of the token call.
    """

    api_key: SecretStr
    secret_key: SecretStr


@dataclass(frozen=True, slots=True)
class IamKey:
    """A key of the cloud's IAM, which may be valid for a few minutes or for good.

    Attributes:
        key: The whole key, without ``Bearer``.
    """

    key: SecretStr


def missing_keys() -> SettingsError:
    """Return the error for a use of the service without any key."""
    instead = "; or give baidu.iam_api_key instead of both"
    return SettingsError([_missing("api_key") + instead, _missing("secret_key")])


def find_credentials(
    baidu: BaiduSettings, environment: Mapping[str, str]
) -> Credentials | IamKey | None:
    """Find the keys: in the environment, the settings, or the service's credentials.

    Args:
        baidu: The settings of the service.
        environment: The environment variables. ``$CREDENTIALS_DIRECTORY`` is where a service
            manager lays credentials for a service (systemd.exec(5), CREDENTIALS).

    Returns:
        The keys, or None if there is none.

    Raises:
        SettingsError: A key cannot be used, there is only one of the two, or both kinds are given.
    """
    keys: dict[str, SecretStr | None] = {}
    problems: list[str] = []
    for name, value, file in (
        ("api_key", baidu.api_key, baidu.api_key_file),
        ("secret_key", baidu.secret_key, baidu.secret_key_file),
        ("iam_api_key", baidu.iam_api_key, baidu.iam_api_key_file),
    ):
        try:
            keys[name] = _find(name, value, file, environment)
        except SettingsError as error:
            problems += error.problems
    if problems:
        raise SettingsError(problems)
    if keys["iam_api_key"]:
        return _alone(keys["iam_api_key"], [name for name in _PAIR if keys[name]])
    return _both(keys["api_key"], keys["secret_key"])


def _alone(key: SecretStr, others: list[str]) -> IamKey:
    if others:
        given = " and ".join(f"baidu.{name}" for name in others)
        problem = f"baidu.iam_api_key: is given together with {given}; keep one of the two kinds"
        raise SettingsError([problem])
    return IamKey(key)


def _both(api_key: SecretStr | None, secret_key: SecretStr | None) -> Credentials | None:
    if api_key and secret_key:
        return Credentials(api_key, secret_key)
    if not (api_key or secret_key):
        return None
    raise SettingsError([_missing("secret_key" if api_key else "api_key")])


def _find(
    name: str, value: SecretStr | None, file: Path | None, environment: Mapping[str, str]
) -> SecretStr | None:
    found = _text(name, value, file, environment)
    if found is None:
        return None
    source, text = found
    return SecretStr(_of_its_kind(name, source, _key(source, text)))


def _text(
    name: str, value: SecretStr | None, file: Path | None, environment: Mapping[str, str]
) -> tuple[str, str] | None:
    """Return the source of a key, and the text there."""
    for variable in (_variable(name), variable_of("baidu", name)):
        if environment.get(variable):
            return f"${variable}:", environment[variable]
    if value is not None:
        return f"baidu.{name}:", value.get_secret_value()
    if file is not None:
        return f"baidu.{name}_file: {file}", _content(f"baidu.{name}_file", file)
    directory = environment.get("CREDENTIALS_DIRECTORY")
    file = Path(directory) / _credential(name) if directory else None
    if file and os.path.exists(file):  # noqa: PTH110  Path's raises where it may not look
        return f"$CREDENTIALS_DIRECTORY: {file}", _content("$CREDENTIALS_DIRECTORY", file)
    return None


def _of_its_kind(name: str, source: str, key: str) -> str:
    """Return a key as it is sent, if it is in the setting of its kind."""
    bare = key[len(_BEARER) :].strip() if key.lower().startswith(_BEARER) else key
    is_iam = bare.startswith(_IAM)
    if name in _PAIR:
        if is_iam or bare != key:
            raise SettingsError([f"{source} holds a key of the IAM; it belongs in {_IAM_PLACE}"])
        return key
    if not is_iam:
        problem = f"{source} must be a key of the IAM, which begins with {_IAM}; {_PAIR_PLACES}"
        raise SettingsError([problem])
    return bare


def _content(path: str, file: Path) -> str:
    content = read_secret_file(path, file, _MOST_BYTES)
    # Invalid UTF-8 becomes U+FFFD, which no key has; the error of the decoder would have the
    # content.
    return content.decode("utf-8-sig", "replace")


def _key(source: str, text: str) -> str:
    key = text.strip()
    if not key:
        raise SettingsError([f"{source} is empty; it must hold the key"])
    if len(text) > _MOST_BYTES:
        raise SettingsError([f"{source} is longer than 4 kB; that is no key"])
    if not (key.isascii() and key.isprintable()):
        raise SettingsError([f"{source} must be one line of printable ASCII characters"])
    return key


def _variable(name: str) -> str:
    return short_variable_of("baidu", name)


def _credential(name: str) -> str:
    return f"baidu-{name.replace('_', '-')}"


def _missing(name: str) -> str:
    return (
        f"baidu.{name}: is missing; set it, baidu.{name}_file, ${_variable(name)}, "
        f"or the service credential {_credential(name)}"
    )
