"""The sections of the settings, and the types of their fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from pydantic import SecretStr

from ocr_watcher.settings.model import settings_model
from ocr_watcher.values.section import Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True)
class SettingField:
    """A setting: its place in the settings file, and the field of the model.

    Attributes:
        section: The name of its section; empty for a setting at the top.
        name: Its name in the section.
        field: The field of the model.
        model: The model that has the field.
        is_listed: Whether there is a list of such sections, like the folders.
    """

    section: str
    name: str
    field: FieldInfo
    model: type[Section]
    is_listed: bool = False

    @property
    def path(self) -> str:
        """The path of the setting, such as ``local.threads`` or ``folders[].path``."""
        within = f"{self.section}[]" if self.is_listed else self.section
        return f"{within}.{self.name}".removeprefix(".")


def section_of(field: FieldInfo) -> type[Section] | None:
    """Return the model of a field that is a section, or a list of sections; None for others."""
    for kind in (field.annotation, *get_args(field.annotation)):
        if isinstance(kind, type) and issubclass(kind, Section):
            return kind
    return None


def is_list_of_sections(field: FieldInfo) -> bool:
    """Return whether a field holds any number of sections, one after the other."""
    return section_of(field) not in (None, field.annotation)


def setting_fields() -> Iterator[SettingField]:
    """Yield each setting: section after section, those of the engines last.

    A list of sections comes before the settings of one of its sections. Another section is no
    setting, as it is only the sum of its settings.
    """
    model = settings_model()
    for name, field in model.model_fields.items():
        section = section_of(field)
        if section is None or is_list_of_sections(field):
            yield SettingField("", name, field, model)
        if section is not None:
            listed = is_list_of_sections(field)
            for inner, inner_field in section.model_fields.items():
                yield SettingField(name, inner, inner_field, section, listed)


def holds_a_secret(kind: object) -> bool:
    """Return whether a type is a secret, or contains one, like a list of secrets."""
    return kind is SecretStr or any(map(holds_a_secret, get_args(kind)))


def models() -> Mapping[str, type[Section]]:
    """Return the models of all sections, by the names of the sections."""
    fields: Mapping[str, Any] = settings_model().model_fields
    found = {name: section_of(field) for name, field in fields.items()}
    return {name: section for name, section in found.items() if section is not None}
