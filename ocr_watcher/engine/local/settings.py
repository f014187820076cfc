"""The section ``local`` of the settings."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from ocr_watcher.values.section import Location, Section


def _language(name: str) -> str:
    if not re.fullmatch("[a-z]+(_[a-z]+)?", name):  # it becomes a part of the name of a file
        raise ValueError("must be what the name of a model begins with, such as cyrillic")
    return name


_Language = Annotated[str, AfterValidator(_language)]


class LocalSettings(Section):
    """The further models that the local engine reads with.

    Attributes:
        models_dir: The folder of the further models; None for no further models.
        languages: What the names of the models to load begin with; empty for all in the folder.
    """

    models_dir: Location | None = None
    languages: Annotated[tuple[_Language, ...], Field(strict=False)] = ()

    @field_validator("languages")
    @classmethod
    def _lie_somewhere(cls, languages: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if languages and info.data.get("models_dir", languages) is None:
            raise ValueError("needs local.models_dir, the folder that their models lie in")
        return tuple(dict.fromkeys(languages))
