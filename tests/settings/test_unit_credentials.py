"""The service's unit and its installer agree on the secrets that are handed over."""

from __future__ import annotations

import re
from pathlib import Path


def test_the_unit_hands_over_each_credential_and_the_installer_takes_each_away() -> None:
    systemd = Path(__file__).parents[2] / "systemd"
    unit = (systemd / "ocr-watcher.service").read_text("utf-8")
    loaded = re.findall(r"^LoadCredential=(.+):ocr-watcher\.(.+)$", unit, re.MULTILINE)
    names = {"baidu-api-key", "baidu-secret-key", "baidu-iam-api-key", "notify-urls"}
    assert loaded == [(name, name) for name, _ in loaded]
    assert {name for name, _ in loaded} == names
    purge = (systemd / "install").read_text("utf-8").partition("purge() {")[2].partition("}\n")[0]
    assert set(re.findall(r"\$keys/\$name\.([a-z-]+)", purge)) == names
