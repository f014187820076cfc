"""How many processes the kernel ended because memory ran out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.processes.oom_kills import oom_kills

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_what_the_kernel_counts(tmp_path: Path) -> None:
    (tmp_path / "vmstat").write_text("nr_free_pages 7\nmemcg_oom_kill 9\noom_kill 30\nnr_dirty 0\n")
    assert oom_kills(tmp_path / "vmstat") == 30


@pytest.mark.parametrize("content", [b"nr_free_pages 7\n", b"", b"oom_kill \xff\n"])
def test_a_kernel_that_does_not_count_them_gives_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "vmstat").write_bytes(content)
    assert oom_kills(tmp_path / "vmstat") == 0
    assert oom_kills(tmp_path / "absent") == 0
