"""The check that messages can be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.errors import SettingsError
from ocr_watcher.settings.notify import urls_of
from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ocr_watcher.service.messages.target import Target
    from ocr_watcher.settings.model import Settings


def check_messages(
    settings: Settings, environment: Mapping[str, str], *, sends: bool
) -> Iterator[Result]:
    """Test the addresses of ``notify``; with none there is nothing to test.

    Args:
        settings: The settings.
        environment: The environment variables.
        sends: Whether a message is sent to each; otherwise Apprise only parses the addresses.
    """
    try:
        urls = urls_of(settings.notify, environment)
    except SettingsError as error:
        yield Result("fail", "messages", str(error))
        return
    if not urls:
        if sends:
            yield Result("fail", "messages", "there is no address to send to; set notify.urls")
        return
    from ocr_watcher.service.messages.trial import try_targets  # noqa: PLC0415  only if on

    for target, fault in try_targets(urls, sends=sends):
        yield _result(target, fault, settings, sends=sends)


def _result(target: Target, fault: str, settings: Settings, *, sends: bool) -> Result:
    subject = f"messages {target}"
    if fault:
        return Result(
            "fail", subject, f"{fault}; correct the address, or find out why its service refuses"
        )
    if sends:
        return Result("ok", subject, "accepted a message")
    on = ", ".join(settings.notify.on)
    return Result("ok", subject, f"gets messages about {on}; check --notify sends one")
