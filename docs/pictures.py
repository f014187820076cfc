"""Makes the screenshots in the README: the page of a daemon, and a searchable PDF.

    python docs/pictures.py

Runs the daemon with the models on this machine over a copy of the samples, looks at its page and at
one of its PDFs with a real browser, and writes ``docs/pictures/*.png``. Needs the extras ``all``
and ``test``, and Debian's package ``chromium``.
"""
# ruff: noqa: S603  it starts the program and nothing else

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageChops
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
COLOURS = 64  # of a picture's palette, which makes it a third of its size
MINUTES = 3  # until all samples are read, on a slow machine

ON_THE_PAGE = "delivery-mixed.jpg"
IN_THE_PDF = "letter.jpg"
FIRST, LAST = (232, 250), (560, 424)
"""Where the selection in the PDF begins and ends, in pixels of the window."""
LEAST_SELECTED = 5_000  # pixels


def main() -> None:
    """Writes both pictures."""
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as directory,
        daemon(Path(directory)) as (folder, address),
        browser() as chromium,
    ):
        take_page(chromium, address)
        take_pdf(chromium, folder / f"{IN_THE_PDF}.ocr.pdf")


@contextmanager
def daemon(directory: Path) -> Iterator[tuple[Path, str]]:
    """Runs the daemon over a copy of the samples.

    Yields:
        The folder of the samples, and the address of the page.
    """
    folder = directory / "scans"
    folder.mkdir()
    for sample in sorted((*ROOT.glob("samples/*.jpg"), *ROOT.glob("samples/*.png"))):
        shutil.copy(sample, folder)
    listen = f"127.0.0.1:{free_port()}"
    settings = directory / "config.yaml"
    settings.write_text(
        f"folders: [{folder}]\nstate_dir: {directory / 'state'}\nengine: local\n"
        f"output: {{formats: [txt, json, pdf]}}\nweb: {{listen: '{listen}'}}\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "ocr_watcher", "run", "-c", str(settings)]
    with subprocess.Popen(command) as process:
        try:
            wait_for(lambda: answers(listen))
            yield folder, f"http://{listen}"
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port that nothing listens at."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def answers(listen: str) -> bool:
    """Return whether something listens at an address."""
    host, _, port = listen.rpartition(":")
    try:
        socket.create_connection((host, int(port)), 1).close()
    except OSError:
        return False
    return True


@contextmanager
def browser() -> Iterator[Browser]:
    """Runs Debian's Chromium."""
    # Playwright's own headless mode has no viewer for PDF. Root cannot set up Chromium's sandbox.
    arguments = ["--headless=new", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), headless=False, args=arguments
        )
        yield chromium
        chromium.close()


def take_page(chromium: Browser, address: str) -> None:
    """Make a screenshot of the page of an image, after all samples are read."""
    page = chromium.new_page(viewport={"width": 1100, "height": 600})
    page.goto(address)
    samples = len((*ROOT.glob("samples/*.jpg"), *ROOT.glob("samples/*.png")))
    done = page.locator("#figures").get_by_role("link", name=f"{samples} done")
    expect(done).to_be_visible(timeout=MINUTES * 60_000)
    page.get_by_role("link", name=ON_THE_PAGE).click()
    picture = page.get_by_role("img", name=ON_THE_PAGE)
    wait_for(lambda: picture.evaluate("it => it.complete && it.naturalWidth > 0"))
    keep(page.screenshot(), "page.png")


def take_pdf(chromium: Browser, file: Path) -> None:
    """Make a screenshot of a PDF in Chromium, with a part of its text selected."""
    wait_for(file.exists)
    page = chromium.new_page(viewport={"width": 900, "height": 560})
    page.goto(f"{file.as_uri()}#toolbar=1&navpanes=0&zoom=70")
    wait_for(lambda: select(page) > LEAST_SELECTED)
    keep(page.screenshot(), "pdf.png")


def select(page: Page) -> int:
    """Drags over the text; returns the number of pixels that are selected then."""
    page.mouse.move(*FIRST)
    page.mouse.down()
    page.mouse.move(*LAST, steps=20)
    page.mouse.up()
    with Image.open(io.BytesIO(page.screenshot())) as shown:
        red, _, blue = shown.convert("RGB").split()
        return sum(
            count
            for difference, count in enumerate(ImageChops.subtract(blue, red).histogram())
            if difference > 40  # noqa: PLR2004  blue on what is otherwise grey
        )


def keep(screenshot: bytes, name: str) -> None:
    """Writes a screenshot with a palette."""
    with Image.open(io.BytesIO(screenshot)) as shown:
        few = shown.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(PICTURES / name, optimize=True)


def wait_for(condition: Callable[[], object]) -> None:
    """Waits until a condition holds.

    Raises:
        TimeoutError: It does not hold in time.
    """
    end = time.monotonic() + MINUTES * 60
    pause = threading.Event()
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{condition} did not hold within {MINUTES} minutes")
        pause.wait(0.1)


if __name__ == "__main__":
    main()
