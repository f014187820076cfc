"""Pictures are made in a sandbox of the page's own, and bounded in every way."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import struct
import threading
import time
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image as Pixels

from ocr_watcher.errors import ImageError, Stopped
from ocr_watcher.service.web.pictures import image_work
from ocr_watcher.service.web.pictures.image_work import ImageWork
from ocr_watcher.service.web.pictures.picture_queue import PictureQueue
from ocr_watcher.service.web.pictures.pictures import Pictures
from ocr_watcher.service.web.safe_file import FileChangedError, SafeFile
from tests.proc import memory_of, sandboxes_of
from tests.scans.corpus import usual
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ocr_watcher.service.web.pictures.pictures import Picture
    from tests.service.web.image.gallery import Browser, Gallery


@pytest.fixture
def work() -> Iterator[ImageWork]:
    with contextlib.closing(ImageWork()) as work:
        yield work


def put(path: Path, data: bytes) -> SafeFile:
    path.write_bytes(data)
    return SafeFile.look(str(path.parent), path.name)


def jpeg(size: tuple[int, int] = (400, 300)) -> bytes:
    stream = io.BytesIO()
    Pixels.new("L", size, "white").save(stream, "JPEG")
    return stream.getvalue()


def uncompressed(size: tuple[int, int]) -> bytes:
    stream = io.BytesIO()
    Pixels.new("RGB", size, "white").save(stream, "TIFF")
    return stream.getvalue()


def made(work: ImageWork, file: SafeFile, number: int = 1) -> Picture:
    return asyncio.run(Pictures(work).of(file, number))


def bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that says it has so many pixels on each side."""

    def chunk(name: bytes, content: bytes) -> bytes:
        summed = struct.pack("!I", zlib.crc32(name + content))
        return struct.pack("!I", len(content)) + name + content + summed

    head = struct.pack("!IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(10_000_000), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def endless() -> bytes:
    """A PDF that takes for ever to draw: a form that draws itself a thousand times, and so on."""
    deep = 12
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R %s >>" % _using(5),
        _stream(b"", b"/F Do " * 40),
    ]
    for level in range(deep):
        inner = b"/F Do " * 40 if level < deep - 1 else b"0 0 600 800 re f"
        form = b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] "
        form += _using(6 + level)
        objects.append(_stream(form, inner))
    objects.append(_stream(b"/Type /XObject /Subtype /Form /BBox [0 0 1 1]", b""))
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\n"
        % (
            count,
            table,
            count,
        )
        + b"startxref\n%d\n%%%%EOF\n" % len(body)
    )


def _using(form: int) -> bytes:
    return b"/Resources << /XObject << /F %d 0 R >> >>" % form


def _stream(head: bytes, content: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(content), content)


def nice_of(pid: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, pid)


def test_the_sandbox_is_one_process_of_low_priority(work: ImageWork, tmp_path: Path) -> None:
    before = sandboxes_of(os.getpid())
    assert not before
    made(work, put(tmp_path / "a.jpg", jpeg()))
    (pid,) = sandboxes_of(os.getpid())
    assert nice_of(pid) >= min(19, nice_of(0) + 10)
    made(work, put(tmp_path / "b.jpg", jpeg()))
    assert sandboxes_of(os.getpid()) == {pid}


def test_when_nobody_looks_any_more_there_is_neither_a_process_nor_a_thread(
    tmp_path: Path,
) -> None:
    threads = threading.active_count()
    work = ImageWork(lambda on_idle: PictureQueue(on_idle, idle_seconds=0.05))
    with contextlib.closing(work):
        for number in range(2):
            file = put(tmp_path / f"{number}.jpg", jpeg())
            assert made(work, file).size == (400, 300)
            eventually(lambda: not sandboxes_of(os.getpid()))
            eventually(lambda: threading.active_count() == threads)


def test_a_bomb_is_refused_and_the_next_picture_is_made(work: ImageWork, tmp_path: Path) -> None:
    with pytest.raises(ImageError):
        made(work, put(tmp_path / "bomb.png", bomb(60_000)))
    assert made(work, put(tmp_path / "a.jpg", jpeg())).size == (400, 300)


def test_an_endless_picture_ends_after_a_while_and_is_not_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_work, "PAGE_SECONDS", 1.0)
    with contextlib.closing(ImageWork()) as work:
        pictures = Pictures(work)
        file = put(tmp_path / "endless.pdf", endless())
        for _ in range(3):
            with pytest.raises(ImageError, match="not decoded within 1 seconds"):
                asyncio.run(pictures.of(file, 1))
        assert asyncio.run(pictures.of(put(tmp_path / "a.jpg", jpeg()), 1)).size == (400, 300)


def test_closing_ends_what_is_being_decoded(tmp_path: Path) -> None:
    work = ImageWork()
    file = put(tmp_path / "endless.pdf", endless())

    async def ask() -> None:
        asked = asyncio.create_task(Pictures(work).of(file, 1))
        await asyncio.to_thread(eventually, lambda: sandboxes_of(os.getpid()))
        begun = time.monotonic()
        await asyncio.to_thread(work.close)
        with pytest.raises(Stopped):
            await asked
        assert time.monotonic() - begun < 10.0

    asyncio.run(ask())
    assert not sandboxes_of(os.getpid())


