"""The page of an image, where names, texts, dates and files are hostile."""

from __future__ import annotations

import io
import json
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from PIL import ExifTags, PngImagePlugin
from PIL import Image as Pixels

from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.values.snapshot import Counts, Snapshot
from ocr_watcher.values.tried import Tried
from tests.scans.corpus import family, usual
from tests.service.web.image.gallery import (
    LARGEST_SHOWN,
    Browser,
    Gallery,
    classes_in,
    lines_in,
    places_in,
)
from tests.service.web.image.sidecars import line, write_json
from tests.simulator.pictures import png

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCRIPT = "<script>alert(1)</script>\"'&amp;<img src=x onerror=alert(2)>"


def page_of(size: tuple[int, int] = (400, 300), **options: Any) -> bytes:
    stream = io.BytesIO()
    Pixels.new("RGB", size, "white").save(stream, "JPEG", **options)
    return stream.getvalue()


def test_a_picture_too_large_to_be_shown_is_told_on_the_page(
    gallery: Gallery, browser: Browser
) -> None:
    name = gallery.put("large.jpg", page_of())
    os.truncate(gallery.folder / "large.jpg", LARGEST_SHOWN + 1)
    page = browser.page(name)
    assert "There is no picture of it: files of more than 32 MiB are not shown." in page
    assert browser.get(f"/images/{name}/picture").status_code == 422


class _Elements(HTMLParser):
    """What a browser makes of a page: its elements with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def has_no_script(page: str) -> bool:
    """Whether nothing but the page's own scripts is run, and nothing has a style of its own."""
    elements = _Elements(page).found
    assert elements
    sources = [attributes.get("src") for tag, attributes in elements if tag in {"script", "img"}]
    return (
        all(source and source.startswith(("/static/", "/images/")) for source in sources)
        and all(tag not in {"style", "iframe", "object", "base"} for tag, _ in elements)
        and all(
            name != "style" and not name.startswith("on")
            for _, attributes in elements
            for name in attributes
        )
    )


def test_script_in_names_and_texts_stays_text(gallery: Gallery, browser: Browser) -> None:
    file = SCRIPT.replace("/", "") + ".jpg"
    name = gallery.put(file, page_of())
    write_json(gallery, file, line(SCRIPT), line(SCRIPT, probability={"average": 0.3}))
    page = browser.page(name, f"?words={SCRIPT}")
    assert has_no_script(page)
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2
    assert len(places_in(page)) == 2


def test_script_in_the_metadata_of_a_picture_goes_nowhere(
    gallery: Gallery, browser: Browser
) -> None:
    exif = Pixels.Exif()
    exif[ExifTags.Base.ImageDescription] = SCRIPT
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", SCRIPT)
    stream = io.BytesIO()
    Pixels.new("L", (300, 200), 255).save(stream, "PNG", pnginfo=told)
    for name in (
        gallery.put("a.jpg", page_of(exif=exif, comment=SCRIPT.encode())),
        gallery.put("b.png", stream.getvalue()),
    ):
        assert "alert" not in browser.page(name)
        answer = browser.get(f"/images/{name}/picture")
        assert b"alert" not in answer.content
        assert answer.headers["content-type"] in {"image/jpeg", "image/png"}


@pytest.mark.parametrize(
    "name",
    [
        b"\xff\xfe not UTF-8.jpg",
        b"new\nline\r\n.jpg",
        "\u202egpj.exe.jpg".encode(),
        b"%2e%2e%2f.jpg",
        "\ufeff\u200b\u2028.jpg".encode(),
        b"deep/er/\xe4.jpg",
    ],
)
def test_an_image_of_any_name_has_a_page(gallery: Gallery, browser: Browser, name: bytes) -> None:
    shown = browser.page(gallery.put(name, page_of()))
    assert not re.search("[\u202e\ufeff\u200b\u2028]", shown)
    assert "<svg" not in shown


