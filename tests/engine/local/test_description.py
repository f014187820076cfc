"""The description of the engine on this machine."""

from __future__ import annotations

import sys

import pytest

from ocr_watcher.engine.local.description import DESCRIPTION
from ocr_watcher.engine.local.settings import LocalSettings
from ocr_watcher.errors import EngineMissingError
from ocr_watcher.values.install_command import install_command, install_extra


@pytest.mark.parametrize(
    ("absent", "named"),
    [(["rapidocr"], "rapidocr"), (["openvino", "onnxruntime"], "onnxruntime")],
)
def test_where_a_part_is_not_installed_the_command_that_installs_it_is_told(
    absent: list[str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert DESCRIPTION.obstacle(LocalSettings(), {}) is None
    for module in absent:
        monkeypatch.setitem(sys.modules, module, None)
    missing = DESCRIPTION.obstacle(LocalSettings(), {})
    assert isinstance(missing, EngineMissingError)
    assert f"No module named '{named}'" in str(missing)
    assert str(missing).endswith(f"; install it with: {install_extra('local')}")


@pytest.mark.parametrize("absent", ["openvino", "onnxruntime"])
def test_one_of_two_backends_is_enough(absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, absent, None)
    assert DESCRIPTION.obstacle(LocalSettings(), {}) is None


def test_a_backend_that_is_asked_for_must_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    missing = DESCRIPTION.obstacle(LocalSettings(backend="openvino"), {})
    assert "local.backend: openvino is not installed" in str(missing)
    assert install_command("openvino") in str(missing)


def test_its_calls_cost_nothing_and_have_no_rate() -> None:
    policy = DESCRIPTION.policy(LocalSettings())
    assert (policy.qps, policy.daily_limit, policy.is_paid) == (0, None, False)
    assert policy.longest_call_seconds == 600 + 60
    assert "not Cyrillic" in policy.scripts
