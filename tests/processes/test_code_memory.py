"""Real processes forbid themselves memory that is both writable and executable."""

from __future__ import annotations

from tests.processes.code_memory import forbidding, said, skip_without_kernel


def test_it_holds_for_the_process_and_its_children() -> None:
    skip_without_kernel(in_children=True)
    assert forbidding(in_children=True) == ["False", "False"]


def test_it_holds_for_the_process_without_its_children() -> None:
    skip_without_kernel(in_children=False)
    assert forbidding(in_children=False) == ["False", "True"]


def test_a_process_that_is_confined_has_none_unless_it_compiles() -> None:
    skip_without_kernel(in_children=True)
    confined = (
        "from ocr_watcher.processes.code_memory import allows_code_memory\n"
        "from ocr_watcher.processes.inside import confine\n"
        "confine({{}}, oom_score_adj=0, compiles={})\n"
        "print(allows_code_memory())"
    )
    assert said(confined.format(False)) == ["False"]
    assert said(confined.format(True)) == ["True"]