def test_texts_of_any_characters_are_shown(gallery: Gallery, browser: Browser) -> None:
    name = gallery.put("a.jpg", page_of())
    write_json(
        gallery, "a.jpg", line("lone \ud800 half"), line("turned \u202e round"), line("\0\x1b")
    )
    assert lines_in(browser.page(name)) == {
        1: "lone \\ud800 half",
        2: "turned \\u202e round",
        3: "\\x00\\x1b",
    }


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 1_000_000,
        b'{"words_result": [' + b'{"words": ' * 100_000,
        b'{"words_result": [{"words": "a", "page": 1' + b"0" * 5000 + b"}]}",
        b'{"words_result": ' + b"[" + b"[]," * 600_000 + b"0]}",
        b'{"words_result": [' + b'"' + b"x" * 3_000_000 + b'"]}',
        b"\x00\x01\x02",
    ],
    ids=["deep", "cut off", "huge number", "many lists", "too large", "no text"],
)
def test_a_hostile_json_leaves_the_text(gallery: Gallery, browser: Browser, content: bytes) -> None:
    name = gallery.put("a.jpg", page_of())
    write_json(gallery, "a.jpg")
    sidecar = gallery.folder / "a.jpg.json"
    sidecar.write_bytes(content)
    page = browser.page(name)
    assert lines_in(page) in ({1: "text"}, {})
    assert "Traceback" not in page


def test_low_scores_are_marked_and_told_in_words(gallery: Gallery, browser: Browser) -> None:
    name = gallery.put("a.jpg", page_of())
    write_json(
        gallery,
        "a.jpg",
        line("sure", probability={"average": 0.99}),
        line("unsure", probability={"average": 0.534}),
        line("unknown"),
    )
    page = browser.page(name)
    assert lines_in(page) == {
        1: "sure",
        2: "unsure read with low confidence: 53 %",
        3: "unknown",
    }
    assert ["doubtful" in classes for classes in classes_in(page).values()] == [False, True, False]


def test_words_that_were_searched_for_are_marked(gallery: Gallery, browser: Browser) -> None:
    name = gallery.put("a.jpg", page_of())
    write_json(gallery, "a.jpg", line("The TOTAL"), line("a total of 12"), line("nothing"))
    for words, found in (
        ("total+absent", [True, True, False]),
        ("12+total", [False, True, False]),
        ("absent", [False, False, False]),
    ):
        classes = classes_in(browser.page(name, f"?page=1&words={words}"))
        assert ["found" in each for each in classes.values()] == found


def test_what_is_done_tells_its_history_and_its_files(gallery: Gallery, browser: Browser) -> None:
    scan = usual()
    name = gallery.put(scan.name, scan.data)
    assert "No text yet." in browser.page(name)
    gallery.recognise()
    page = browser.page(name)
    assert 'class="state done"' in page
    assert "<dt>Came</dt>" in page
    assert re.search(
        r'<dt>Read by</dt><dd>fake general, <time datetime="[^"]+">[^<]+</time></dd>', page
    )
    for format_ in ("txt", "json"):
        assert f'href="/images/{name}/file/{format_}" download' in page
    assert "/retry" not in page


def test_what_is_remembered_tells_that_it_costs_no_call(tmp_path: Path) -> None:
    from tests.service.web.image.gallery import browsed  # noqa: PLC0415

    gallery = Gallery(tmp_path, ("txt",))
    scan = usual()
    name = gallery.put(scan.name, scan.data)
    gallery.recognise()
    calls = len(gallery.engine.calls)  # type: ignore[attr-defined]
    with browsed(gallery) as browser:
        assert "reading it again costs no call" in browser.page(name)
    assert len(gallery.engine.calls) == calls  # type: ignore[attr-defined]
    gallery.close()


def test_what_failed_tells_why_and_has_a_button(gallery: Gallery, browser: Browser) -> None:
    name = gallery.put("a.jpg", b"\xff\xd8\xff\xe0 no picture")
    gallery.recognise()
    page = browser.page(name)
    assert "Failed</strong> with code <code>" in page
    assert '<form class="inline" action="/retry" method="post">' in page
    assert '<input type="hidden" name="token" value="">' in page
    assert f'<input type="hidden" name="id" value="{name}">' in page
    assert "<img" not in page


def test_what_failed_tells_its_fault_once(gallery: Gallery, browser: Browser) -> None:
    name = gallery.put("a.jpg", b"\xff\xd8\xff\xe0 no picture")
    gallery.recognise()
    page = browser.page(name)
    (message,) = re.findall("Failed</strong> with code <code>[^<]+</code>: ([^<]+)</p>", page)
    assert page.count(message) == 1
    assert page.count('class="notice') == 1
    assert "There is no picture of it." in page


