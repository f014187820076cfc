"""The section ``baidu`` of the settings."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from ocr_watcher.engine.baidu.endpoints import ENDPOINTS
from ocr_watcher.engine.loopback import is_loopback
from ocr_watcher.values.section import Location, Section, SomeSeconds

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])"
    r"(:(?P<port>[0-9]{1,5}))?(/[A-Za-z0-9._~-]+)*/?"
)


def _as_sent(option: object) -> object:
    return str(option).lower() if isinstance(option, int) else option  # True is sent as "true"


def _base_url(url: str) -> str:
    match = _ADDRESS.fullmatch(url)
    if not match or int(match["port"] or 443) not in range(1, 65_536):
        raise ValueError("must be like https://aip.baidubce.com, without user, query or fragment")
    if match["scheme"] == "http" and not is_loopback(match["host"].strip("[]")):
        raise ValueError("must begin with https://; plain http would show the keys to the network")
    return url.rstrip("/")


_Options = Mapping[str, Annotated[str, BeforeValidator(_as_sent)]]


class BaiduSettings(Section):
    """How Baidu's service is called."""

    api_key: SecretStr | None = None
    api_key_file: Location | None = None
    secret_key: SecretStr | None = None
    secret_key_file: Location | None = None
    iam_api_key: SecretStr | None = None
    iam_api_key_file: Location | None = None
    endpoint: str = "general_basic"
    options: _Options = Field(default_factory=dict)
    qps: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 2
    base_url: Annotated[str, AfterValidator(_base_url)] = "https://aip.baidubce.com"
    connect_timeout: SomeSeconds = 5
    read_timeout: SomeSeconds = 30
    daily_limit: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    max_body_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] | None = None
    max_side_pixels: Annotated[int, Field(ge=15, le=65_535)] | None = None

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
