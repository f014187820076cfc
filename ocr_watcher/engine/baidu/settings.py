"""The section ``baidu`` of the settings."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from ocr_watcher.engine.baidu.endpoints import ENDPOINTS
from ocr_watcher.engine.baidu.option_rules import option_rules
from ocr_watcher.engine.loopback import is_loopback
from ocr_watcher.values.section import Location, Section, SomeSeconds
from ocr_watcher.values.variable import AlsoShort
from ocr_watcher.values.written import LOOPBACK, PORT, not_both, written_as

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])"
    r"(:(?P<port>[0-9]{1,5}))?(/[A-Za-z0-9._~-]+)*/?"
)

_WRITTEN = (
    rf"(https://([a-z0-9.-]+|\[[0-9a-f:.]+\])|http://{LOOPBACK})(:{PORT})?(/[A-Za-z0-9._~-]+)*/?"
)
_SENT: dict[str, JsonValue] = {"type": ["string", "boolean"]}
_DEFAULT = "general_basic"


def _as_sent(option: object) -> object:
    return str(option).lower() if isinstance(option, int) else option  # True is sent as "true"


def _base_url(url: str) -> str:
    match = _ADDRESS.fullmatch(url)
    if not match or int(match["port"] or 443) not in range(1, 65_536):
        raise ValueError("must be like https://aip.baidubce.com, without user, query or fragment")
    if match["scheme"] == "http" and not is_loopback(match["host"].strip("[]")):
        raise ValueError("must begin with https://; plain http would show the keys to the network")
    return url.rstrip("/")


_Key = Annotated[SecretStr | None, AlsoShort()]
_KeyFile = Annotated[Location | None, AlsoShort()]
_Options = Mapping[str, Annotated[str, BeforeValidator(_as_sent), Field(json_schema_extra=_SENT)]]


def _rules() -> list[JsonValue]:
    keys = ("api_key", "secret_key", "iam_api_key")
    return [*(not_both(key, f"{key}_file") for key in keys), *option_rules(_DEFAULT)]


class BaiduSettings(Section):
    """How Baidu's service is called."""

    model_config = ConfigDict(json_schema_extra={"allOf": _rules()})

    api_key: _Key = Field(default=None, examples=["your API Key"])
    """The API Key of your application in Baidu's console. You can write it here, but these are
    better: a file that holds it (`api_key_file`), the environment variable, or the service
    credential `baidu-api-key` (`LoadCredential=` of systemd)."""

    api_key_file: _KeyFile = Field(default=None, examples=["/etc/ocr-watcher/baidu-api-key"])
    """A file that holds the API Key."""

    secret_key: _Key = Field(default=None, examples=["your Secret Key"])
    """The Secret Key of the application that `api_key` belongs to. These are better places: a file
    (`secret_key_file`), the environment variable, or the service credential
    `baidu-secret-key`."""

    secret_key_file: _KeyFile = Field(default=None, examples=["/etc/ocr-watcher/baidu-secret-key"])
    """A file that holds the Secret Key."""

    iam_api_key: _Key = Field(default=None, examples=["bce-v3/ALTAK-yours/yours"])
    """A key of the cloud's IAM (`bce-v3/ALTAK-…/…`), instead of API Key and Secret Key. These are
    better places: a file (`iam_api_key_file`), the environment variable, or the service credential
    `baidu-iam-api-key`."""

    iam_api_key_file: _KeyFile = Field(
        default=None, examples=["/etc/ocr-watcher/baidu-iam-api-key"]
    )
    """A file that holds the IAM key."""

    endpoint: str = Field(default=_DEFAULT, json_schema_extra={"enum": [*ENDPOINTS]})
    """The endpoint that reads the images. With positions: `general`, `accurate`, `handwriting`,
    `numbers`; without: `general_basic`, `accurate_basic`, `webimage`. Each has its own price and
    free quota."""

    options: _Options = Field(default_factory=dict)
    """Options of the endpoint, sent as they are, such as `{language_type: ENG, detect_direction:
    "true"}`. With `probability: true`, the program tells you which pages were read with low
    confidence."""

    qps: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 2
    """The most calls a second, evenly spaced, for all workers and endpoints together. Without a
    paid plan Baidu allows 2 for each account. 0 means no limit."""

    base_url: Annotated[str, AfterValidator(_base_url), written_as(_WRITTEN)] = (
        "https://aip.baidubce.com"
    )
    """The address of the service. Plain http is allowed only for this machine itself."""

    connect_timeout: SomeSeconds = 5
    """Seconds to wait for a connection."""

    read_timeout: SomeSeconds = 30
    """Seconds to wait for an answer."""

    daily_limit: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = Field(
        default=None, examples=[1000]
    )
    """The most calls a day, from midnight to midnight in Beijing, for all endpoints together: it
    protects you from unexpected costs."""

    max_body_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] | None = Field(
        default=None, examples=[4_000_000]
    )
    """The largest size of an encoded image in bytes. Larger images are shrunk. Unless set, the
    limit is the one that Baidu documents for the endpoint."""

    max_side_pixels: Annotated[int, Field(ge=15, le=65_535)] | None = Field(
        default=None, examples=[4096]
    )
    """The longest side of an image in pixels. Larger images are shrunk. Unless set, the limit is
    the one that Baidu documents for the endpoint."""

    @field_validator("api_key_file", "secret_key_file", "iam_api_key_file")
    @classmethod
    def _is_the_only_source(cls, path: Location | None, info: ValidationInfo) -> Location | None:
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