def test_a_picture_that_cannot_be_shown_for_another_reason_tells_it_too(
    gallery: Gallery, browser: Browser
) -> None:
    name = gallery.put("a.jpg", b"\xff\xd8\xff\xe0 no picture")
    gallery.recognise()
    told = gallery.folder / "a.jpg.ocr-error.json"
    said = json.loads(told.read_text())
    said["error"]["code"] = 216201
    told.write_text(json.dumps(said))
    page = browser.page(name)
    assert "with code <code>216201</code>" in page
    assert "There is no picture of it: " in page


def test_what_is_tried_again_tells_when(gallery: Gallery, browser: Browser) -> None:
    name = gallery.put("a.jpg", page_of())
    image = Image(str(gallery.folder), "a.jpg")
    stamp = Stamp.of((gallery.folder / "a.jpg").stat())
    for failed_at, next_try in ((0.0, 10.0), (1e300, 1e300), (float("inf"), -1e18)):
        gallery.ledger.tried(image, Tried(stamp, 2, 3, failed_at, next_try, "code", SCRIPT))
        page = browser.page(name)
        assert "2 tries ended with a fault of the image, 3 with another" in page
        assert has_no_script(page)


@pytest.mark.parametrize("when", [0, 2**33, 2**34 - 1, -(2**31)])
def test_dates_of_files_beyond_all_use_are_told_or_unknown(
    gallery: Gallery, browser: Browser, when: int
) -> None:
    name = gallery.put("a.jpg", page_of())
    os.utime(gallery.folder / "a.jpg", ns=(when * 10**9, when * 10**9))
    entry = gallery.entries[name]
    for odd in (float("nan"), float("inf"), 1e300, -1e300):
        gallery.entries[name] = replace(entry, came=odd, changed=odd, modified=odd)
        assert "at an unknown time" in browser.page(name)


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "%2e%2e",
        "..%2f..%2fetc%2fpasswd",
        "%00",
        "a" * 65,
        "%ff%fe",
        "-1",
        "' OR 1=1 --",
        "%ed%a0%80",
        "AAAAAAAAAAAAAAAA",
    ],
)
@pytest.mark.parametrize("what", ["", "/picture", "/cutout?words=a", "/file/txt"])
def test_an_address_that_names_no_image_has_nothing(
    gallery: Gallery, browser: Browser, name: str, what: str
) -> None:
    gallery.put("a.jpg", page_of())
    answer = browser.get(f"/images/{name}{what}")
    assert answer.status_code == 404
    assert "root:" not in answer.text


@pytest.mark.parametrize("what", ["", "/picture", "/cutout?words=text", "/file/txt"])
def test_an_image_of_a_folder_that_is_not_watched_now_has_nothing(
    gallery: Gallery, browser: Browser, what: str
) -> None:
    name = gallery.put("a.jpg", page_of())
    write_json(gallery, "a.jpg", line("text"))
    assert browser.get(f"/images/{name}{what}").status_code == 200
    gallery.change(folders={})
    assert browser.get(f"/images/{name}{what}").status_code == 404


def test_while_the_settings_are_read_again_there_is_no_page(
    gallery: Gallery, browser: Browser
) -> None:
    name = gallery.put("a.jpg", page_of())
    gallery.site = None
    answer = browser.get(f"/images/{name}")
    assert answer.status_code == 503
    assert "retry-after" in answer.headers


def test_a_folder_that_does_not_answer_is_not_asked(gallery: Gallery, browser: Browser) -> None:
    name = gallery.put("a.jpg", page_of())
    gallery.change(snapshot=lambda: Snapshot(Counts(), hung=(str(gallery.folder),)))
    assert browser.get(f"/images/{name}").status_code == 503


@pytest.mark.parametrize(
    "number", ["0", "-1", "2", "201", "1e3", "\uff11", "9" * 400, "", "1 ", "%00", "NaN"]
)
@pytest.mark.parametrize("what", ["", "/picture", "/cutout"])
def test_a_page_that_there_is_not_has_nothing(
    gallery: Gallery, browser: Browser, number: str, what: str
) -> None:
    name = gallery.put("a.jpg", page_of())
    assert browser.get(f"/images/{name}{what}?page={number}&words=a").status_code == 404


def test_a_long_document_is_shown_page_by_page(gallery: Gallery, browser: Browser) -> None:
    (several,) = (scan for scan in family("PDF") if scan.name == "several.pdf")
    name = gallery.put(several.name, several.data)
    gallery.recognise()
    for number in (1, 2, 3):
        page = browser.page(name, f"?page={number}&words=word-600")
        assert f"Page {number} of 3" in page
        assert ("page=2&amp;words=word-600" in page) == (number != 2)
        words = [word.words for word in several.pages[number - 1].words or ()]
        assert [text.replace(" (found)", "") for text in lines_in(page).values()] == words
    assert browser.get(f"/images/{name}?page=4").status_code == 404


