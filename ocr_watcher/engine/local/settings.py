"""The section ``local`` of the settings."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from ocr_watcher.values.section import Location, Section


def _language(name: str) -> str:
    if not re.fullmatch("[a-z]+(_[a-z]+)?", name):  # it becomes a part of the name of a file
        raise ValueError("must be what the name of a model begins with, such as cyrillic")
    return name


_MOST_THREADS = 256
"""More is a mistake: a backend starts all its threads at once."""

_Language = Annotated[str, AfterValidator(_language)]


def _device(name: str) -> str:
    if not re.fullmatch(r"\w[\w.:]*", name, re.ASCII):
        raise ValueError("must be cpu, gpu, or a name of the backend's own such as NPU or GPU.1")
    return name


class LocalSettings(Section):
    """The models that the local engine reads with, and what runs them.

    Attributes:
        backend: What runs the models; ``auto`` for the fastest that works here.
        device: Where it runs them: ``cpu``, ``gpu``, or a name that the backend knows.
        models_dir: The folder of the further models; None for no further models.
        languages: What the names of the models to load begin with; empty for all in the folder.
        threads: The number of threads that read, over all pages at once; None for the number of
            processors.
    """

    backend: Literal["auto", "openvino", "onnxruntime"] = "auto"
    device: Annotated[str, AfterValidator(_device)] = "cpu"
    models_dir: Location | None = None
    languages: Annotated[tuple[_Language, ...], Field(strict=False)] = ()
    threads: Annotated[int, Field(ge=1, le=_MOST_THREADS)] | None = None

    @field_validator("languages")
    @classmethod
    def _lie_somewhere(cls, languages: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if languages and info.data.get("models_dir", languages) is None:
            raise ValueError("needs local.models_dir, the folder that their models lie in")
        return tuple(dict.fromkeys(languages))
