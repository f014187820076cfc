"""What those who carry on are told is there: commands, forms and hooks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TOLD = ("CONTRIBUTING.md", ".github/pull_request_template.md", ".ci/run")
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml"))


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.fixture(scope="module")
def sessions() -> set[str]:
    """The sessions of the noxfile, as nox lists them."""
    command = [sys.executable, "-m", "nox", "--list"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(re.findall(r"^[*-] (\S+)", done.stdout, re.MULTILINE))


@pytest.mark.parametrize("name", TOLD)
def test_each_session_of_nox_that_is_named_is_there(name: str, sessions: set[str]) -> None:
    typed = re.findall(r"nox -s ([^`\n]+)", text_of(name))
    named = {word for words in typed for word in words.partition(" --")[0].split()}
    assert named
    assert named - sessions == set()


def test_no_hook_before_a_commit_comes_from_another_repository() -> None:
    configuration = ROOT / ".pre-commit-config.yaml"
    repositories = yaml.safe_load(configuration.read_text("utf-8"))["repos"]
    assert [each["repo"] for each in repositories] == ["local"]
    assert {hook["language"] for hook in repositories[0]["hooks"]} == {"system"}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_a_form_has_what_github_asks_of_one(form: Path) -> None:
    """See https://docs.github.com, "Syntax for issue forms" and "… for GitHub's form schema"."""
    fields = yaml.safe_load(form.read_text("utf-8"))
    assert {"name", "description", "body"} <= set(fields)
    asked = [each for each in fields["body"] if each["type"] != "markdown"]
    assert all(each["type"] in {"textarea", "input", "dropdown", "checkboxes"} for each in asked)
    assert all(each["attributes"]["label"] for each in asked)
    identities = [each["id"] for each in asked]
    assert len(set(identities)) == len(identities)
    for each in asked:
        choices = each["attributes"].get("options", [])
        assert all(isinstance(choice, str) for choice in choices)
        assert len(set(choices)) == len(choices)
