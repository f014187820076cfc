"""The Debian package: built on Debian 12 and 13, installed on bare ones, upgraded, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.systemd import debian
from tests.systemd.packages import Built, bare, build, complaints
from tests.systemd.readme import commands_under, type_in
from tests.systemd.service import FOLDER, NAME, SETTINGS
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.systemd.debian import Release
    from tests.systemd.machine import Machine

pytestmark = [pytest.mark.systemd, pytest.mark.timeout(1800)]

LETTER = "/usr/src/ocr-watcher/samples/letter.jpg"
WORDS = "Thank you for the two ledgers, which arrived on Monday."
CHECKOUT_UNIT = f"/usr/local/lib/systemd/system/{NAME}.service"


@pytest.fixture(scope="module", params=[debian.BOOKWORM, debian.TRIXIE], ids=lambda one: one.name)
def release(request: pytest.FixtureRequest) -> Release:
    if reason := debian.what_is_missing():
        pytest.skip(f"THE DEBIAN PACKAGE IS NOT TESTED: {reason}")
    one: Release = request.param
    return one


@pytest.fixture(scope="module")
def built(release: Release, pip_settings: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(release, pip_settings, tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def bare_debian(
    release: Release, built: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    with bare(release, built, tmp_path_factory.mktemp("bare")) as machine:
        yield machine


@pytest.fixture
def installed(bare_debian: Machine) -> Machine:
    """A machine that has the package; it is installed where it is not."""
    if state(bare_debian) != "installed":
        type_all(bare_debian, "install")
    return bare_debian


@pytest.fixture
def removed(bare_debian: Machine) -> Machine:
    """A machine that had the package, and has its settings."""
    if state(bare_debian) == "not-installed":
        type_all(bare_debian, "install")
    type_all(bare_debian, "remove")
    return bare_debian


def state(machine: Machine) -> str:
    """What dpkg-query(1) calls the status of the package."""
    shown = machine.attempt("dpkg-query", "--show", "--showformat=${db:Status-Status}", NAME)
    return shown.stdout if shown.returncode == 0 else "not-installed"


def type_all(machine: Machine, marker: str) -> str:
    """Types commands of the page, and agrees where apt asks; returns what they print."""
    lines = commands_under(f"deb: {marker}")
    return "".join(type_in(machine, f"export USER=anna; {line}", "y\n") for line in lines)


def exists(machine: Machine, path: str) -> bool:
    return machine.attempt("test", "-e", path).returncode == 0


def drop(machine: Machine, name: str) -> None:
    """Lays a scan into the folder after a login, which is when new groups are hers."""
    line = f"cp {LETTER} {FOLDER}/{name}"
    machine.run("runuser", "--login", "anna", "--command", line)


def text_of(machine: Machine, name: str) -> str:
    text = f"{FOLDER}/{name}.txt"
    eventually(lambda: exists(machine, text), 180)
    return machine.run("cat", text)


def process(machine: Machine) -> str:
    return machine.run("systemctl", "show", "--value", "--property=MainPID", NAME).strip()


@pytest.mark.parametrize("release", [debian.TRIXIE], indirect=True, ids=["trixie"])
def test_lintian_finds_no_error(release: Release, built: Built, tmp_path: Path) -> None:
    assert complaints(release, built, tmp_path) == ""


def test_installed_it_reads_what_a_person_drops_and_the_status_says_so(installed: Machine) -> None:
    type_all(installed, "people")
    drop(installed, "letter.jpg")
    assert WORDS in text_of(installed, "letter.jpg")
    eventually(lambda: f"{FOLDER}: 1 done, 0 waiting, 0 failed" in type_all(installed, "status"))


def test_settings_are_readable_by_the_service_alone_and_name_their_schema(
    installed: Machine,
) -> None:
    shown = installed.run("stat", "--format=%U:%G %a", SETTINGS)
    assert shown.strip() == f"root:{NAME} 640"
    schema = installed.run("head", "--lines=1", SETTINGS).strip().partition("$schema=")[2]
    assert exists(installed, f"/etc/{NAME}/{schema}")


def test_it_brings_manuals_completions_and_units_and_tells_no_path_of_its_build(
    installed: Machine,
) -> None:
    files = set(installed.run("dpkg", "--listfiles", NAME).splitlines())
    share = "/usr/share"
    assert files >= {
        f"{share}/man/man1/{NAME}.1.gz",
        f"{share}/man/man5/{NAME}.yaml.5.gz",
        f"{share}/bash-completion/completions/{NAME}",
        f"{share}/zsh/vendor-completions/_{NAME}",
        f"{share}/fish/vendor_completions.d/{NAME}.fish",
    }
    for unit in ("scheduler", "worker"):
        installed.run("systemctl", "cat", f"{NAME}-{unit}")
    named = installed.attempt("grep", "-rlE", f"/var/tmp/{NAME}|/opt/{NAME}", f"/usr/lib/{NAME}")
    assert named.stdout == ""


def test_an_upgrade_keeps_the_settings_and_starts_the_service_again(installed: Machine) -> None:
    installed.run("sed", "--in-place", "s/^poll_seconds: .*/poll_seconds: 11/", SETTINGS)
    before = installed.run("cat", SETTINGS), process(installed)
    told = type_in(installed, "sudo dpkg --install dist/*.deb")
    assert "kept as they are" in told
    assert installed.run("cat", SETTINGS) == before[0]
    assert process(installed) not in {before[1], "0"}
    type_all(installed, "people")
    drop(installed, "upgraded.jpg")
    assert WORDS in text_of(installed, "upgraded.jpg")


def test_the_installer_of_a_checkout_refuses_beside_it(installed: Machine) -> None:
    for options in ([], ["--uninstall", "--purge"]):
        refused = installed.attempt("/usr/src/ocr-watcher/systemd/install", *options)
        assert refused.returncode == 1
        assert f"Run sudo apt remove {NAME} first" in refused.stdout
    assert exists(installed, SETTINGS)


def test_removed_it_leaves_scans_texts_settings_and_state(installed: Machine) -> None:
    type_all(installed, "people")
    drop(installed, "kept.jpg")
    text = text_of(installed, "kept.jpg")
    type_all(installed, "remove")
    assert process(installed) == "0"
    assert not exists(installed, f"/usr/lib/{NAME}")
    for kept in (SETTINGS, f"/var/lib/{NAME}/", f"{FOLDER}/kept.jpg"):
        assert exists(installed, kept)
    assert text_of(installed, "kept.jpg") == text


def test_it_is_refused_beside_the_service_of_a_checkout_whose_settings_a_purge_leaves(
    removed: Machine,
) -> None:
    removed.write(CHECKOUT_UNIT, "[Service]\nExecStart=true\n")
    (install,) = commands_under("deb: install")
    refused = removed.attempt("bash", "-c", f"cd /usr/src/ocr-watcher && {install}")
    assert refused.returncode != 0
    assert "Run sudo systemd/install --uninstall there first" in refused.stdout
    assert "Kept: settings, keys and state" in type_all(removed, "purge")
    assert exists(removed, SETTINGS)
    removed.run("rm", CHECKOUT_UNIT)


def test_purged_it_takes_settings_keys_and_state_away_and_no_scan(installed: Machine) -> None:
    installed.run("install", "--owner=anna", LETTER, f"{FOLDER}/left.jpg")
    text_of(installed, "left.jpg")
    key = f"/etc/credstore/{NAME}.baidu-api-key"
    installed.write(key, "a key")
    type_all(installed, "purge")
    gone = (SETTINGS, f"/etc/{NAME}", f"/var/lib/{NAME}", f"/usr/lib/{NAME}", key)
    assert [path for path in gone if exists(installed, path)] == []
    assert WORDS in text_of(installed, "left.jpg")
    assert exists(installed, f"{FOLDER}/left.jpg")
