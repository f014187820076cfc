"""The Chinese documentation says what the English one says: commands, tables, settings, links."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from typing import TYPE_CHECKING

import click
import pytest

from ocr_watcher.cli import main
from ocr_watcher.engine.baidu.endpoints import ENDPOINTS
from ocr_watcher.service.reasons import DONE
from ocr_watcher.settings.catalogue import settings
from tests.documentation import PAGES, README, ROOT
from tests.test_links import MARKDOWN, inline_of, is_there, targets_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHINESE_README = ROOT / "README.zh-CN.md"
CHINESE_PAGES = sorted((ROOT / "docs" / "zh").glob("*.md"))
CHINESE = (CHINESE_README, *CHINESE_PAGES)
ENGLISH = "\n".join(file.read_text("utf-8") for file in PAGES)

_BLOCK = re.compile(r"^(?:<!-- (.+?) -->\n)?```(\w+)\n(.+?)\n```$", re.MULTILINE | re.DOTALL)
_NOTE = re.compile(r" {2,}#.*|^# .*")
_COMMAND = re.compile(r"(?:\$ |sudo -u ocr-watcher |\.venv/bin/)*ocr-watcher (.+)")
_CODE = re.compile(r"`([^`]+)`")
_HAN = r"[\u4e00-\u9fff]"


def english_of(page: Path) -> Path:
    """The English page that a Chinese one stands for."""
    return README if page == CHINESE_README else ROOT / "docs" / page.name


def blocks_of(text: str) -> list[tuple[str, str, list[str]]]:
    """The blocks of a page: marker, language, and the lines without their notes."""
    return [
        (marker, language, [_NOTE.sub("", line).rstrip() for line in content.splitlines()])
        for marker, language, content in _BLOCK.findall(text)
    ]


def tables_of(text: str) -> list[list[str]]:
    """The first cells of each table."""
    rows = re.findall(r"^(?:\|.*\|\n)+", text + "\n", re.MULTILINE)
    return [[line.split(" | ")[0].strip("| ") for line in table.splitlines()] for table in rows]


def tables_with_codes(text: str) -> list[list[list[str]]]:
    """For each table, the words in backquotes of the first cell of each row."""
    return [[_CODE.findall(cell) for cell in table] for table in tables_of(text)]


def without_blocks(text: str) -> str:
    return _BLOCK.sub("", text)


def commands_of(page: Path) -> Iterator[list[str]]:
    """What the program is given in each command of a page's blocks, word by word."""
    for _, language, lines in blocks_of(page.read_text("utf-8")):
        if language in {"sh", "console"}:
            for command in re.split(r"&&|\n", "\n".join(lines)):
                if given := _COMMAND.fullmatch(command.strip()):
                    yield shlex.split(given[1])


def parse(command: click.Command, words: list[str]) -> None:
    """Has the command line read the words, and run nothing."""
    context = click.Context(command)
    _, rest, _ = command.make_parser(context).parse_args([*words])
    if isinstance(command, click.Group) and rest:
        _, found, others = command.resolve_command(context, rest)
        assert found
        parse(found, others)


def codes_of_settings(text: str) -> set[str]:
    """The settings that a text names, such as `baidu.qps`."""
    paths = {setting.path for setting in settings()}
    return {code.partition(":")[0] for code in _CODE.findall(without_blocks(text))} & paths


def same_target(target: str) -> str:
    """A link of a Chinese page, seen from the repository, without what tells the language."""
    return target.partition("#")[0].replace("docs/zh/", "docs/")


def test_each_leads_to_the_other() -> None:
    assert "README.zh-CN.md" in targets_of(README)
    assert "README.md" in targets_of(CHINESE_README)


def test_the_readme_has_the_commands_of_the_english_one() -> None:
    assert blocks_of(CHINESE_README.read_text("utf-8")) == blocks_of(README.read_text("utf-8"))


def test_each_command_of_the_english_readme_is_explained_in_chinese() -> None:
    text = CHINESE_README.read_text("utf-8")
    notes = re.findall(r"^\$ ocr-watcher .*? # (.*)$", text, re.MULTILINE)
    assert len(notes) == len(re.findall(r"^\$ ", text, re.MULTILINE)) > 0
    assert [note for note in notes if not re.search(_HAN, note)] == []


def test_the_readme_has_the_tables_of_the_english_one() -> None:
    chinese, english = (file.read_text("utf-8") for file in (CHINESE_README, README))
    assert tables_with_codes(chinese) == tables_with_codes(english)
    assert [row.count("|") for row in chinese.splitlines() if row.startswith("|")] == [
        row.count("|") for row in english.splitlines() if row.startswith("|")
    ]


def test_the_readme_has_the_code_words_of_the_english_one() -> None:
    chinese, english = (
        set(_CODE.findall(without_blocks(file.read_text("utf-8"))))
        for file in (CHINESE_README, README)
    )
    assert english - chinese == set()


def figures_of_rows(page: Path) -> list[list[str]]:
    """The numbers in each row of the tables of a page, in the order of their size as text."""
    rows = re.findall(r"^\|.*\|$", page.read_text("utf-8"), re.MULTILINE)
    return [sorted(re.findall(r"\d+(?:\.\d+)*", row)) for row in rows]


def test_the_tables_of_the_readme_have_the_figures_of_the_english_ones() -> None:
    assert figures_of_rows(CHINESE_README) == figures_of_rows(README)


