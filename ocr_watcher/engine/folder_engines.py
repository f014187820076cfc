"""The engine of each folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import engines_of_folders
from ocr_watcher.engine.guard import Guard
from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import PauseChanged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ocr_watcher.engine.choose import EngineSettings
    from ocr_watcher.engine.endpoint_breakers import EndpointBreaker, EndpointBreakers
    from ocr_watcher.engine.guarded import GuardedEngine
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.values.pause import Pause


class FolderEngines:
    """The engines with each folder's overrides, behind the parts that their calls share.

    Attributes:
        breakers: The circuit breakers, which stop the calls if each would fail.
    """

    def __init__(
        self,
        settings: EngineSettings,
        engine: Engine,
        ledger: Ledger,
        heartbeats: Heartbeats | None = None,
        *,
        roots: Iterable[str],
        bus: EventBus | None = None,
    ) -> None:
        """Guard an engine; the caller closes it.

        Args:
            settings: The settings, with the overrides of each folder.
            engine: The engine of the settings.
            ledger: The ledger, which counts the calls and keeps their readings.
            heartbeats: The heartbeats of the threads; one rests while it waits for another one's
                call.
            roots: The folders whose images are read; one that is not configured has the engine of
                the settings.
            bus: The bus for the events of ended calls, and of the pauses.
        """
        self._name = engine.identity.name
        self._bus = bus or EventBus()
        # Without a folder, the engine of the settings is guarded, so that there is a breaker.
        engines = engines_of_folders(settings, engine, roots) or {"": engine}
        guard = Guard(
            settings,
            engines.values(),
            ledger,
            heartbeats,
            bus=self._bus,
            on_change=self._publish,
        )
        guarded = {id(each): guard.guarded(each) for each in engines.values()}
        self._by_root = {root: guarded[id(each)] for root, each in engines.items()}
        self.breakers: EndpointBreakers = guard.breakers

    def of(self, root: str) -> GuardedEngine:
        """Return the engine that reads the images of a folder."""
        return self._by_root[root]

    def endpoint_of(self, root: str) -> str:
        """Return the endpoint that reads the images of a folder."""
        return self._by_root[root].identity.endpoint

    def breaker_of(self, root: str) -> EndpointBreaker:
        """Return the breaker for the calls for images of a folder."""
        return self.breakers.of(self.endpoint_of(root))

    @property
    def roots(self) -> Mapping[str, Sequence[str]]:
        """The folders by the endpoint that reads their images."""
        by_endpoint: dict[str, list[str]] = {}
        for root in self._by_root:
            by_endpoint.setdefault(self.endpoint_of(root), []).append(root)
        return by_endpoint

    def _publish(self, endpoint: str, pause: Pause | None) -> None:
        self._bus.publish(PauseChanged(self._name, pause, endpoint))
