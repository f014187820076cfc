from __future__ import annotations

import pytest

from tests.daemon.mounted import skip_where_nothing_may_be_mounted


@pytest.fixture
def mounts() -> None:
    skip_where_nothing_may_be_mounted()
