"""Two minutes of mixed work under faults; `python -m tests.endurance` makes it hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.endurance.trial import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_mixed_work_under_faults_ends_with_every_right_text_and_nothing_billed_twice(
    tmp_path: Path,
) -> None:
    assert run(tmp_path, 120, seed=20_261_128).complaints == []
