# ruff: noqa: RUF001  Chinese has its own punctuation
import io
import shutil
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.engine.interface import Page, Reading
from ocr_watcher.engine.local import LocalEngine
from ocr_watcher.errors import ImageError
from ocr_watcher.pages.fit import open_pages

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"

LINES = {
    "letter.jpg": [
        "Harbour Lane Bookbinders",
        "14 Harbour Lane, Northwick",
        "3 March 2025",
        "Dear Ms Ellery,",
        "Thank you for the two ledgers, which arrived on Monday.",
        "The older volume has lost its spine, and its first leaves are",
        "loose, but we can sew it again on linen tapes and keep the",
        "original boards.",
        "The work takes three weeks and costs 285.00 in all.",
        "Please let us know whether we may begin.",
        "Yours sincerely,",
        "Tamsin Quillfeather",
    ],
    "receipt.jpg": [
        *("GREEN BASKET", "27 Orchard Road", "Receipt 004817", "2025-03-08", "17:42"),
        *("Apples 1.2 kg", "3.48", "Rye bread", "2.95", "Butter 250 g", "2.60"),
        *("Coffee beans", "8.75", "Paper bag", "0.20", "TOTAL", "17.98"),
        *("Cash", "20.00", "Change", "2.02", "Thank you, come again"),
    ],
    "invoice-zh.jpg": [
        *("云杉办公用品商店", "销售清单", "客户：松林小学", "日期：2025年3月12日"),
        *("品名", "数量", "单价", "金额"),
        *("复印纸", "20", "23.50", "470.00"),
        *("文件夹", "45", "6.80", "306.00"),
        *("黑色墨水", "12", "39.00", "468.00"),
        *("订书机", "3", "28.00", "84.00"),
        *("合计人民币：1328.00元", "货物已当面点清，请妥善保管此单。", "经手人：陈小禾"),
    ],
    "notice-zh.png": [
        *("停水通知", "各位住户：", "因更换水管，本楼定于4月6日上午9时至"),
        *("下午3时停水，请提前储水。", "如有疑问，请拨打电话 5550 1234。"),
        *("梧桐苑物业服务中心", "2025年4月2日"),
    ],
    "delivery-mixed.jpg": [
        *("Delivery Note 送货单", "No. DN-20250318-07"),
        "收货人 Ship to: 蓝湾书店 Blue Bay Books",
        *("Item 货品", "Qty 数量", "Weight 重量"),
        *("Picture books 绘本", "36", "14.4 kg"),
        *("Dictionaries 词典", "8", "19.2 kg"),
        *("Postcards 明信片", "500", "2.5 kg"),
        *("Keep dry 防潮", "Signature 签收："),
    ],
}


@pytest.fixture(scope="module")
def engine():
    engine = LocalEngine()
    yield engine
    engine.close()


def page_of(image: Image.Image, encoding: str = "PNG") -> Page:
    target = io.BytesIO()
    image.save(target, encoding)
    return Page(target.getvalue(), encoding, *image.size)


def read(engine: LocalEngine, name: str) -> Reading:
    (fitted,) = open_pages((SAMPLES / name).read_bytes(), engine.limits)
    return engine.recognise(fitted.page)


def unspaced(lines: list[str]) -> list[str]:
    """Without blanks and widths of punctuation, about which two versions of a model may differ."""
    widths = str.maketrans("：，。", ":,.", " ")
    return [line.translate(widths) for line in lines]


@pytest.mark.parametrize("name", LINES)
def test_a_sample_is_read_line_by_line_in_reading_order(engine, name):
    words = [line.words for line in read(engine, name).lines]
    assert unspaced(words) == unspaced(LINES[name])


