"""The registry of engines.

Each engine is a package that exports its description. The rest of the program, from the command
line to the daemon, knows engines only by their descriptions; no other module compares the name of
an engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ocr_watcher.engine.description import EngineDescription

AUTO = "auto"
"""The setting, in place of the name of an engine, for the first engine that can be used here."""


class Registry:
    """Descriptions by name, in the order in which ``auto`` tries them.

    Args:
        built_in: The modules that export ``DESCRIPTION``, by the name of the engine. They are
            imported when a description is asked for, so that asking for names imports nothing.
    """

    def __init__(self, built_in: Mapping[str, str]) -> None:
        self._built_in = built_in
        self._registered: dict[str, EngineDescription[Any]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all engines."""
        return (*self._built_in, *self._registered)

    def __iter__(self) -> Iterator[EngineDescription[Any]]:
        return map(self.named, self.names)

    def named(self, name: str) -> EngineDescription[Any]:
        """Return the description of an engine.

        Raises:
            LookupError: There is no engine of that name.
        """
        found = self.find(name)
        if found is None:
            raise LookupError(f"no engine is named {name!r}; there are {', '.join(self.names)}")
        return found

    def find(self, name: str) -> EngineDescription[Any] | None:
        """Return the description of an engine; None if there is none of that name."""
        if name in self._registered:
            return self._registered[name]
        if name not in self._built_in:
            return None
        found: EngineDescription[Any] = import_module(self._built_in[name]).DESCRIPTION
        return found

    def register(self, description: EngineDescription[Any]) -> None:
        """Add an engine after all others.

        Raises:
            ValueError: The name is taken.
        """
        name = description.name
        if name in (AUTO, *self.names):
            raise ValueError(f"an engine cannot be named {name!r}: the name is taken")
        self._registered[name] = description

    def unregister(self, name: str) -> None:
        """Remove an engine that was registered."""
        del self._registered[name]


ENGINES = Registry(
    {
        "baidu": "ocr_watcher.engine.baidu.description",
        "cluster": "ocr_watcher.engine.cluster.description",
        "local": "ocr_watcher.engine.local.description",
    }
)
