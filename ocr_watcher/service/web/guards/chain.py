"""All guards around the page, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.service.web.guards.faults import FaultAnswers
from ocr_watcher.service.web.guards.form import RequestForm
from ocr_watcher.service.web.guards.headers import SecurityHeaders
from ocr_watcher.service.web.guards.host import HostGuard
from ocr_watcher.service.web.guards.origin import OriginGuard
from ocr_watcher.service.web.guards.password import PasswordGuard
from ocr_watcher.service.web.guards.rate import RequestRate
from ocr_watcher.service.web.guards.token import TokenGuard, Tokens

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ocr_watcher.service.web.guards.access import Rules
    from ocr_watcher.service.web.server.limits import Limits


def guarded(app: ASGIApp, rules: Rules, limits: Limits, tokens: Tokens | None = None) -> ASGIApp:
    """Put the guards around an application.

    The password is checked before requests are counted, so that requests of strangers do not use up
    the limits of people who know it.

    Args:
        app: The application.
        rules: A function that returns who may open the page.
        limits: The limits for clients.
        tokens: The tokens of its forms; new ones if none are given.
    """
    app = TokenGuard(app, tokens or Tokens(), limits)
    app = OriginGuard(app)
    app = HostGuard(app, rules)
    app = RequestForm(app, limits)
    app = RequestRate(app, limits)
    app = PasswordGuard(app, rules, limits)
    app = FaultAnswers(app)
    return SecurityHeaders(app)
