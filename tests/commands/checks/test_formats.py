"""`check` names the kinds of scans that need an extra which is not installed."""

from __future__ import annotations

import sys

import pytest
from PIL import features

from ocr_watcher.commands.checks.formats import check_formats
from ocr_watcher.values.check_result import Result
from ocr_watcher.values.install_command import install_extra

OTHERS = "JPEG, PNG, BMP, GIF, WebP, TIFF, JPEG 2000"
HEIC, PDF = install_extra("heic"), install_extra("pdf")


def test_with_every_extra_all_is_well() -> None:
    assert check_formats() == Result("ok", "formats", f"{OTHERS}, HEIC, AVIF, PDF can be read")


@pytest.mark.parametrize(
    ("absent", "finding"),
    [
        (["pypdfium2"], f"HEIC, AVIF can be read; for PDF: {PDF}"),
        (["pillow_heif"], f"AVIF, PDF can be read; for HEIC: {HEIC}"),
        (
            ["pypdfium2", "pillow_heif"],
            (f"AVIF can be read; for HEIC: {HEIC}; for PDF: {PDF}"),
        ),
    ],
)
def test_what_to_install_is_told(
    absent: list[str], finding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in absent:
        monkeypatch.setitem(sys.modules, module, None)
    assert check_formats() == Result("warn", "formats", f"{OTHERS}, {finding}")


def test_what_pillow_was_built_without_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda name: name not in {"avif", "jpg_2000"})
    result = check_formats()
    assert result.finding.startswith("JPEG, PNG, BMP, GIF, WebP, TIFF, HEIC, PDF can be read; ")
    for missing in ("for JPEG 2000: install Pillow from PyPI", "for AVIF: install Pillow"):
        assert missing in result.finding