def test_the_readme_has_the_links_and_pictures_of_the_english_one() -> None:
    others = {"README.md", "README.zh-CN.md"}
    chinese, english = (
        {same_target(target) for target in every_target_of(file)} - others
        for file in (CHINESE_README, README)
    )
    # Building and installing a Debian package is a part of the Chinese page on installing.
    assert english - chinese == {"docs/install-debian.md"}
    assert chinese - english == set()


def every_target_of(page: Path) -> set[str]:
    found = (token.attrGet("href") or token.attrGet("src") for token in inline_of(page))
    return {str(target) for target in found if target}


@pytest.mark.parametrize("page", CHINESE, ids=lambda page: page.name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    assert [target for target in targets_of(page) if not is_there(page, target)] == []


def test_the_readme_leads_to_every_chinese_page() -> None:
    linked = {target.partition("#")[0] for target in targets_of(CHINESE_README)}
    assert {f"docs/zh/{page.name}" for page in CHINESE_PAGES} <= linked


def test_a_page_in_english_is_said_to_be_one() -> None:
    lines = CHINESE_README.read_text("utf-8").splitlines()
    links = re.findall(r"\]\(([^()\s]+)\)(\uff08英文\uff09)?", "\n".join(lines[3:]))
    said = {target for target, note in links if note}
    pages = {target for target, _ in links if target.endswith(".md") or ".md#" in target}
    assert {target for target in pages if not target.startswith("docs/zh/")} - said == set()


@pytest.mark.parametrize("page", CHINESE_PAGES, ids=lambda page: page.name)
def test_a_page_has_every_command_of_its_english_one(page: Path) -> None:
    chinese, english = (blocks_of(file.read_text("utf-8")) for file in (page, english_of(page)))
    assert [block for block in english if block not in chinese] == []
    others = [(marker, language, lines) for marker, language, lines in chinese if marker]
    assert [block for block in others if block not in blocks_of(ENGLISH)] == []


@pytest.mark.parametrize("page", CHINESE, ids=lambda page: page.name)
def test_the_program_takes_every_command_of_a_page(page: Path) -> None:
    for words in commands_of(page):
        parse(main, words)


def test_a_command_that_the_program_does_not_take_is_noticed() -> None:
    parse(main, ["run", "--once", "--format", "pdf", "scans"])
    for wrong in (["run", "--twice"], ["ran"], ["cluster", "nothing"]):
        with pytest.raises(click.UsageError):
            parse(main, wrong)


@pytest.mark.parametrize("page", CHINESE_PAGES, ids=lambda page: page.name)
def test_a_page_has_the_tables_of_its_english_one(page: Path) -> None:
    """It may have further ones: what the console and the program say needs a word in Chinese."""
    chinese, english = (
        tables_with_codes(file.read_text("utf-8")) for file in (page, english_of(page))
    )
    assert english
    assert [table for table in english if table not in chinese] == []


@pytest.mark.parametrize("page", CHINESE, ids=lambda page: page.name)
def test_a_page_names_the_settings_of_its_english_one(page: Path) -> None:
    chinese, english = (
        codes_of_settings(file.read_text("utf-8")) for file in (page, english_of(page))
    )
    assert english - chinese == set()


@pytest.mark.parametrize("page", CHINESE, ids=lambda page: page.name)
def test_punctuation_between_chinese_is_chinese_and_latin_stands_apart(page: Path) -> None:
    text = _CODE.sub("`code`", without_blocks(page.read_text("utf-8")))
    text = re.sub(r"\]\([^)]*\)", "]", text)
    assert re.findall(rf"{_HAN}[,;:?!()]", text) == []
    assert re.findall(rf"{_HAN}[A-Za-z0-9`]|[A-Za-z0-9`%]{_HAN}", text) == []


@pytest.mark.parametrize("page", CHINESE, ids=lambda page: page.name)
def test_every_heading_is_in_chinese_or_a_name(page: Path) -> None:
    tokens = MARKDOWN.parse(page.read_text("utf-8"))
    headings = [
        following.content for token, following in pairwise(tokens) if token.type == "heading_open"
    ]
    names = {"ocr-watcher", "pipx", "uv"}
    assert [heading for heading in headings if not re.search(_HAN, heading)] == [
        heading for heading in headings if heading in names
    ]


def test_the_page_on_baidu_names_every_endpoint_and_whether_it_tells_places() -> None:
    text = (ROOT / "docs" / "zh" / "baidu.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)`.* \| (有|没有) \|$", text, re.MULTILINE)
    assert {name: word == "有" for name, word in rows} == {
        name: endpoint.tells_places for name, endpoint in ENDPOINTS.items()
    }


def test_what_the_program_is_said_to_answer_is_in_the_program() -> None:
    text = (ROOT / "docs" / "zh" / "troubleshooting.md").read_text("utf-8")
    table = text.partition("| 输出 |")[2].partition("\n\n")[0]
    answers = [
        re.split(r" [\d…]", answer)[0] for answer in re.findall(r"^\| `(.+?)`", table, re.MULTILINE)
    ]
    assert len(answers) > 10
    source = "\n".join(file.read_text("utf-8") for file in (ROOT / "ocr_watcher").rglob("*.py"))
    source = source.replace("{DONE}", DONE).replace("{paused}", "engine paused")
    assert [answer for answer in answers if answer not in source] == []
