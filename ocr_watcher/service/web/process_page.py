"""The page for the life of the process, over all sets of settings."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from ocr_watcher.errors import SettingsError
from ocr_watcher.service.web.guards.access import Access
from ocr_watcher.service.web.server.handed_over import handed_over
from ocr_watcher.service.web.server.listeners import is_open_to_others, name_of
from ocr_watcher.service.web.server.password import password_hash
from ocr_watcher.settings.web import missing_extra

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.service.web.activity import Activity
    from ocr_watcher.service.web.served_page import ServedPage
    from ocr_watcher.service.web.site import Site
    from ocr_watcher.settings.model import Settings

_log = logging.getLogger(__name__)


class ProcessPage:
    """The page of a daemon, over all of its pipelines.

    A reload that does not change the address keeps it open, and keeps the tokens of the forms.
    While the page is off, nothing is imported and no thread runs. It is on if the settings name an
    address, or if the service manager handed over a socket, which then replaces the address.
    """

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        """Begin with a page that is off.

        Args:
            environment: The environment variables, from which those of the sockets of the service
                manager are taken.
        """
        self._given = handed_over(environment)
        self._served: ServedPage | None = None
        if self._given and (missing := missing_extra()):
            _log.error("the socket of the service manager is not used: %s", missing)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the page."""
        self.turn_off()
        for given in self._given:
            given.close()

    def is_on(self, settings: Settings) -> bool:
        """Return whether there is a page with some settings."""
        return settings.web.listen is not None or bool(self._given and not missing_extra())

    def check(self, settings: Settings) -> None:
        """Raise an error if the page cannot use some settings.

        Raises:
            SettingsError: The page cannot use them.
        """
        if self.is_on(settings):
            self._access(settings)

    def serve(self, settings: Settings) -> Activity:
        """Serve the page, which must be on; it shows a pipeline once one is attached.

        Returns:
            The pages of the last hour, over all pipelines.

        Raises:
            SettingsError: The password cannot be read.
        """
        return self._at(settings).activity

    def attach(self, settings: Settings, site: Callable[[], Site], bus: EventBus) -> None:
        """Show a pipeline that is not started yet on the page, which must be on.

        Args:
            settings: The settings of the pipeline.
            site: A function that returns what is shown of it.
            bus: The bus of its events.

        Raises:
            SettingsError: The password cannot be read.
        """
        self._at(settings).show(self._access(settings), site, bus)

    def changed(self) -> None:
        """Tell the browsers that what is shown has changed."""
        if self._served is not None:
            self._served.changed()

    def detach(self) -> None:
        """Show no pipeline, until another is attached."""
        if self._served is not None:
            self._served.show_nothing()

    def ask_to_end(self) -> None:
        """Close the address and ask running answers to end, without a wait."""
        if self._served is not None:
            self._served.ask_to_end()

    def is_ending(self) -> bool:
        """Return whether the page was asked to end."""
        return self._served is not None and not self._served.is_served

    def turn_off(self) -> None:
        """End the page, if it is served."""
        if self._served is not None and not self._served.end():
            _log.warning("the page did not end in time, and its thread is left behind")
        self._served = None

    def _at(self, settings: Settings) -> ServedPage:
        from ocr_watcher.service.web.served_page import ServedPage  # noqa: PLC0415  only if on

        address = settings.web.address
        before = self._served
        if before is not None and before.is_served and (self._given or before.address == address):
            return before
        access = self._access(settings)
        self.turn_off()
        self._served = ServedPage(address, self._given, before.activity if before else None)
        self._served.start(access)
        return self._served

    def _access(self, settings: Settings) -> Access:
        """Return who may open the page.

        Raises:
            SettingsError: The password cannot be read, or a required password is missing.
        """
        web = settings.web
        if web.password_file is None:
            for given in filter(is_open_to_others, self._given):
                problem = (
                    f"web.password_file: must be set, as other machines can reach {name_of(given)},"
                    " which the service manager opened; or have it open an address of loopback"
                )
                raise SettingsError([problem])
        return Access(frozenset(web.hosts), password_hash(web.password_file))
