import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PIL import Image

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.source import open_source, picture_of
from tests.pages.scans import coloured, encoded, oriented, png


@pytest.mark.parametrize(
    "data",
    [
        png((60_000, 60_000), 8, 2, [bytes(99)]),
        png((35_000, 35_000), 8, 2, [bytes(99)]),
        png((20_000, 20_000), 8, 2, [bytes(99)], (b"eXIf", oriented(6)[6:])),
        png((15_000, 15_000), 8, 6, [bytes(99)]),
    ],
    ids=["a bomb", "a large plan in colour", "turned", "to be laid on white"],
)
def test_what_would_take_too_much_memory_is_refused_with_its_size(data):
    with pytest.raises(ImageError, match="000 x") as caught:
        picture_of(data)
    assert caught.value.code == "too-many-pixels"
    assert caught.value.advice


def test_a_progressive_jpeg_counts_its_coefficients():
    data = bytearray(encoded(coloured(), "JPEG", progressive=True))
    place = data.index(b"\xff\xc2") + 5
    data[place : place + 4] = struct.pack(">HH", 20_000, 20_000)
    page = next(open_source(bytes(data)))
    with pytest.raises(ImageError) as caught:
        page.decode((1000, 1000))
    assert caught.value.code == "too-many-pixels"


def test_a_gif_counts_the_canvas_that_its_picture_is_laid_on():
    data = bytearray(encoded(Image.new("L", (4, 4)), "GIF"))
    data[6:10] = struct.pack("<HH", 16_000, 16_000)
    with pytest.raises(ImageError) as caught:
        picture_of(bytes(data))
    assert caught.value.code == "too-many-pixels"


PEAK = """
    import sys
    from ocr_watcher.pages.source import open_source

    page = next(open_source(open(sys.argv[1], "rb").read()))
    page.decode((int(sys.argv[2]), int(sys.argv[2])))
    print(page.stored[0], open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""
"""What `getrusage` tells would hold the memory of the process that started this one."""


def run(script: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    return done.stdout.split()


def test_a_huge_page_in_black_and_white_takes_little_more_than_its_pixels(tmp_path):
    side = 12_000
    scan = tmp_path / "plan.tif"
    scan.write_bytes(encoded(Image.new("1", (side, side), 1), "TIFF", compression="group4"))
    stored, kilobytes = run(PEAK, str(scan), "2000")
    assert int(stored) == side
    assert int(kilobytes) * 1024 < 1.5 * side**2 + 60_000_000


def white_page(side: int) -> bytes:
    """A square in black and white, compressed as a fax: each white row is one bit."""
    rows = b"\xff" * -(-side // 8)
    tags = ((256, side), (257, side), (259, 4), (262, 0), (273, 110), (278, side), (279, len(rows)))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    head = b"II*\x00" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)
    return head.ljust(110, b"\x00") + rows


@pytest.mark.parametrize("longest_side", [pytest.param(4096, marks=pytest.mark.slow), 8192])
def test_the_largest_plan_in_black_and_white_is_read_within_two_gigabytes(longest_side, tmp_path):
    scan = tmp_path / "plan.tif"
    scan.write_bytes(white_page(35_000))
    stored, kilobytes = run(PEAK, str(scan), str(longest_side))
    assert int(stored) == 35_000
    assert int(kilobytes) * 1024 < 2_000_000_000


def test_want_of_memory_is_no_fault_of_the_picture():
    script = """
        import io, resource
        from PIL import Image
        from ocr_watcher.errors import TransientError
        from ocr_watcher.pages.source import open_source

        target = io.BytesIO()
        Image.new("L", (12_000, 12_000)).save(target, "PNG")
        page = next(open_source(target.getvalue()))
        used = 1024 * int(open("/proc/self/status").read().split("VmSize:")[1].split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (used + 50_000_000, used + 50_000_000))
        try:
            page.decode(page.upright)
        except TransientError as error:
            print(error.code)
    """
    assert run(script) == ["out-of-memory"]
