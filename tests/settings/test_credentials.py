"""Where Baidu's keys come from, and that they are shown nowhere."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from ocr_watcher.errors import SettingsError
from ocr_watcher.settings.credentials import Credentials, credentials_for, find_credentials
from ocr_watcher.settings.model import BaiduSettings

BOTH = {"OCR_WATCHER_BAIDU_API_KEY": "env-api", "OCR_WATCHER_BAIDU_SECRET_KEY": "env-secret"}


def baidu(**settings: Any) -> BaiduSettings:
    return BaiduSettings.model_validate(settings)


def service_credentials(directory: Path, api_key: str, secret_key: str) -> dict[str, str]:
    (directory / "baidu-api-key").write_text(api_key, encoding="utf-8")
    (directory / "baidu-secret-key").write_text(secret_key, encoding="utf-8")
    return {"CREDENTIALS_DIRECTORY": str(directory)}


def revealed(credentials: Credentials | None) -> tuple[str, str]:
    assert credentials
    return credentials.api_key.get_secret_value(), credentials.secret_key.get_secret_value()


def problems(settings: BaiduSettings, environment: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        find_credentials(settings, environment)
    return caught.value.problems


def test_no_key_anywhere_is_no_problem(tmp_path: Path) -> None:
    assert find_credentials(baidu(), {}) is None
    assert find_credentials(baidu(), {"CREDENTIALS_DIRECTORY": str(tmp_path)}) is None


def test_an_empty_variable_counts_as_unset() -> None:
    assert find_credentials(baidu(), dict.fromkeys(BOTH, "")) is None


def test_the_settings_win_over_files_over_variables_over_service_credentials(
    tmp_path: Path,
) -> None:
    environment = service_credentials(tmp_path, "service-api", "service-secret")
    assert revealed(find_credentials(baidu(), environment)) == ("service-api", "service-secret")
    environment |= BOTH
    assert revealed(find_credentials(baidu(), environment)) == ("env-api", "env-secret")
    (tmp_path / "key").write_text("file-secret", encoding="utf-8")
    mixed = baidu(api_key="set-api", secret_key_file=tmp_path / "key")
    assert revealed(find_credentials(mixed, environment)) == ("set-api", "file-secret")


def test_blanks_and_a_byte_order_mark_around_a_key_are_dropped(tmp_path: Path) -> None:
    environment = service_credentials(tmp_path, "\ufeff api\r\n", "\tsecret \n\n")
    assert revealed(find_credentials(baidu(), environment)) == ("api", "secret")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty; it must hold the key"),
        (b" \n", "is empty; it must hold the key"),
        (b"key-one\nkey-two", "must be one line of printable ASCII characters"),
        (b"key\x1b[1m", "must be one line of printable ASCII characters"),
        (b"key\xff", "must be one line of printable ASCII characters"),
        ("kéy".encode(), "must be one line of printable ASCII characters"),
        (b"key" * 1366, "is longer than 4 kB; that is no key"),
    ],
)
def test_a_file_that_holds_no_key_is_a_problem_that_does_not_show_it(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    (problem,) = problems(baidu(api_key="api", secret_key_file=file), {})
    assert problem == f"baidu.secret_key_file: {file} {sentence}"


def test_what_is_wrong_with_both_keys_is_told_at_once(tmp_path: Path) -> None:
    settings = baidu(api_key="two\nlines", secret_key_file=tmp_path / "absent")
    assert problems(settings, BOTH) == (
        "baidu.api_key: must be one line of printable ASCII characters",
        f"baidu.secret_key_file: {tmp_path}/absent cannot be read: No such file or directory",
    )


def test_a_wrong_variable_is_named() -> None:
    (problem,) = problems(baidu(), BOTH | {"OCR_WATCHER_BAIDU_API_KEY": "two\nlines"})
    assert problem.startswith("$OCR_WATCHER_BAIDU_API_KEY: must be one line")


@pytest.mark.parametrize(
    ("given", "missing", "variable", "credential"),
    [
        ("api_key", "secret_key", "$OCR_WATCHER_BAIDU_SECRET_KEY", "baidu-secret-key"),
        ("secret_key", "api_key", "$OCR_WATCHER_BAIDU_API_KEY", "baidu-api-key"),
    ],
)
def test_one_key_alone_is_told_with_where_the_other_may_come_from(
    given: str, missing: str, variable: str, credential: str
) -> None:
    (problem,) = problems(baidu(**{given: "key-alone"}), {})
    assert problem == (
        f"baidu.{missing}: is missing; set it, baidu.{missing}_file, {variable}, "
        f"or the service credential {credential}"
    )


def test_the_local_engine_looks_for_no_key(tmp_path: Path) -> None:
    assert credentials_for("local", baidu(api_key_file=tmp_path / "absent"), {}) is None


def test_the_automatic_choice_needs_no_key_but_takes_them() -> None:
    assert credentials_for("auto", baidu(), {}) is None
    assert revealed(credentials_for("auto", baidu(), BOTH)) == ("env-api", "env-secret")


def test_the_engine_baidu_needs_both_keys() -> None:
    with pytest.raises(SettingsError) as caught:
        credentials_for("baidu", baidu(), {})
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "baidu.api_key",
        "baidu.secret_key",
    ]
    assert revealed(credentials_for("baidu", baidu(), BOTH)) == ("env-api", "env-secret")


def test_keys_are_masked_wherever_they_are_shown() -> None:
    settings = baidu(api_key="hidden-api", secret_key="hidden-secret")
    credentials = Credentials(SecretStr("hidden-api"), SecretStr("hidden-secret"))
    shown = [
        repr(settings),
        str(settings),
        settings.model_dump_json(),
        json.dumps(settings.model_dump(), default=str),
        repr(credentials),
        f"{credentials} {credentials.api_key} {credentials.secret_key!r}",
        repr(copy.deepcopy(credentials)),
    ]
    assert not [text for text in shown if "hidden" in text]
