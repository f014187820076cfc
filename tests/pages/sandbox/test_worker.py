from __future__ import annotations

import contextlib
import io
import re
import socket
import threading
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ocr_watcher.errors import DoubtfulImageError
from ocr_watcher.pages.fit import fit_page, shrink
from ocr_watcher.pages.sandbox import wire
from ocr_watcher.pages.sandbox.client import SandboxClient
from ocr_watcher.pages.sandbox.wire import PageAnswer
from ocr_watcher.pages.sandbox.worker import SandboxWorker, serve
from ocr_watcher.pages.source import open_source
from ocr_watcher.processes.errors import ProcessFault
from ocr_watcher.processes.wire import Message, receive, send
from tests.engine.fake import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

TOLD_LIMITS = wire.limits_facts(LIMITS)
WISHES = {"limits": TOLD_LIMITS, "pdf_text": "auto"}
NEXT = Message({"ask": "next", **WISHES})


def opening(data: bytes, skip: int = 0) -> Message:
    return Message({"ask": "open", **WISHES, "skip": skip}, data)


def tiff(pages: int) -> bytes:
    drawn = [Image.new("L", (100, 80), 40 * number) for number in range(1, pages + 1)]
    stream = io.BytesIO()
    drawn[0].save(stream, "TIFF", save_all=True, append_images=drawn[1:])
    return stream.getvalue()


def pdf_without_its_second_page() -> bytes:
    return b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 90 90]>> endobj
3 0 obj <</Type /Page /Parent 2 0 R>> endobj
trailer <</Root 1 0 R>>
%%EOF
"""


def facts_of(answer: Message) -> tuple[int, bool, bool]:
    facts = answer.facts
    return facts["page"]["number"], facts["more"], facts["held"]


# What it answers


def test_with_each_page_it_says_whether_there_are_more():
    sandbox = SandboxWorker()
    asked = [opening(tiff(3)), NEXT, NEXT]
    told = [facts_of(sandbox.answer(request)) for request in asked]
    assert told == [(1, True, True), (2, True, True), (3, False, False)]


def test_it_opens_a_file_at_any_page():
    assert facts_of(SandboxWorker().answer(opening(tiff(3), skip=1))) == (2, True, True)
    assert facts_of(SandboxWorker().answer(opening(tiff(3), skip=2))) == (3, False, False)


def test_a_page_arrives_as_it_was_decoded():
    answer = SandboxWorker().answer(opening(tiff(1)))
    (source,) = open_source(tiff(1))
    arrived = wire.page_from(answer)
    assert arrived == PageAnswer(fit_page(source, LIMITS), more=False, held=False)


def test_the_page_before_a_damaged_one_is_not_lost_and_the_damaged_one_is_told():
    sandbox, data = SandboxWorker(), pdf_without_its_second_page()
    assert facts_of(sandbox.answer(opening(data))) == (1, True, False)
    assert sandbox.answer(opening(data, skip=1)).facts["error"]["code"] == "damaged"


def test_after_a_fault_it_holds_no_file():
    sandbox = SandboxWorker()
    sandbox.answer(opening(tiff(3)))
    assert "error" in sandbox.answer(opening(b"no picture")).facts
    assert sandbox.answer(NEXT).facts["error"]["kind"] == ProcessFault.__name__


def test_a_smaller_rendering_is_told_as_a_piece():
    noise = io.BytesIO()
    Image.effect_noise((1500, 1000), 64).save(noise, "TIFF")
    (source,) = open_source(noise.getvalue())
    pieces = fit_page(source, LIMITS).pieces
    facts = {"ask": "shrink", "limits": TOLD_LIMITS, "pieces": wire.pieces_facts(pieces)}
    answer = SandboxWorker().answer(Message(facts, wire.body_of(pieces)))
    told = wire.pieces_from(answer.facts["pieces"], answer.body)
    assert told == (shrink(pieces[0], LIMITS),)


def test_a_fault_of_the_program_is_told_by_its_place_and_without_its_text():
    link = SandboxClient()
    request = Message({"ask": "next", "limits": {"formats": [], "hidden": 1}})
    try:
        with pytest.raises(ProcessFault) as raised:
            link.ask(request, wire.page_from, 60)
        assert re.fullmatch(r"TypeError at \w+\.py:\d+ in limits_from", str(raised.value))
        assert link.lives
    finally:
        link.end()


def test_one_that_talks_nonsense_is_ended():
    link = SandboxClient()
    with pytest.raises(DoubtfulImageError, match="talks nonsense") as raised:
        link.ask(opening(tiff(1)), wire.piece_from, 60)
    assert raised.value.code == "decoder-crashed"
    assert not link.lives


def test_one_whose_answer_was_not_taken_in_is_ended():
    def out_of_memory(_answer):
        raise MemoryError

    link = SandboxClient()
    with pytest.raises(MemoryError):
        link.ask(opening(tiff(1)), out_of_memory, 60)
    assert not link.lives


# How it is told


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        yield here, there


def test_limits_arrive_as_they_were():
    assert wire.limits_from(TOLD_LIMITS) == LIMITS


def test_it_says_that_it_is_ready_and_serves_until_the_other_end_is_gone(ends):
    serving = threading.Thread(target=serve, args=(ends[1],))
    serving.start()
    assert receive(ends[0]) == Message({})
    send(ends[0], opening(tiff(1)))
    assert facts_of(receive(ends[0])) == (1, False, False)
    ends[0].close()
    serving.join()


def test_it_ends_where_nobody_takes_its_answer(ends):
    with contextlib.suppress(OSError):
        send(ends[0], opening(tiff(1)))
    ends[0].close()
    serve(ends[1])
