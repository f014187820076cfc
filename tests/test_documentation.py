"""The statements of the documentation are true."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest

import ocr_watcher
from ocr_watcher.cli import main
from ocr_watcher.errors import EXIT_FAILED, EXIT_SETTINGS
from tests.documentation import PAGES, README, ROOT, block_under, page

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = ROOT / "ocr_watcher"
PACKAGES = sorted(file.parent for file in PACKAGE.rglob("*/__init__.py"))

TABLE = page("troubleshooting.md").partition("\n| what happens |")[2].partition("\n\n")[0]
WHAT_HAPPENS = [line.split(" | ")[0].strip("| ") for line in TABLE.splitlines()[2:]]
PROOFS = {
    "a file is still being written": [
        "test_an_image_that_is_written_slowly_is_sent_when_it_is_whole"
    ],
    "more files come than the kernel keeps events for": [
        "test_none_is_missing_of_those_that_came_while_it_was_stopped"
    ],
    "an image changes while it is read": [
        "test_an_image_replaced_during_its_call_gets_the_text_of_the_new_one"
    ],
    "an image is deleted while it is read": [
        "test_an_image_deleted_during_its_call_leaves_nothing"
    ],
    "an image is renamed in the folder": ["test_an_image_renamed_in_the_tree_takes_its_text_along"],
    "the same picture comes again": ["test_the_same_picture_under_other_names_is_sent_once"],
    "a sidecar is deleted": ["test_a_deleted_sidecar_comes_back_at_once_for_no_call"],
    "a sidecar is edited": ["test_an_edited_sidecar_stays_over_restarts_and_without_the_ledger"],
    "the network is away, the service is overloaded": [
        "test_faults_that_pass_are_outlasted",
        "test_with_a_third_of_all_calls_failing_every_image_gets_its_text",
    ],
    "a picture crashes its decoder, or takes too long": [
        "test_a_picture_on_which_decoders_crash_fails_and_no_other_does",
        "test_a_process_that_hangs_is_ended_and_the_page_fails_for_good",
    ],
    "one page of a document cannot be read": ["test_a_fault_of_a_later_page_names_the_page"],
    "too many calls a second": ["test_too_many_calls_a_second_only_slow_it_down"],
    "the quota of an endpoint is used up": [
        "test_a_quota_stops_its_endpoint_alone_until_it_is_granted",
        "test_at_most_three_calls_are_made_whatever_comes",
        "test_until_after_the_next_midnight_in_beijing",
        "test_where_the_quota_ends_the_rest_waits",
    ],
    "keys are wrong, the account is switched off, `baidu.daily_limit` is reached": [
        "test_wrong_keys_are_tried_once",
        "test_a_fault_of_the_account_stops_all",
        "test_the_daily_limit_holds_over_all_endpoints_and_stops_all",
        "test_where_every_call_would_fail_one_is_made_and_told_of_once",
        "test_what_a_person_must_mend_is_probed_after_five_minutes",
    ],
    (
        "the account may not call an endpoint, or one image of it after another gets an unknown "
        "error code"
    ): [
        "test_one_run_reads_what_the_other_endpoints_read_and_ends",
        "test_an_unknown_code_of_one_endpoint_costs_none_of_its_images_while_others_are_read",
    ],
    "an image cannot be read": ["test_poison_is_given_few_tries_and_starves_nobody"],
    "that error file is deleted, or the image replaced": [
        "test_a_failed_image_is_read_when_its_error_file_is_deleted_or_it_is_replaced",
    ],
    "another scan takes an image's name, with the same date": [
        "test_an_event_of_it_brings_the_new_text",
        "test_a_scan_finds_it",
    ],
    "the folder's file system refuses dates, or rounds them": [
        "test_an_image_is_paid_for_once_where_dates_are_refused",
        "test_an_image_is_paid_for_once_where_dates_are_truncated",
    ],
    "a directory, a link, a FIFO lies where a sidecar is to be written": [
        "test_an_image_beside_which_it_lies_fails_until_it_is_gone",
    ],
    "the disk is full, the folder is read-only": [
        "test_nothing_is_partial_failed_or_sent_in_vain_and_all_completes_when_there_is_room",
        "test_a_read_only_folder_costs_no_call",
    ],
    "a share does not answer, because its server is gone": [
        "test_a_hung_share_holds_up_neither_the_other_folders_nor_the_end",
        "test_as_many_images_of_a_hung_share_as_there_are_workers_stop_no_other_folder",
    ],
    "the folder goes away": [
        "test_a_folder_that_is_unmounted_and_mounted_again",
        "test_a_folder_that_is_moved_away_and_back",
    ],
    "the ledger is deleted or damaged": [
        "test_whatever_happens_to_the_ledger_no_finished_image_is_sent_again",
    ],
    "the ledger is locked, its disk is full, or it cannot be written": [
        "test_what_was_paid_while_the_file_was_locked_is_known_at_once_and_written_later",
        "test_a_full_disk_is_told_once_and_what_was_paid_is_known_meanwhile_and_written_afterwards",
        "test_a_ledger_that_is_read_only_costs_no_image",
    ],
    "the index is deleted, damaged or of another version": [
        "test_a_lost_index_is_made_anew",
        "test_a_file_that_is_damaged_while_it_is_used_is_made_anew",
        "test_a_file_of_another_version_is_made_anew",
    ],
    "the index cannot be opened": [
        "test_without_its_index_it_is_served_and_fills_its_lists_once_there_is_one",
        "test_a_file_that_cannot_be_opened_is_not_tried_at_each_question",
    ],
    "a newer version of the program wrote the ledger": [
        "test_what_it_knows_is_known_and_what_is_new_lies_beside_it_also_after_a_restart",
    ],
    "a second daemon is started on a folder, by any user, in another container or on another "
    "host of a share": [
        "test_a_second_process_is_refused_with_who_it_is_and_what_to_do",
        "test_a_second_one_on_a_folder_ends_with_one_line_whatever_the_way_to_it",
        "test_in_namespaces_of_their_own_twelve_images_are_twelve_calls",
    ],
    "the settings are wrong when they are read again": [
        "test_wrong_settings_are_refused_and_the_old_ones_stay_in_force",
        "test_a_reload_of_wrong_settings_fails_and_leaves_the_old_ones_in_force",
    ],
    "the program is killed, or the power fails": [
        "test_many_images_end_right_however_often_it_is_killed",
        "test_of_a_document_cut_at_page_37_at_most_one_page_is_paid_again",
    ],
    "an image kills the program whenever it is read": [
        "test_an_image_that_kills_the_program_fails_after_three_deaths",
        "test_the_third_death_comes_while_no_other_image_is_in_flight",
    ],
    "the process of the local models crashes or is killed": [
        "test_models_that_are_killed_among_fifty_images_cost_none_of_them_its_text",
        "test_an_image_that_ends_the_models_each_time_fails_and_no_other_does",
    ],
    "the kernel kills the process of the local models, as memory runs out": [
        "test_a_shortage_of_memory_pauses_and_fails_no_image",
        "test_an_image_that_alone_meets_282000_once_more_is_blamed",
    ],
    "the faster runtime of the local models does not work here": [
        "test_a_faster_backend_that_does_not_work_is_passed_over_and_named",
        "test_where_the_unit_forbids_code_memory_the_local_engine_reads_and_says_what_with",
    ],
    "the local models read a page for more than ten minutes": [
        "test_a_page_that_takes_too_long_ends_the_process_and_others_are_read_again",
        "test_a_page_that_hangs_is_too_slow",
    ],
    "many large files come at once": [
        "test_large_files_that_begin_like_images_are_held_one_or_two_at_a_time",
        "test_never_more_than_the_budget_is_held",
    ],
    "a message about a failure cannot be delivered": [
        "test_a_target_that_refuses_is_told_of_once_and_costs_no_image",
        "test_it_stops_in_time_while_a_target_does_not_answer_and_keeps_the_message",
    ],
    "SIGTERM, Ctrl-C": [
        "test_it_says_that_it_stops_while_calls_are_still_in_flight",
        "test_calls_in_flight_finish_and_nothing_more_is_sent",
        "test_a_second_signal_ends_it_at_once",
        "test_it_ends_at_once_and_well_while",
    ],
}
"""The tests that prove each line of the table of what goes wrong, by what happens."""


def modules(package: Path) -> set[str]:
    """The modules and packages that lie in one."""
    files = {file.stem for file in package.glob("*.py") if not file.name.startswith("__")}
    return files | {folder.parent.name for folder in package.glob("*/__init__.py")}


def named_in(docstring: str | None) -> set[str]:
    """What stands between single backquotes."""
    return set(re.findall(r"(?<!`)`([^`]+)`(?!`)", docstring or ""))


def docstring_of(package: Path) -> str:
    return (package / "__init__.py").read_text("utf-8")


def commands_shown(text: str) -> set[str]:
    return set(re.findall(r"^(?:\$ |sudo |\.venv/bin/)*ocr-watcher ([a-z]+)", text, re.MULTILINE))


def test_the_readme_shows_every_command_and_no_other() -> None:
    assert commands_shown(README.read_text("utf-8")) == set(main.commands)


def test_no_page_shows_a_command_that_there_is_not() -> None:
    shown = {file.name: commands_shown(file.read_text("utf-8")) for file in PAGES}
    assert {name: commands - set(main.commands) for name, commands in shown.items()} == {
        name: set() for name in shown
    }


def test_the_documentation_explains_every_exit_status_and_no_other() -> None:
    table = page("commands.md").partition("| exit status |")[2].partition("\n\n")[0]
    explained = {int(status) for status in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    assert explained == {0, EXIT_FAILED, 2, EXIT_SETTINGS}


def test_the_documentation_names_every_place_of_the_settings_file() -> None:
    for place in (
        "--config FILE",
        "$OCR_WATCHER_CONFIG",
        "$XDG_CONFIG_HOME/ocr-watcher/config.yaml",
        "/etc/ocr-watcher/config.yaml",
    ):
        assert f"`{place}`" in page("commands.md")


def test_everything_that_may_go_wrong_has_a_proof() -> None:
    assert list(PROOFS) == WHAT_HAPPENS


def test_each_proof_is_there() -> None:
    tests = "".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    named = {name for proofs in PROOFS.values() for name in proofs}
    assert named - set(re.findall(r"^def (\w+)", tests, re.MULTILINE)) == set()


def test_the_first_command_recognises_the_samples() -> None:
    command = block_under("try")
    assert ".venv/bin/ocr-watcher run --once samples " in command
    assert list((ROOT / "samples").glob("*.jpg"))


def test_the_second_command_runs_the_tests() -> None:
    assert block_under("test").endswith(" && .venv/bin/pytest")


@pytest.mark.parametrize("marker", ["try", "test"])
def test_the_first_commands_stand_in_the_readme_which_ci_runs_them_from(marker: str) -> None:
    assert f"<!-- {marker} -->" in README.read_text("utf-8")


@pytest.mark.parametrize("marker", ["try", "test", "install: pipx", "install: uv"])
def test_the_commands_install_extras_that_there_are(marker: str) -> None:
    extras = re.search(r"'\.\[(.+?)\]'", block_under(marker))
    assert extras
    declared = (ROOT / "pyproject.toml").read_text("utf-8")
    for extra in extras[1].split(","):
        assert f"\n{extra} = [" in declared


def test_the_page_on_installing_explains_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    table = page("install.md").partition("| extra |")[2].partition("\n\n")[0]
    others = {"all", "test", "lint", "docs", "develop"}  # the sum of them, and what developers need
    extras = set(project["optional-dependencies"])
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == extras - others


def test_the_figures_of_the_readme_are_those_of_the_benchmarks() -> None:
    claim = README.read_text("utf-8").partition("\nHow fast and how well ")[2].partition("\n## ")[0]
    rows = (ROOT / "benchmarks" / "README.md").read_text("utf-8").splitlines()
    figures = re.findall(r"\d\.\d+", " ".join(row for row in rows if "words, F1" in row))
    claimed = re.findall(r"\d\.\d+", claim)
    assert len(claimed) == 6
    assert set(claimed) <= {f"{float(figure):.3f}" for figure in figures}


def test_the_map_names_every_package_and_nothing_that_is_not_there() -> None:
    packages = {folder.parent.name for folder in PACKAGE.glob("*/__init__.py")}
    there = modules(PACKAGE).union(*map(modules, PACKAGES))
    named = named_in(ocr_watcher.__doc__)
    assert packages - named == set()
    assert named - there == set()


def test_the_map_has_the_order_of_the_layers_that_are_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (contract,) = project["tool"]["importlinter"]["contracts"]
    layers = re.findall(r"\w+", " ".join(contract["layers"]))
    there = [layer for layer in layers if layer in modules(PACKAGE)]
    listed = (ocr_watcher.__doc__ or "").partition("import-linter checks:")[2]
    named = re.findall(r"`(\w+)`", listed)
    assert sorted(there, key=named.index) == there


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_package_says_what_it_is_and_names_only_modules_it_has(package: Path) -> None:
    docstring = docstring_of(package)
    assert docstring.startswith('"""')
    assert named_in(docstring.strip('"\n')) - modules(package) == set()
