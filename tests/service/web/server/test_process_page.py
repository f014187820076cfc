"""The page over several sets of settings."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import SettingsError
from ocr_watcher.events.bus import EventBus
from ocr_watcher.service.web import process_page
from ocr_watcher.service.web.process_page import ProcessPage
from ocr_watcher.settings.model import Settings
from ocr_watcher.settings.web import WebSettings
from tests.proc import sandboxes_of
from tests.service.web.attacks.visitor import ask, request
from tests.service.web.views.stage import Stage
from tests.simulator.pictures import jpeg
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.ledger.close()


def settings(path: Path | None, password: Path | None = None) -> Settings:
    listen = None if path is None else f"unix:{path}"
    web = WebSettings(listen=listen, password_file=password)
    return Settings(state_dir=Path("/nowhere"), web=web)


def show(page: ProcessPage, stage: Stage, chosen: Settings) -> None:
    site = stage.site
    assert site is not None
    page.attach(chosen, lambda: replace(site, stopping=page.is_ending), EventBus())


def status(path: Path, target: str = "/health") -> int:
    return ask(str(path), request(target)).status


def test_between_two_pipelines_it_says_that_it_will_be_back(tmp_path: Path, stage: Stage) -> None:
    path = tmp_path / "a"
    with ProcessPage({}) as page:
        show(page, stage, settings(path))
        eventually(path.exists)
        assert status(path, "/") == 200
        page.detach()
        assert (status(path, "/"), status(path)) == (503, 503)
        show(page, stage, settings(path))
        assert status(path, "/") == 200
    assert not path.exists()


def test_asked_to_end_it_is_gone_and_can_be_shown_again(tmp_path: Path, stage: Stage) -> None:
    path = tmp_path / "a"
    with ProcessPage({}) as page:
        show(page, stage, settings(path))
        eventually(path.exists)
        assert not page.is_ending()
        page.ask_to_end()
        assert page.is_ending()
        eventually(lambda: not path.exists())
        show(page, stage, settings(path))
        eventually(path.exists)
        assert status(path) == 200


def test_it_leaves_no_sandbox_behind(tmp_path: Path, stage: Stage) -> None:
    path = tmp_path / "a"
    shown = stage.add("a.jpg")
    Path(shown.image.path).write_bytes(jpeg("Dear Anna"))
    with ProcessPage({}) as page:
        show(page, stage, settings(path))
        eventually(path.exists)
        assert status(path, f"/images/{shown.id}/picture") == 200
        assert sandboxes_of(os.getpid())
        page.turn_off()
        assert not sandboxes_of(os.getpid())


def test_what_was_read_is_remembered_at_another_address(tmp_path: Path, stage: Stage) -> None:
    with ProcessPage({}) as page:
        first = page.serve(settings(tmp_path / "a"))
        show(page, stage, settings(tmp_path / "a"))
        assert page.serve(settings(tmp_path / "b")) is first
        eventually((tmp_path / "b").exists)
        assert not (tmp_path / "a").exists()


def test_a_password_that_cannot_be_read_is_refused_before_anything_is_served(
    tmp_path: Path,
) -> None:
    wrong = settings(tmp_path / "a", tmp_path / "none")
    with ProcessPage({}) as page:
        for refuses in (page.check, page.serve):
            with pytest.raises(SettingsError, match=r"web\.password_file"):
                refuses(wrong)
        page.check(settings(None, tmp_path / "none"))  # it is off, and needs none
    assert list(tmp_path.iterdir()) == []


def test_off_it_has_no_thread() -> None:
    with ProcessPage({}) as page:
        assert not page.is_on(settings(None))
        page.turn_off()
        page.ask_to_end()
        page.detach()
        page.changed()


def given(monkeypatch: pytest.MonkeyPatch, path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.bind(str(path))
    made.listen()
    copies = (made.dup(),)
    monkeypatch.setattr(process_page, "handed_over", lambda _: copies)
    return made


def test_a_socket_of_the_service_manager_takes_the_place_of_the_address(
    tmp_path: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = settings(tmp_path / "a")
    with given(monkeypatch, tmp_path / "given"), ProcessPage({}) as page:
        assert page.is_on(settings(None))
        for _ in range(2):  # it is served again from the same socket
            show(page, stage, chosen)
            eventually(lambda: status(tmp_path / "given") == 200)
            page.turn_off()
    assert not (tmp_path / "a").exists()


def test_a_socket_without_the_extra_is_told_and_the_page_is_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(process_page, "missing_extra", lambda: "do this: pip install")
    with given(monkeypatch, tmp_path / "given"), ProcessPage({}) as page:
        assert not page.is_on(settings(None))
        page.check(settings(None, tmp_path / "none"))
    assert caplog.messages == [
        "the socket of the service manager is not used: do this: pip install"
    ]


def test_a_socket_that_other_machines_reach_needs_a_password_also_after_a_reload(
    tmp_path: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("correct horse\n", "utf-8")
    with socket.create_server(("0.0.0.0", 0)) as made:
        copies = (made.dup(),)
        monkeypatch.setattr(process_page, "handed_over", lambda _: copies)
        address = ("127.0.0.1", made.getsockname()[1])
        with ProcessPage({}) as page:
            show(page, stage, settings(None, tmp_path / "password"))
            assert ask(address, request("/")).status == 401
            for refuses in (page.check, partial(show, page, stage)):
                with pytest.raises(SettingsError, match=r"web\.password_file: must be set, as"):
                    refuses(settings(None))
            assert ask(address, request("/")).status == 401