def _gone(path: Path) -> None:
    path.unlink()


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    path.unlink()
    secret = path.parent.parent / "secret.jpg"
    secret.write_bytes(page_of())
    path.symlink_to(secret)


@pytest.mark.parametrize("odd", [_gone, _fifo, _directory, _link])
@pytest.mark.parametrize("what", ["", "/picture", "/cutout?words=a", "/file/txt"])
def test_what_takes_the_place_of_an_image_is_not_shown(
    gallery: Gallery, browser: Browser, odd: Callable[[Path], None], what: str
) -> None:
    name = gallery.put("a.jpg", page_of())
    write_json(gallery, "a.jpg", line("a"))
    odd(gallery.folder / "a.jpg")
    assert browser.get(f"/images/{name}{what}").status_code == 404


def test_a_link_in_the_way_to_an_image_is_not_followed(gallery: Gallery, browser: Browser) -> None:
    name = gallery.put("inner/a.jpg", page_of())
    (gallery.folder / "inner").rename(gallery.folder.parent / "outside")
    (gallery.folder / "inner").symlink_to(gallery.folder.parent / "outside")
    assert browser.get(f"/images/{name}").status_code == 404
    assert browser.get(f"/images/{name}/picture").status_code == 404


@pytest.mark.parametrize("odd", [_fifo, _directory, _link])
def test_what_takes_the_place_of_a_sidecar_is_not_read(
    gallery: Gallery, browser: Browser, odd: Callable[[Path], None]
) -> None:
    name = gallery.put("a.jpg", page_of())
    write_json(gallery, "a.jpg", line("from the JSON"))
    odd(gallery.folder / "a.jpg.json")
    page = browser.page(name)
    assert "from the JSON" not in page
    assert browser.get(f"/images/{name}/file/json").status_code == 404


def test_an_image_that_was_replaced_shows_no_text_and_no_picture_of_the_other(
    gallery: Gallery, browser: Browser
) -> None:
    name = gallery.put("a.jpg", page_of((400, 300)))
    write_json(gallery, "a.jpg", line("of the first"))
    before = browser.page(name)
    (address,) = re.findall(r'src="(/images/[^"]+/picture\?[^"]+)"', before)
    address = address.replace("&amp;", "&")
    assert Pixels.open(io.BytesIO(browser.get(address).content)).size == (400, 300)
    old = (gallery.folder / "a.jpg").stat().st_mtime_ns
    gallery.put("new.jpg", page_of((200, 100)))
    os.utime(gallery.folder / "new.jpg", ns=(old + 10**9, old + 10**9))
    (gallery.folder / "new.jpg").replace(gallery.folder / "a.jpg")
    assert browser.get(address).status_code == 409
    after = browser.page(name)
    assert "of the first" not in after
    assert 'width="200" height="100"' in after
    fresh = browser.get(f"/images/{name}/picture")
    assert Pixels.open(io.BytesIO(fresh.content)).size == (200, 100)


def test_a_cutout_shows_the_line_of_a_hit_alone(gallery: Gallery, browser: Browser) -> None:
    from tests.simulator import markers  # noqa: PLC0415

    for scan in (*family("cameras"), *family("PDF")):
        if scan.name in {"orientation-6.jpg", "rotated-270.pdf", "several.pdf"}:
            name = gallery.put(scan.name, scan.data)
            gallery.recognise()
            number = len(scan.pages)
            word = (scan.pages[-1].words or ())[3].words
            answer = browser.get(f"/images/{name}/cutout?page={number}&words={word}")
            picture = Pixels.open(io.BytesIO(answer.content)).convert("L")
            assert [found.words for found in markers.find(picture)] == [word]
            missing = browser.get(f"/images/{name}/cutout?page={number}&words=absent")
            assert missing.status_code == 404


def test_a_page_without_words_has_no_cutout(gallery: Gallery, browser: Browser) -> None:
    name = gallery.put("a.png", png("words"))
    assert browser.get(f"/images/{name}/cutout").status_code == 404
    assert browser.get(f"/images/{name}/cutout?words=words").status_code == 404