def test_each_line_is_described_in_the_shape_of_baidus_answers(engine):
    canvas = Image.new("RGB", (900, 500), "white")
    font = ImageFont.load_default(size=60)
    ImageDraw.Draw(canvas).text((200, 300), "Northwick", fill="black", font=font)
    left, top, right, bottom = ImageDraw.Draw(canvas).textbbox((200, 300), "Northwick", font=font)
    (line,) = engine.recognise(page_of(canvas)).lines
    assert line.words == "Northwick"
    location = line.fields["location"]
    assert abs(location["left"] - left) < 20
    assert abs(location["top"] - top) < 20
    assert abs(location["left"] + location["width"] - right) < 20
    assert abs(location["top"] + location["height"] - bottom) < 20
    assert all(isinstance(value, int) for value in location.values())
    assert 0.5 < line.fields["probability"]["average"] <= 1
    corners = line.fields["vertexes_location"]
    assert len(corners) == 4
    assert min(corner["x"] for corner in corners) == location["left"]
    assert max(corner["y"] for corner in corners) == location["top"] + location["height"]


def test_a_page_without_text_is_a_success_without_lines(engine):
    assert engine.recognise(page_of(Image.new("L", (600, 400), "white"))) == Reading(())


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_pixel_is_read(engine, mode):
    drawn = Image.new("L", (600, 120), "white")
    ImageDraw.Draw(drawn).text((30, 30), "Orchard", fill="black", font=ImageFont.load_default(60))
    if mode == "I;16":
        image = drawn.convert("I").point(lambda value: value * 257).convert("I;16")
    else:
        image = drawn.convert(mode)
    assert [line.words for line in engine.recognise(page_of(image)).lines] == ["Orchard"]


def test_threads_that_read_at_once_get_what_each_would_get_alone(engine):
    names = ["notice-zh.png", "receipt.jpg"] * 2
    alone = {name: read(engine, name) for name in set(names)}
    with ThreadPoolExecutor(len(names)) as pool:
        together = list(pool.map(lambda name: read(engine, name), names))
    assert together == [alone[name] for name in names]


def test_threads_that_come_first_at_once_load_the_models_once():
    engine = LocalEngine(threads=1)
    with ThreadPoolExecutor(2) as pool:
        descriptions = list(pool.map(lambda _: engine.description, range(2)))
    assert descriptions[0] == descriptions[1]
    assert engine.probe().endswith("(threads: 1)")


def test_the_description_names_the_models_that_were_loaded(engine):
    description = engine.description
    models = Path(find_spec("rapidocr").origin).parent / "models"
    assert description.name == "local"
    assert description.options == {}
    for name in description.endpoint.split(" + "):
        assert (models / f"{name}.onnx").is_file()


def test_a_probe_tells_that_the_models_read(engine):
    assert engine.description.endpoint in engine.probe()


def test_a_page_that_cannot_be_decoded_is_the_fault_of_the_image(engine):
    with pytest.raises(ImageError) as caught:
        engine.recognise(Page(b"\xff\xd8\xff", "JPEG", 100, 100))
    assert caught.value.code == "cut-off"


def test_a_page_that_rapidocr_fails_on_is_the_fault_of_the_image(engine):
    thread = Image.new("L", (9000, 32), "white")
    with pytest.raises(ImageError, match="ResizeImgError") as caught:
        engine.recognise(page_of(thread))
    assert caught.value.code == "engine-failed"


