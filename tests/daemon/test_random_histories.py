"""Whatever happens to the folder, to the daemon and to the service, all ends as promised."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.daemon.histories import Histories

ANY_HISTORY = settings(
    database=None, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
)


@pytest.mark.timeout(300)  # of a busy machine; most of the time goes into starting Python
def test_every_history_ends_as_promised() -> None:
    chosen = settings(
        ANY_HISTORY,
        derandomize=True,
        max_examples=2,
        stateful_step_count=50,
        phases=[Phase.generate],  # looking for a shorter history takes longer than finding one
    )
    run_state_machine_as_test(Histories, settings=chosen)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_every_history_of_many_ends_as_promised() -> None:
    # In CI the same ones each time, so that a change is judged by what it changes; elsewhere new
    # ones, which is how faults are found.
    chosen = settings(
        ANY_HISTORY, derandomize="CI" in os.environ, max_examples=60, stateful_step_count=50
    )
    run_state_machine_as_test(Histories, settings=chosen)
