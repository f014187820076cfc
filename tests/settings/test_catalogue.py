"""The catalogue tells each setting as people need it told."""

from __future__ import annotations

import re

import pytest
import yaml

from ocr_watcher.settings.catalogue import Setting, settings

BY_PATH = {setting.path: setting for setting in settings()}


def test_it_has_each_setting_once_and_no_section() -> None:
    assert len(BY_PATH) == len(settings())
    assert {"folders", "folders[].path", "engine", "local.threads", "baidu.options"} <= set(BY_PATH)
    assert not {"local", "baidu", "output"} & set(BY_PATH)


@pytest.mark.parametrize("setting", settings(), ids=lambda setting: setting.path)
def test_each_setting_is_described_in_sentences_and_shown_by_a_default_or_an_example(
    setting: Setting,
) -> None:
    first, *_ = setting.description.split("\n\n")
    assert re.fullmatch(r"[A-Z`].*[.:]", first, re.DOTALL)
    shown = setting.default or setting.example
    assert yaml.safe_load(shown) is not None


@pytest.mark.parametrize(
    ("path", "kind", "default", "variable"),
    [
        ("workers", "whole number from 1 to 256", "4", "OCR_WATCHER_WORKERS"),
        ("poll_seconds", "number above 0 to 86400", "10", "OCR_WATCHER_POLL_SECONDS"),
        ("pdf.text", "one of `auto`, `trust`, `ignore`", "auto", "OCR_WATCHER_PDF__TEXT"),
        ("folders[].recursive", "`true` or `false`", "true", ""),
        ("folders", "list: path or mapping", "[]", "OCR_WATCHER_FOLDERS"),
        ("notify.urls_file", "path", "", "OCR_WATCHER_NOTIFY__URLS_FILE"),
        ("baidu.options", "mapping", "{}", "OCR_WATCHER_BAIDU__OPTIONS"),
    ],
)
def test_kind_default_and_variable_are_in_words(
    path: str, kind: str, default: str, variable: str
) -> None:
    setting = BY_PATH[path]
    assert (setting.kind, setting.default, setting.variable) == (kind, default, variable)


def test_the_secrets_are_known() -> None:
    secrets = {setting.path for setting in settings() if setting.is_secret}
    assert secrets == {"baidu.api_key", "baidu.secret_key", "baidu.iam_api_key", "notify.urls"}
