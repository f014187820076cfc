"""Where Baidu's keys come from, and that they are shown nowhere."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from ocr_watcher.engine.baidu.credentials import Credentials, IamKey, find_credentials
from ocr_watcher.engine.baidu.description import DESCRIPTION
from ocr_watcher.engine.baidu.settings import BaiduSettings
from ocr_watcher.errors import SettingsError

IAM = "bce-v3/ALTAK-someone/0123456789abcdef"
BOTH = {"OCR_WATCHER_BAIDU_API_KEY": "env-api", "OCR_WATCHER_BAIDU_SECRET_KEY": "env-secret"}


def baidu(**settings: Any) -> BaiduSettings:
    return BaiduSettings.model_validate(settings)


def service_credentials(directory: Path, api_key: str, secret_key: str) -> dict[str, str]:
    (directory / "baidu-api-key").write_text(api_key, encoding="utf-8")
    (directory / "baidu-secret-key").write_text(secret_key, encoding="utf-8")
    return {"CREDENTIALS_DIRECTORY": str(directory)}


def revealed(credentials: Credentials | IamKey | None) -> tuple[str, str]:
    assert isinstance(credentials, Credentials)
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


def test_variables_win_over_the_settings_and_their_files_over_service_credentials(
    tmp_path: Path,
) -> None:
    environment = service_credentials(tmp_path, "service-api", "service-secret")
    assert revealed(find_credentials(baidu(), environment)) == ("service-api", "service-secret")
    (tmp_path / "key").write_text("file-secret", encoding="utf-8")
    mixed = baidu(api_key="set-api", secret_key_file=tmp_path / "key")
    assert revealed(find_credentials(mixed, environment)) == ("set-api", "file-secret")
    assert revealed(find_credentials(mixed, environment | BOTH)) == ("env-api", "env-secret")
    regular = {name.replace("BAIDU_", "BAIDU__"): key for name, key in BOTH.items()}
    assert revealed(find_credentials(mixed, regular)) == ("env-api", "env-secret")


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
    assert problems(settings, {}) == (
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


def test_the_engine_needs_both_keys() -> None:
    assert DESCRIPTION.obstacle(baidu(), BOTH) is None
    missing = DESCRIPTION.obstacle(baidu(), {})
    assert isinstance(missing, SettingsError)
    assert [problem.split(":")[0] for problem in missing.problems] == [
        "baidu.api_key",
        "baidu.secret_key",
    ]


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


def iam_key(credentials: Credentials | IamKey | None) -> str:
    assert isinstance(credentials, IamKey)
    assert IAM not in f"{credentials} {credentials!r}"
    return credentials.key.get_secret_value()


@pytest.mark.parametrize("written", [IAM, f"Bearer {IAM}", f"bearer  {IAM}\n", f" Bearer {IAM}"])
def test_an_iam_key_comes_from_where_the_others_come_from(tmp_path: Path, written: str) -> None:
    file = tmp_path / "baidu-iam-api-key"
    file.write_text(written, encoding="utf-8")
    for settings, environment in (
        (baidu(iam_api_key=written), {}),
        (baidu(iam_api_key_file=file), {}),
        (baidu(), {"OCR_WATCHER_BAIDU_IAM_API_KEY": written}),
        (baidu(), {"CREDENTIALS_DIRECTORY": str(tmp_path)}),
    ):
        assert iam_key(find_credentials(settings, environment)) == IAM


@pytest.mark.parametrize(
    ("others", "named"),
    [
        ({"api_key": "a", "secret_key": "b"}, "baidu.api_key and baidu.secret_key"),
        ({"secret_key": "b"}, "baidu.secret_key"),
    ],
)
def test_an_iam_key_is_not_given_together_with_the_others(
    others: dict[str, str], named: str
) -> None:
    assert problems(baidu(**others), {"OCR_WATCHER_BAIDU_IAM_API_KEY": IAM}) == (
        f"baidu.iam_api_key: is given together with {named}; keep one of the two kinds",
    )


@pytest.mark.parametrize("name", ["api_key", "secret_key"])
@pytest.mark.parametrize("key", [IAM, f"Bearer {IAM}", "Bearer something"])
def test_an_iam_key_in_the_place_of_another_is_told_where_it_belongs(name: str, key: str) -> None:
    place = "baidu.iam_api_key, without the other two"
    assert problems(baidu(**{name: key}), {}) == (
        f"baidu.{name}: holds a key of the IAM; it belongs in {place}",
    )


@pytest.mark.parametrize(
    "key", ["4pIk3y4pIk3y4pIk3y4pIk3y", "Bearer 4pIk3y", "bce-v2/x", "Bearer "]
)
def test_another_key_in_the_place_of_an_iam_key_is_told_where_it_belongs(key: str) -> None:
    (problem,) = problems(baidu(iam_api_key=key), {})
    assert problem == (
        "baidu.iam_api_key: must be a key of the IAM, which begins with bce-v3/; "
        "an API Key and a Secret Key belong in baidu.api_key and baidu.secret_key"
    )


def test_an_iam_key_and_a_file_with_one_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"baidu\.iam_api_key is given as well"):
        baidu(iam_api_key=IAM, iam_api_key_file=tmp_path / "key")