def test_a_file_too_large_to_show_is_not_read(work: ImageWork, tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    path.write_bytes(jpeg())
    os.truncate(path, 128 * 2**20 + 1)
    with pytest.raises(ImageError, match="are not shown"):
        made(work, SafeFile.look(str(tmp_path), "large.jpg"))
    assert not sandboxes_of(os.getpid())


@pytest.mark.parametrize(
    ("memory", "most"), [(256 * 2**20, 32), (2**30, 64), (2 * 2**30, 128), (2**40, 128)]
)
def test_how_large_a_file_may_be_depends_on_the_memory(memory: int, most: int) -> None:
    assert image_work.most_bytes_for(memory) == most * 2**20


def test_a_file_as_large_as_may_be_is_shown_small(tmp_path: Path) -> None:
    with contextlib.closing(ImageWork(most_bytes=100 * 2**20)) as work:
        file = put(tmp_path / "a.tif", uncompressed((5000, 6900)))
        assert 98 * 2**20 < file.content.size < 100 * 2**20
        assert made(work, file).size == (1159, 1600)


def test_the_files_that_were_shown_do_not_stay_in_memory(work: ImageWork, tmp_path: Path) -> None:
    made(work, put(tmp_path / "a.jpg", jpeg()))
    before = memory_of(os.getpid())
    for number, size in enumerate((12, 8, 30, 20, 8)):
        # After it freed a large block, glibc keeps smaller ones (mallopt(3)).
        made(work, put(tmp_path / f"{number}.jpg", jpeg() + bytes(size * 2**20)))
    assert memory_of(os.getpid()) - before < 6 * 2**20


def test_a_file_that_changed_after_it_was_looked_at_is_not_shown(
    work: ImageWork, tmp_path: Path
) -> None:
    file = put(tmp_path / "a.jpg", jpeg())
    (tmp_path / "a.jpg").write_bytes(jpeg((200, 100)))
    with pytest.raises(FileChangedError):
        made(work, file)


def test_a_picture_that_was_made_is_not_made_again(work: ImageWork, tmp_path: Path) -> None:
    pictures = Pictures(work)
    file = put(tmp_path / "a.jpg", jpeg())
    first = asyncio.run(pictures.of(file, 1))
    assert asyncio.run(pictures.of(file, 1)) is first


def test_a_fault_of_an_image_is_found_anew_only_after_a_while(
    work: ImageWork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, begun = 0.0, 0
    content_of = image_work._content_of

    def counted(file: SafeFile, most_bytes: int) -> bytes:
        nonlocal begun
        begun += 1
        return content_of(file, most_bytes)

    monkeypatch.setattr(image_work, "_content_of", counted)
    pictures = Pictures(work, lambda: now)
    bad = put(tmp_path / "bad.jpg", b"\xff\xd8\xff\xe0 no picture")
    for at, times in ((0.0, 1), (1.0, 1), (59.0, 1), (61.0, 2), (62.0, 2)):
        now = at
        with pytest.raises(ImageError, match="the end of the file is missing"):
            asyncio.run(pictures.of(bad, 1))
        assert begun == times


def test_a_picture_is_never_larger_than_a_screen(gallery: Gallery, browser: Browser) -> None:
    name = gallery.put("a.jpg", jpeg((6000, 5000)))
    picture = Pixels.open(io.BytesIO(browser.get(f"/images/{name}/picture").content))
    assert picture.size == (1600, 1333)
    receipt = gallery.put("b.jpg", jpeg((600, 12_000)))
    picture = Pixels.open(io.BytesIO(browser.get(f"/images/{receipt}/picture").content))
    assert picture.width * picture.height <= 1600 * 1600
    assert picture.width > 300


class Queue:
    """The page of a gallery whose sandbox is held by a stuck file."""

    def __init__(self, gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate = threading.Event()
        self.inside = threading.Semaphore(0)
        self.begun: list[str] = []
        content_of = image_work._content_of

        def held(file: SafeFile, most_bytes: int) -> bytes:
            self.begun.append(file.name)
            self.inside.release()
            assert self.gate.wait(100)
            return content_of(file, most_bytes)

        monkeypatch.setattr(image_work, "_content_of", held)
        self.app = gallery.app

    async def get(self, path: str, left: asyncio.Event | None = None) -> int:
        """Asks for a picture; returns the status. ``left`` is set when the client leaves."""
        status = 0

        async def receive() -> Any:
            await (left or asyncio.Event()).wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)

        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [],
        }
        await self.app(scope, receive, send)
        return status


def test_too_many_pictures_at_once_are_refused_and_those_who_leave_make_room(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = Queue(gallery, monkeypatch)
    names = [gallery.put(f"{number}.jpg", jpeg()) for number in range(20)]
    paths = [f"/images/{name}/picture" for name in names]

    async def ask() -> None:
        first = asyncio.create_task(queue.get(paths[0]))
        await asyncio.to_thread(queue.inside.acquire, timeout=30)
        left = asyncio.Event()
        leaving = [asyncio.create_task(queue.get(path, left)) for path in paths[1:17]]
        waiting = gallery.work._queue._waiting
        await asyncio.to_thread(eventually, lambda: len(waiting) == len(leaving))
        assert await queue.get(paths[18]) == 503
        left.set()  # all of them close their tabs
        await asyncio.gather(*leaving)
        last = asyncio.create_task(queue.get(paths[19]))
        queue.gate.set()
        assert await asyncio.gather(first, last) == [200, 200]

    asyncio.run(ask())
    assert queue.begun == ["0.jpg", "19.jpg"]


def test_a_picture_that_is_stuck_does_not_keep_others_from_their_texts(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = usual()
    name = gallery.put(scan.name, scan.data)
    gallery.recognise()
    stuck = gallery.put("stuck.jpg", jpeg())
    queue = Queue(gallery, monkeypatch)

    async def ask() -> None:
        first = asyncio.create_task(queue.get(f"/images/{stuck}/picture"))
        await asyncio.to_thread(queue.inside.acquire, timeout=30)
        assert await queue.get(f"/images/{name}/file/txt") == 200
        queue.gate.set()
        assert await first == 200

    asyncio.run(ask())
