"""What a scrape finds: the samples of Prometheus' text format, as its own library reads them."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from pathlib import Path

PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool, of Debian's package prometheus, is not installed"
)


class Scrape:
    """The samples of one text.

    Args:
        text: The whole text.
    """

    def __init__(self, text: bytes) -> None:
        self.families = list(text_string_to_metric_families(text.decode("utf-8")))
        self._samples = [sample for family in self.families for sample in family.samples]

    @property
    def names(self) -> set[str]:
        """The names of all samples, as a query writes them."""
        return {sample.name for sample in self._samples}

    def labels(self, name: str, label: str) -> set[str]:
        """The values of a label."""
        return {sample.labels[label] for sample in self._samples if sample.name == name}

    def of(self, name: str, **labels: str) -> float:
        """The sum of the samples of that name that have these labels; there is at least one."""
        found = [
            sample.value
            for sample in self._samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
        assert found, (name, labels, self._samples)
        return sum(found)


def promtool(*arguments: str | Path, given: bytes = b"") -> tuple[int, str]:
    """Runs promtool; returns its exit status and all that it says."""
    assert PROMTOOL is not None
    ended = subprocess.run(
        [PROMTOOL, *arguments], input=given, capture_output=True, timeout=60, check=False
    )
    return ended.returncode, (ended.stdout + ended.stderr).decode()