def run(script: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    """Runs a script in a fresh interpreter that finds modules in ``paths`` first."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": ":".join(map(str, paths)), "PATH": ""},
    )


PROBE = """
    from ocr_watcher.engine.local import LocalEngine
    from ocr_watcher.errors import EngineMissingError
    try:
        print(LocalEngine().probe())
    except EngineMissingError as error:
        print("missing:", error)
"""


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("rapidocr", "raise ModuleNotFoundError('No module named rapidocr')"),
        ("onnxruntime", "raise ModuleNotFoundError('No module named onnxruntime')"),
        ("cv2", "raise ImportError('libGL.so.1: cannot open shared object file')"),
        ("cv2", "raise OSError('libgomp.so.1: cannot open shared object file')"),
    ],
)
def test_what_is_not_installed_is_named_with_the_remedy(tmp_path, module, source):
    (tmp_path / f"{module}.py").write_text(source)
    done = run(PROBE, tmp_path)
    assert done.stdout.startswith("missing: the local engine is not installed")
    assert source.split("'")[1] in done.stdout
    assert done.stdout.endswith("; install it with: pip install 'ocr-watcher[local]'\n")
    assert done.stderr == ""


def test_nothing_is_imported_before_it_is_needed():
    script = """
        import sys
        from ocr_watcher.engine.local import LocalEngine
        LocalEngine().limits
        print(sorted({"rapidocr", "onnxruntime", "cv2", "numpy"} & set(sys.modules)))
    """
    assert run(script).stdout == "[]\n"


OFFLINE = """
    import socket
    def refuse(*_):
        print("the network was asked")
        raise OSError
    socket.socket.connect = socket.getaddrinfo = refuse
"""


def test_it_reads_without_network_and_without_a_word_on_stderr():
    done = run(OFFLINE + PROBE)
    assert "read a drawn word" in done.stdout
    assert "network" not in done.stdout
    assert done.stderr == ""


def copy_of_rapidocr(folder: Path) -> Path:
    """Copies RapidOCR with its folder of models empty, as a stripped package has it."""
    source = Path(find_spec("rapidocr").origin).parent
    shutil.copytree(source, folder / "rapidocr", ignore=shutil.ignore_patterns("*.onnx", "*.pyc"))
    return folder / "rapidocr" / "models"


def test_missing_models_are_told_and_not_downloaded(tmp_path):
    copy_of_rapidocr(tmp_path)
    done = run(OFFLINE + PROBE, tmp_path)
    assert "missing: the models of RapidOCR cannot be loaded (FileNotFoundError)" in done.stdout
    assert "--force-reinstall" in done.stdout
    assert "network" not in done.stdout
    assert done.stderr == ""


def test_broken_models_are_no_fault_of_an_image(tmp_path):
    models = copy_of_rapidocr(tmp_path)
    for name in ("PP-OCRv6_det_small", "PP-OCRv6_rec_small", "ch_ppocr_mobile_v2.0_cls_mobile"):
        (models / f"{name}.onnx").write_bytes(b"no model")
    done = run(OFFLINE + PROBE, tmp_path)
    assert done.stdout.startswith("missing: the models of RapidOCR cannot be loaded")
    assert done.stderr == ""


def test_models_that_read_nothing_are_no_fault_of_an_image(tmp_path):
    models = copy_of_rapidocr(tmp_path)
    for model in (Path(find_spec("rapidocr").origin).parent / "models").glob("*.onnx"):
        (models / model.name).symlink_to(model)
    settings = models.parent / "config.yaml"
    settings.write_text(settings.read_text().replace("text_score: 0.5", "text_score: 1.1"))
    script = PROBE.replace("EngineMissingError", "PausingError")
    done = run(script, tmp_path)
    assert done.stdout == "missing: the models of RapidOCR do not read a drawn word\n"


def test_want_of_memory_is_no_fault_of_the_image():
    script = """
        import io, resource
        from PIL import Image
        from ocr_watcher.engine.interface import Page
        from ocr_watcher.engine.local import LocalEngine
        from ocr_watcher.errors import TransientError

        engine = LocalEngine(threads=1)
        engine.probe()
        target = io.BytesIO()
        Image.new("L", (1600, 1600)).save(target, "PNG")
        used = 1024 * int(open("/proc/self/status").read().split("VmSize:")[1].split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (used + 60_000_000, used + 60_000_000))
        try:
            engine.recognise(Page(target.getvalue(), "PNG", 1600, 1600))
        except TransientError as error:
            print(error.code)
    """
    assert run(script).stdout == "out-of-memory\n"


def test_an_engine_that_was_never_used_is_closed_in_peace():
    LocalEngine().close()
