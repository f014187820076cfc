"""Wrong settings are refused, each with one sentence that shows no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import EXIT_SETTINGS, SettingsError
from ocr_watcher.settings.load import Overrides, load
from tests.settings.wrong import ALL, SECRET, Wrong

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("wrong", ALL, ids=lambda wrong: wrong.text)
def test_it_is_refused_with_its_path_and_its_rule(tmp_path: Path, wrong: Wrong) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(wrong.text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load(file, Overrides(), {}, folders_needed=False, credentials_needed=False)
    assert caught.value.exit_status == EXIT_SETTINGS
    (problem,) = caught.value.problems
    assert wrong.is_told_by(problem), problem
    assert SECRET not in problem
    assert "pass-word" not in problem
