"""The section `web`: which addresses a page may have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import SettingsError
from ocr_watcher.settings import web
from ocr_watcher.settings.load import Overrides, load
from ocr_watcher.settings.web import TcpAddress, UnixAddress, WebSettings, address_of
from ocr_watcher.values.install_command import install_extra

if TYPE_CHECKING:
    from ocr_watcher.settings.web import Address


def problems(tmp_path: Path, text: str) -> tuple[str, ...]:
    file = tmp_path / "config.yaml"
    file.write_text(f"web: {text}", "utf-8")
    with pytest.raises(SettingsError) as caught:
        load(file, Overrides(), {}, folders_needed=False, credentials_needed=False)
    return caught.value.problems


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("127.0.0.1:8321", TcpAddress("127.0.0.1", 8321)),
        ("[::1]:8321", TcpAddress("::1", 8321)),
        ("localhost:80", TcpAddress("127.0.0.1", 80)),
        ("[0:0::0:1]:1", TcpAddress("::1", 1)),
        ("unix:/run/ocr-watcher/web.sock", UnixAddress("/run/ocr-watcher/web.sock")),
        ("unix:/run/../run/a", UnixAddress("/run/a")),
    ],
)
def test_an_address_of_this_machine_is_taken(listen: str, address: Address) -> None:
    assert WebSettings(listen=listen).address == address
    assert address_of(str(address)) == address


@pytest.mark.parametrize("listen", ["0.0.0.0:8321", "[::]:8321", "192.168.1.5:80", "[fe80::1]:80"])
def test_an_address_of_others_is_taken_with_a_password(listen: str) -> None:
    assert WebSettings(listen=listen, password_file=Path("/secret")).address is not None


def test_hosts_are_names_without_ports_in_small_letters() -> None:
    hosts = ["Scans.Example.ORG", "192.168.1.5", "[::2]", "a"]
    assert WebSettings(hosts=hosts).hosts == ("scans.example.org", "192.168.1.5", "::2", "a")


def test_without_the_extra_the_problem_has_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "_MODULES", ("a_module_that_is_nowhere",))
    (problem,) = problems(tmp_path, '{listen: "127.0.0.1:80"}')
    assert problem == (
        f"web.listen: the packages for the page are not installed; run: {install_extra('web')}"
    )
