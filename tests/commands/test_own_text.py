"""PDF whose pages have text of their own: it is taken, and no call is made for them."""

from __future__ import annotations

import json
import resource
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands.program import in_this_process, ocr_watcher, write_settings
from tests.pages.printed import image, lines, printed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.simulator.server import Simulator

SCAN = image(595, 842)
MIXED = printed(lines("The first page"), SCAN, lines("The third page", "ends"))


@dataclass(frozen=True, slots=True)
class Post:
    """A folder that the letter was put into, and how the program is run over it."""

    folder: Path
    settings: Mapping[str, object]
    variables: dict[str, str]
    simulator: Simulator

    def run_once(self, **further: object) -> None:
        file = write_settings(self.folder.parent / "config.yaml", **self.settings, **further)
        assert (
            in_this_process("run", "--once", "-c", file, variables=self.variables).returncode == 0
        )

    @property
    def calls(self) -> int:
        return len(self.simulator.calls)


@pytest.fixture
def post(
    folder: Path, settings: dict[str, object], with_keys: dict[str, str], simulator: Simulator
) -> Post:
    (folder / "letter.pdf").write_bytes(MIXED)
    return Post(folder, settings, with_keys, simulator)


def test_only_pages_without_text_are_calls(post: Post) -> None:
    post.run_once(output={"formats": ["txt", "json"]})
    assert post.calls == 1
    first, read, third = (post.folder / "letter.pdf.txt").read_text("utf-8").split("\f")
    assert (first, third) == ("The first page\n", "The third page\nends\n")
    told: dict[str, Any] = json.loads((post.folder / "letter.pdf.json").read_text("utf-8"))
    assert [page.get("own_text") for page in told["pages"]] == [True, None, True]
    assert [page["words_result_num"] for page in told["pages"]] == [1, len(read.splitlines()), 2]
    assert told["words_result"][0]["location"]["width"] > 200


@pytest.mark.parametrize(("wanted", "calls"), [("trust", 1), ("ignore", 3)])
def test_the_setting_is_kept_and_a_change_of_it_repeats_nothing(
    wanted: str, calls: int, post: Post
) -> None:
    post.run_once(pdf={"text": wanted})
    assert post.calls == calls
    post.run_once(pdf={"text": "auto"})
    post.run_once(pdf={"text": "ignore"})
    assert post.calls == calls


@pytest.mark.slow
def test_a_hundred_pages_take_less_than_two_seconds_of_the_processor(post: Post) -> None:
    def cpu() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ocr_watcher("run", "--once", "-c", file, variables=post.variables)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return sum(after[:2]) - sum(before[:2])

    texts = [[f"line {line} of page {page}" for line in range(50)] for page in range(100)]
    file = write_settings(post.folder.parent / "config.yaml", **post.settings)
    (post.folder / "letter.pdf").write_bytes(printed(lines("one")))
    start_up = cpu()
    (post.folder / "letter.pdf").write_bytes(printed(*(lines(*page) for page in texts)))
    assert cpu() - start_up < 2
    assert post.calls == 0
    told = "\f".join("".join(f"{line}\n" for line in page) for page in texts)
    assert (post.folder / "letter.pdf.txt").read_text("utf-8") == told


def test_ocr_takes_it_as_well(
    tmp_path: Path, settings: dict[str, object], with_keys: dict[str, str], simulator: Simulator
) -> None:
    (tmp_path / "letter.pdf").write_bytes(printed(lines("A letter")))
    file = write_settings(tmp_path / "config.yaml", **settings)
    ended = in_this_process("ocr", "-c", file, tmp_path / "letter.pdf", variables=with_keys)
    assert (ended.returncode, ended.stdout) == (0, "A letter\n")
    assert simulator.calls == []
