"""The service as an administrator runs it: what it does, and how it ends and comes back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.simulator.faults import Silence
from tests.systemd.readme import commands_under, type_in
from tests.systemd.service import FOLDER, NAME
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator
    from tests.systemd.service import Service

pytestmark = [pytest.mark.systemd, pytest.mark.timeout(900)]

_STOP_SECONDS = 40
_SHORT_WATCHDOG = "[Service]\nWatchdogSec=6\n"
# A worker counts as wedged after minutes; here after seconds, all else being as it is installed.
_IMPATIENT = (
    f"{_SHORT_WATCHDOG}ExecStart=\nExecStart=/opt/ocr-watcher/bin/python -c "
    '"from dataclasses import replace; import ocr_watcher.engine.baidu.description as of; '
    "known = of.DESCRIPTION; of.DESCRIPTION = replace("
    "known, policy=lambda baidu: replace(known.policy(baidu), longest_call_seconds=3.0)); "
    "from ocr_watcher.cli import main; main(['run'])\"\n"
)
_SHORT_START = 4
_DIRECTORIES = 40
# Each directory takes a while to be watched, as on a share that answers slowly: 12 seconds in all.
_SLOW_START = (
    f"[Service]\nTimeoutStartSec={_SHORT_START}\n"
    "ExecStart=\nExecStart=/opt/ocr-watcher/bin/python -c "
    '"import time; from watchdog.observers.inotify_c import InotifyFD; '
    "add = InotifyFD.add_callback; "
    "InotifyFD.add_callback = lambda *given: (time.sleep(0.3), add(*given))[1]; "
    "from ocr_watcher.cli import main; main(['run'])\"\n"
)


def words_of(images: dict[Path, str]) -> dict[str, str]:
    """The texts that the images are to have."""
    return {image.name: f"{words}\n" for image, words in images.items()}


def texts_of(service: Service, images: dict[Path, str]) -> dict[str, str]:
    """The texts that they have, which is waited for."""
    return {image.name: service.wait_for_text(image) for image in images}


def drop_many(service: Service, number: int = 12) -> dict[Path, str]:
    """Drops images; returns the words that each of them carries."""
    words = [f"page {count}" for count in range(number)]
    return {service.drop(f"{text}.png", text): text for text in words}


def hold_the_workers(service: Service, simulator: Simulator) -> dict[Path, str]:
    """Drops images of which some are now in calls that do not come back, and others wait."""
    simulator.fault = lambda _call: Silence()
    images = drop_many(service)
    simulator.wait_for(lambda: simulator.inside > 0, 30)
    return images


def let_go(simulator: Simulator) -> None:
    simulator.fault = None
    simulator.release()


def test_started_as_the_readme_says_it_writes_text_as_its_own_user(service: Service) -> None:
    for command in commands_under("service: start"):
        type_in(service.machine, command)
    image = service.drop("letter.png", "Dear Anna")
    assert service.wait_for_text(image) == "Dear Anna\n"
    owner = service.machine.run("stat", "--format=%U:%G %a", f"{FOLDER}/letter.png.txt")
    assert owner.strip() == f"{NAME}:{NAME} 644"


def test_confined_it_writes_every_format(service: Service, simulator: Simulator) -> None:
    formats = ["txt", "json", "md", "hocr", "alto", "pdf"]
    baidu = {"base_url": simulator.url, "qps": 0, "endpoint": "general"}
    service.configure(output={"formats": formats}, baidu=baidu)
    service.start()
    image = service.drop("letter.png", "Dear Anna")
    assert service.wait_for_text(image) == "Dear Anna\n"
    suffixes = (".json", ".md", ".hocr", ".alto.xml", ".ocr.pdf")
    sidecars = [image.with_name(image.name + suffix) for suffix in suffixes]
    eventually(lambda: all(sidecar.exists() for sidecar in sidecars))
    assert sidecars[-1].read_bytes().startswith(b"%PDF-")


def test_the_keys_are_credentials_that_no_log_and_no_environment_shows(
    service: Service, simulator: Simulator
) -> None:
    service.start()
    service.wait_for_text(service.drop("letter.png", "Dear Anna"))
    process = service.value("MainPID")
    for shown in (
        service.journal(),
        service.machine.run("cat", f"/proc/{process}/environ", f"/proc/{process}/cmdline"),
        service.machine.run("systemctl", "show", NAME),
    ):
        assert simulator.api_key not in shown
        assert simulator.secret_key not in shown


def test_its_status_shows_what_is_done_waits_and_has_failed(
    service: Service, simulator: Simulator
) -> None:
    service.start()
    service.wait_for_text(service.drop("first.png", "first"))
    (service.scans / "bad.png").write_bytes(b"no picture")
    eventually((service.scans / "bad.png.ocr-error.json").exists)
    simulator.fault = lambda _call: Silence()
    service.drop("second.png", "second")
    eventually(lambda: "1 done, 1 waiting, 1 failed" in service.value("StatusText"), 30)
    assert "1 done, 1 waiting, 1 failed" in service.machine.run("systemctl", "status", NAME)
    let_go(simulator)


def test_a_reload_takes_a_new_folder_without_a_restart(service: Service) -> None:
    own = ("install", "-d", f"--owner={NAME}", f"{FOLDER}/letters", f"{FOLDER}/receipts")
    service.machine.run(*own)
    service.configure(f"{FOLDER}/letters")
    service.start()
    process = service.value("MainPID")
    receipt = service.drop("receipts/receipt.png", "TOTAL 17.98")
    service.wait_for_text(service.drop("letters/letter.png", "Dear Anna"))
    assert not receipt.with_name("receipt.png.txt").exists()
    service.configure(f"{FOLDER}/letters", f"{FOLDER}/receipts")
    service.machine.run("systemctl", "reload", NAME)
    assert service.wait_for_text(receipt) == "TOTAL 17.98\n"
    assert service.value("MainPID") == process


def test_a_reload_of_wrong_settings_fails_and_leaves_the_old_ones_in_force(
    service: Service,
) -> None:
    service.start()
    process = service.value("MainPID")
    service.configure("/srv/nowhere")
    assert service.machine.attempt("systemctl", "reload", NAME).returncode != 0
    service.wait_for_words("the settings file was refused: folders[0].path")
    eventually(lambda: "refused: folders[0].path" in service.value("StatusText"), 30)
    asked = service.machine.attempt("sudo", "-u", NAME, NAME, "status")
    assert "the settings file was refused: folders[0].path" in asked.stdout
    assert service.wait_for_text(service.drop("letter.png", "Dear Anna")) == "Dear Anna\n"
    assert service.value("MainPID") == process
    assert service.value("ActiveState") == "active"
    service.configure()
    service.machine.run("systemctl", "reload", NAME)
    eventually(lambda: "refused" not in service.value("StatusText"), 30)


def test_a_wrong_setting_ends_it_with_one_clear_line_and_no_restart(service: Service) -> None:
    service.configure(workers="many")
    assert service.machine.attempt("systemctl", "start", NAME).returncode != 0
    eventually(lambda: service.value("ActiveState") == "failed")
    assert service.value("ExecMainStatus") == "78"
    assert service.restarts == 0
    eventually(service.own_words)
    (line,) = service.own_words()
    assert "workers: " in line


def test_killed_it_starts_again_and_loses_nothing(service: Service, simulator: Simulator) -> None:
    service.start()
    images = hold_the_workers(service, simulator)
    service.machine.run("systemctl", "kill", "--signal=SIGKILL", NAME)
    let_go(simulator)
    assert texts_of(service, images) == words_of(images)
    assert service.restarts == 1


def test_a_wedged_worker_is_noticed_and_it_starts_again_and_loses_nothing(
    service: Service, simulator: Simulator
) -> None:
    service.drop_in(_IMPATIENT)
    # A call may take an hour, so nothing but the watchdog ends one.
    service.configure(baidu={"base_url": simulator.url, "qps": 0, "read_timeout": 3600})
    service.start()
    images = hold_the_workers(service, simulator)
    eventually(lambda: service.restarts == 1, 90)
    let_go(simulator)
    assert texts_of(service, images) == words_of(images)
    service.wait_for_words("the work does not advance: a thread has worked for too long on: ")
    service.wait_for_words("Watchdog timeout")


def test_a_stopped_process_is_noticed_and_it_starts_again_and_loses_nothing(
    service: Service,
) -> None:
    service.drop_in(_SHORT_WATCHDOG)
    service.start()
    service.machine.run("systemctl", "kill", "--signal=SIGSTOP", NAME)
    images = drop_many(service)
    eventually(lambda: service.restarts == 1, 90)
    assert texts_of(service, images) == words_of(images)
    service.wait_for_words("Watchdog timeout")


def test_idle_and_busy_it_satisfies_its_watchdog(service: Service, simulator: Simulator) -> None:
    service.drop_in(_SHORT_WATCHDOG)
    simulator.latency = 1.0
    service.start()
    images = drop_many(service, 40)  # ten seconds of work for four workers
    assert texts_of(service, images) == words_of(images)
    assert service.restarts == 0


def test_asked_to_stop_it_waits_for_calls_in_flight(service: Service, simulator: Simulator) -> None:
    service.start()
    images = hold_the_workers(service, simulator)
    service.machine.run("systemctl", "stop", "--no-block", NAME)
    eventually(lambda: service.value("ActiveState") == "deactivating")
    inside = simulator.inside
    let_go(simulator)
    eventually(lambda: service.value("ActiveState") == "inactive")
    assert service.value("Result") == "success"
    assert len(list(service.scans.glob("*.txt"))) == inside < len(images)
    service.start()
    assert texts_of(service, images) == words_of(images)


def test_a_stop_keeps_its_deadline_where_calls_do_not_come_back(
    service: Service, simulator: Simulator
) -> None:
    service.configure(baidu={"base_url": simulator.url, "qps": 0, "read_timeout": 3600})
    service.start()
    images = hold_the_workers(service, simulator)
    before = time.monotonic()
    service.stop()
    assert time.monotonic() - before < _STOP_SECONDS
    assert service.value("Result") == "success"
    let_go(simulator)
    service.start()
    assert texts_of(service, images) == words_of(images)


def make_directories(service: Service) -> None:
    for number in range(_DIRECTORIES):
        (service.scans / str(number)).mkdir()


def test_a_start_that_advances_may_take_longer_than_its_time(service: Service) -> None:
    make_directories(service)
    service.configure()
    service.drop_in(_SLOW_START)
    began = time.monotonic()
    service.start()
    assert time.monotonic() - began > 2 * _SHORT_START
    assert service.restarts == 0
    image = service.drop("letter.png", "Dear Anna")
    assert service.wait_for_text(image) == "Dear Anna\n"


def test_a_start_says_what_it_does_and_stops_at_once(service: Service) -> None:
    make_directories(service)
    service.configure()
    service.drop_in(_SLOW_START)
    service.machine.run("systemctl", "start", "--no-block", NAME)
    eventually(lambda: service.value("StatusText") == "starting: begins to watch the folders", 30)
    assert service.value("ActiveState") == "activating"
    began = time.monotonic()
    service.stop()
    assert time.monotonic() - began < 2 * _SHORT_START
    assert service.value("Result") == "success"
    assert service.value("ExecMainStatus") == "0"
