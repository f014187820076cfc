"""The section ``local`` of the settings."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, field_validator

from ocr_watcher.values.section import Location, Section
from ocr_watcher.values.written import written_as


def _language(name: str) -> str:
    if not re.fullmatch("[a-z]+(_[a-z]+)?", name):  # it becomes a part of the name of a file
        raise ValueError("must be what the name of a model begins with, such as cyrillic")
    return name


_MOST_THREADS = 256
"""More is a mistake: a backend starts all its threads at once."""

_Language = Annotated[str, AfterValidator(_language), written_as("[a-z]+(_[a-z]+)?")]


def _device(name: str) -> str:
    if not re.fullmatch(r"\w[\w.:]*", name, re.ASCII):
        raise ValueError("must be cpu, gpu, or a name of the backend's own such as NPU or GPU.1")
    return name


class LocalSettings(Section):
    """The models that the local engine reads with, and what runs them."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"required": ["languages"], "properties": {"languages": {"minItems": 1}}},
            "then": {"required": ["models_dir"]},
        }
    )

    backend: Literal["auto", "openvino", "onnxruntime"] = "auto"
    """What runs the models: `openvino`, which is about twice as fast but needs a processor with
    AVX2; `onnxruntime`; or `auto`, the fastest that is installed and works here. `check` says which
    it is."""

    device: Annotated[str, AfterValidator(_device), written_as("[A-Za-z0-9_][A-Za-z0-9_.:]*")] = (
        "cpu"
    )
    """What the models run on: `cpu`, `gpu`, or the runtime's own name of a device, such as `NPU`.
    Only `cpu` is tested."""

    models_dir: Location | None = Field(default=None, examples=["/srv/ocr-models"])
    """A folder with more recognition models for the engine on this machine, such as
    `cyrillic_PP-OCRv5_rec_mobile.onnx`, as RapidOCR publishes them. They read again what the
    included model is not sure of, and the reading with the highest score is kept."""

    languages: Annotated[tuple[_Language, ...], Field(strict=False)] = ()
    """Which of the models in `models_dir` are used: the part of their names before the first `_`,
    such as `[cyrillic, korean]`. Empty means all."""

    threads: Annotated[int, Field(ge=1, le=_MOST_THREADS)] | None = Field(
        default=None, examples=[2]
    )
    """How many threads read, over all pages at once. By default there are as many as
    processors."""

    @field_validator("languages")
    @classmethod
    def _lie_somewhere(cls, languages: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if languages and info.data.get("models_dir", languages) is None:
            raise ValueError("needs local.models_dir, the folder that their models lie in")
        return tuple(dict.fromkeys(languages))
