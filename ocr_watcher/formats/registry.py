"""The registry of all formats.

No other module compares the names of formats, or knows the suffixes of sidecars.
"""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from typing import TYPE_CHECKING

import ocr_watcher.formats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.formats.format import Format

DEFAULT = "txt"
"""The format that is written if the settings name none."""
ERROR_SUFFIX = ".ocr-error.json"
"""The suffix of the error file of an image, which is no format."""

_NAME = re.compile("[a-z][a-z0-9]*")
_SUFFIX = re.compile(r"(\.[a-z0-9-]+)+")


class Registry:
    """The formats by name, and the suffixes that distinguish sidecars from images."""

    def __init__(self) -> None:
        """Create a registry without formats."""
        self._formats: dict[str, Format] = {}
        self._suffixes: tuple[str, ...] = (ERROR_SUFFIX,)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all formats: `DEFAULT`, then the others in alphabetical order."""
        return tuple(sorted(self._formats, key=lambda name: (name != DEFAULT, name)))

    def __iter__(self) -> Iterator[Format]:
        return map(self.named, self.names)

    def named(self, name: str) -> Format:
        """Return the format of a name.

        Raises:
            LookupError: There is none.
        """
        if name not in self._formats:
            raise LookupError(f"no format is named {name!r}; there are {', '.join(self.names)}")
        return self._formats[name]

    def register(self, new: Format) -> None:
        """Add a format.

        Raises:
            ValueError: Its name or suffix is not well formed, or taken.
        """
        if not _NAME.fullmatch(new.name):
            raise ValueError(f"a format cannot be named {new.name!r}: letters a-z and digits only")
        if new.name in self._formats:
            raise ValueError(f"a format cannot be named {new.name!r}: the name is taken")
        if not _SUFFIX.fullmatch(new.suffix):
            raise ValueError(f"{new.suffix!r} is no suffix: dots, a-z, digits and hyphens only")
        # The room for suffixes in a name is counted by the length of the error file's.
        if len(new.suffix) > len(ERROR_SUFFIX):
            raise ValueError(f"the suffix {new.suffix!r} is longer than {ERROR_SUFFIX!r}")
        if new.suffix in self._suffixes:
            raise ValueError(f"the suffix {new.suffix!r} is taken")
        self._formats[new.name] = new
        self._suffixes = _longest_first(*self._suffixes, new.suffix)

    def unregister(self, name: str) -> None:
        """Remove a format."""
        suffix = self._formats.pop(name).suffix
        self._suffixes = tuple(other for other in self._suffixes if other != suffix)

    def suffix_of(self, name: str) -> str | None:
        """Return the suffix of the name of a sidecar or error file; None for any other name."""
        return next(filter(name.endswith, self._suffixes), None)

    def is_sidecar_name(self, name: str) -> bool:
        """Return whether a name ends like that of a sidecar or error file, in capitals or not."""
        return name.lower().endswith(self._suffixes)


def _longest_first(*suffixes: str) -> tuple[str, ...]:
    """Sort suffixes by length, as one may end with another: ``.ocr-error.json`` with ``.json``."""
    return tuple(sorted(suffixes, key=len, reverse=True))


def _found() -> Registry:
    """Return the formats in the modules of this package."""
    registry = Registry()
    package = ocr_watcher.formats
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if module.name != __name__:
            held: Format | None = getattr(import_module(module.name), "FORMAT", None)
            if held is not None:
                registry.register(held)
    return registry


FORMATS = _found()
