from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.service.messages.webhook import Webhook

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as webhook:
        yield webhook
