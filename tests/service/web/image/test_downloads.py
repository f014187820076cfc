"""Sidecars as files to keep."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import pytest

from ocr_watcher.service.web.safe_file import SafeFile
from ocr_watcher.service.web.views.downloads import SidecarAnswer, disposition
from tests.scans.corpus import family, usual

if TYPE_CHECKING:
    from pathlib import Path

    from tests.service.web.image.gallery import Browser, Gallery

LARGE = os.urandom(1024) * 3000
"""More than a few parts."""


class Client:
    """Reads an answer part by part, and may leave, or change something, between two parts."""

    def __init__(self, file: SafeFile, method: str = "GET") -> None:
        self.answer = SidecarAnswer(file)
        self.method = method
        self.body = b""
        self.ended = False
        self.parts = 0
        self.left = asyncio.Event()
        self._came = asyncio.Condition()

    async def reached(self, parts: int) -> None:
        """Waits until so many parts have come."""
        async with self._came:
            await self._came.wait_for(lambda: self.parts >= parts)

    def after_part(self, number: int) -> None:
        """What a test does when a part has come."""

    async def _receive(self) -> dict[str, str]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            self.ended = not message.get("more_body", False)
            self.parts += 1
            self.after_part(self.parts)
            async with self._came:
                self._came.notify_all()

    async def take(self) -> None:
        await self.answer({"type": "http", "method": self.method}, self._receive, self._send)


@pytest.fixture
def large(tmp_path: Path) -> SafeFile:
    (tmp_path / "a.txt").write_bytes(LARGE)
    return SafeFile.look(str(tmp_path), "a.txt")


def taken(file: SafeFile, **options: Any) -> Client:
    async def take() -> Client:
        client = Client(file, **options)
        await client.take()
        return client

    return asyncio.run(take())


def test_a_large_file_comes_whole_in_parts(large: SafeFile) -> None:
    client = taken(large)
    assert client.body == LARGE
    assert client.ended
    assert client.parts > 3


def test_an_empty_file_comes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    client = taken(SafeFile.look(str(tmp_path), "a.txt"))
    assert (client.body, client.ended) == (b"", True)


def test_who_asks_for_the_head_gets_no_body(large: SafeFile) -> None:
    assert taken(large, method="HEAD").body == b""


@pytest.mark.parametrize(
    "content",
    [LARGE[::-1], b"x", LARGE + b"more", LARGE],
    ids=["reversed", "shorter", "longer", "same"],
)
def test_a_file_that_is_replaced_in_the_middle_never_gives_bytes_of_the_other(
    tmp_path: Path, large: SafeFile, content: bytes
) -> None:
    other = tmp_path / "other"
    other.write_bytes(content)
    os.utime(other, ns=(large.content.mtime_ns, large.content.mtime_ns))

    class Replacing(Client):
        def after_part(self, number: int) -> None:
            if number == 1:
                other.replace(tmp_path / "a.txt")

    async def take() -> Replacing:
        client = Replacing(large)
        await client.take()
        return client

    client = asyncio.run(take())
    assert not client.ended
    assert len(client.body) < len(LARGE)
    assert LARGE.startswith(client.body)


def test_downloads_that_are_given_up_leave_no_descriptor_and_no_bytes_of_others(
    tmp_path: Path,
) -> None:
    """Many clients leave at any point, while others take other files."""
    contents = {f"{number}.txt": bytes([number]) * 2_000_000 for number in range(8)}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    before = set(os.listdir("/proc/self/fd"))  # noqa: PTH208  names alone

    async def take(number: int) -> tuple[bytes, Client]:
        name = f"{number % 8}.txt"
        client = Client(SafeFile.look(str(tmp_path), name))
        task = asyncio.create_task(client.take())
        if number % 3:
            await asyncio.wait_for(client.reached(number % 5), 30)
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return contents[name], client

    async def all_of_them() -> list[tuple[bytes, Client]]:
        return await asyncio.gather(*map(take, range(48)))

    for content, client in asyncio.run(all_of_them()):
        assert content.startswith(client.body)
    left = set(os.listdir("/proc/self/fd")) - before  # noqa: PTH208
    assert not [each for each in left if os.path.exists(f"/proc/self/fd/{each}")]  # noqa: PTH110


def test_nothing_is_read_for_a_client_that_has_left(large: SafeFile) -> None:
    class Leaving(Client):
        def after_part(self, number: int) -> None:
            self.left.set()

    async def take() -> Leaving:
        client = Leaving(large)
        await client.take()
        return client

    client = asyncio.run(take())
    assert client.parts <= 2
    assert not client.ended


def test_a_sidecar_is_an_attachment_that_no_browser_shows(
    gallery: Gallery, browser: Browser
) -> None:
    scan = usual()
    name = gallery.put(scan.name, scan.data)
    gallery.recognise()
    for format_ in ("txt", "json"):
        answer = browser.get(f"/images/{name}/file/{format_}", headers={"Range": "bytes=0-3"})
        file = f"{scan.name}.{format_}"
        assert answer.status_code == 200
        assert answer.content == (gallery.folder / file).read_bytes()
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-length"] == str(len(answer.content))
        assert "accept-ranges" not in answer.headers
        assert answer.headers["content-disposition"] == (
            f"attachment; filename=\"{file}\"; filename*=UTF-8''{file}"
        )


@pytest.mark.parametrize(
    "format_", ["pdf", "md", "TXT", "%2e%2e", "txt%00", "ocr-error", "jpg", "txt%2f.."]
)
def test_a_format_that_was_not_written_is_nothing(
    gallery: Gallery, browser: Browser, format_: str
) -> None:
    scan = usual()
    name = gallery.put(scan.name, scan.data)
    gallery.recognise()
    (gallery.folder / f"{scan.name}.md").write_text("somebody else's")
    assert browser.get(f"/images/{name}/file/{format_}").status_code == 404


def test_a_sidecar_of_another_content_is_not_offered(gallery: Gallery, browser: Browser) -> None:
    scan, other = family("JPEG")[:2]
    name = gallery.put(scan.name, scan.data)
    gallery.recognise()
    path = gallery.folder / scan.name
    old = path.stat().st_mtime_ns
    path.write_bytes(other.data)
    os.utime(path, ns=(old + 10**9, old + 10**9))
    assert browser.get(f"/images/{name}/file/txt").status_code == 404
    assert "/file/" not in browser.page(name)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.txt", "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt"),
        (
            "ä 发票.txt",
            "attachment; filename=\"_ __.txt\"; filename*=UTF-8''%C3%A4%20%E5%8F%91%E7%A5%A8.txt",
        ),
        ('a".txt', "attachment; filename=\"a_.txt\"; filename*=UTF-8''a_.txt"),
        ("a\r\nX: y.txt", "attachment; filename=\"a__X: y.txt\"; filename*=UTF-8''a__X%3A%20y.txt"),
        ("a\\b;'*.txt", "attachment; filename=\"a_b;'*.txt\"; filename*=UTF-8''a_b%3B%27%2A.txt"),
        ("\udcff\u202e.txt", "attachment; filename=\"__.txt\"; filename*=UTF-8''__.txt"),
    ],
)
def test_a_name_of_any_characters_fits_a_header(name: str, told: str) -> None:
    assert disposition(name) == told
    told.encode("ascii")
