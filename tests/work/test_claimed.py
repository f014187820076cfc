"""No call is made for a folder that is not this program's at that moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ocr_watcher.errors import ClaimError
from ocr_watcher.values.page import Page
from ocr_watcher.work.claimed import Permits, PermittedEngine
from tests.engine.fake import FakeEngine
from tests.simulator.pictures import png

PAGE = Page(png("words"), "PNG", 200, 60)


class Lost:
    """The folders whose claim is lost."""

    def __init__(self) -> None:
        self.roots: set[str] = set()

    def require(self, root: str) -> None:
        if root in self.roots:
            raise ClaimError("another ocr-watcher works on it")


def test_nothing_is_begun_in_a_folder_of_another_program() -> None:
    lost = Lost()
    lost.roots.add("/scans")
    with pytest.raises(ClaimError), Permits(lost.require).working_on("/scans"):
        raise AssertionError


def test_a_claim_that_is_lost_between_two_pages_costs_no_call() -> None:
    lost, fake = Lost(), FakeEngine()
    permits = Permits(lost.require)
    engine = PermittedEngine(fake, permits)
    with permits.working_on("/scans"):
        engine.recognise(PAGE)
        lost.roots.add("/scans")
        with pytest.raises(ClaimError):
            engine.recognise(PAGE)
    assert fake.calls == ["words"]


def test_each_thread_works_on_a_folder_of_its_own() -> None:
    lost, fake = Lost(), FakeEngine()
    permits = Permits(lost.require)
    engine = PermittedEngine(fake, permits)

    def read_in(root: str) -> None:
        with permits.working_on(root):
            engine.recognise(PAGE)

    with permits.working_on("/lost"), ThreadPoolExecutor(1) as threads:
        lost.roots.add("/lost")
        threads.submit(read_in, "/scans").result()
        with pytest.raises(ClaimError):
            engine.recognise(PAGE)
    assert fake.calls == ["words"]
