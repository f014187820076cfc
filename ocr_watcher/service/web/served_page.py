"""The page while it is served at one address. This module is imported only if the page is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.service.web.activity import Activity
from ocr_watcher.service.web.guards.access import Access
from ocr_watcher.service.web.guards.chain import guarded
from ocr_watcher.service.web.health_and_metrics import HealthAndMetrics
from ocr_watcher.service.web.live import Live
from ocr_watcher.service.web.page import build
from ocr_watcher.service.web.pictures.image_work import ImageWork
from ocr_watcher.service.web.server.limits import Limits
from ocr_watcher.service.web.server.listeners import handed_over_listener, open_listener
from ocr_watcher.service.web.server.web_server import WebServer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.service.web.server.listeners import Listener
    from ocr_watcher.service.web.site import Site
    from ocr_watcher.settings.web import Address


class ServedPage:
    """The page with its guards and its server.

    Attributes:
        address: Its address; None if only the service manager gives one.
        activity: The pages of the last hour, over all pipelines.
    """

    def __init__(
        self,
        address: Address | None,
        given: Sequence[socket.socket],
        activity: Activity | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Build the page without serving it.

        Args:
            address: Its address; None if only the service manager gives one.
            given: The sockets of the service manager, which replace the address.
            activity: The pages of the last hour, which another address had.
            limits: The limits for clients.
        """
        self.address = address
        self.activity = activity or Activity()
        self._given = given
        self._live = Live()
        self._access = Access()
        self._site: Callable[[], Site] | None = None
        limits = limits or Limits()
        self._image_work = ImageWork()
        app = HealthAndMetrics(build(self._shown, self._live, self._image_work), self._shown)
        self._server = WebServer(
            guarded(app, lambda: self._access, limits),
            self._listeners,
            limits=limits,
            ending=self._live.close,
        )

    @property
    def is_served(self) -> bool:
        """Whether it is served, and was not asked to end."""
        return self._server.is_serving

    def start(self, access: Access) -> None:
        """Serve the page.

        Args:
            access: The rules for who may open it.
        """
        self._access = access
        self._server.start()

    def show(self, access: Access, site: Callable[[], Site], bus: EventBus) -> None:
        """Show a pipeline that is not started yet.

        Args:
            access: The rules for who may open the page.
            site: A function that returns what is shown.
            bus: The bus of its events.
        """
        self.activity.attach(bus)
        self._live.attach(bus)
        self._access = access
        self._site = site
        self._live.changed()

    def changed(self) -> None:
        """Tell the browsers that what is shown has changed."""
        self._live.changed()

    def show_nothing(self) -> None:
        """Show that the settings are being read again."""
        self._site = None

    def ask_to_end(self) -> None:
        """Close the address and ask running answers to end, without a wait."""
        self._server.ask_to_end()

    def end(self) -> bool:
        """End it and its sandbox, within a bounded time.

        Returns:
            Whether it has ended; otherwise its thread is left behind.
        """
        self._server.ask_to_end()
        self._image_work.close()
        return self._server.join()

    def _shown(self) -> Site | None:
        site = self._site
        return None if site is None else site()

    def _listeners(self) -> list[Listener]:
        if self._given:
            return [handed_over_listener(each) for each in self._given]
        return [] if self.address is None else [open_listener(self.address)]
