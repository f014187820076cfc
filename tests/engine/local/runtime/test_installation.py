import os
import shutil
import subprocess
import sys
import textwrap
from importlib.util import find_spec
from pathlib import Path

import pytest

from ocr_watcher.engine.local.engine import LocalEngine

ROOT = Path(__file__).parents[3]
COVERAGE = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}


@pytest.mark.slow
def test_the_description_names_the_models_that_were_loaded(engine):
    description = engine.identity
    models = Path(find_spec("rapidocr").origin).parent / "models"
    assert description.name == "local"
    assert description.options == {}
    for name in description.endpoint.split(" + "):
        assert (models / f"{name}.onnx").is_file()


@pytest.mark.slow
def test_a_probe_tells_that_the_models_read(engine):
    models = engine.identity.endpoint
    assert engine.self_test() == f"{models} read a drawn word (onnxruntime, threads: 1)"


def run(script: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in a fresh interpreter that finds modules in ``paths`` first."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": ":".join(map(str, paths)), "PATH": "", **COVERAGE},
    )


PROBE = """
    from ocr_watcher.engine.local.engine import LocalEngine
    from ocr_watcher.errors import EngineMissingError
    try:
        print(LocalEngine(threads=1).self_test())
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
        from ocr_watcher.engine.local.engine import LocalEngine
        LocalEngine(threads=1).limits
        print(sorted({"rapidocr", "onnxruntime", "cv2", "numpy"} & set(sys.modules)))
    """
    assert run(script).stdout == "[]\n"


OFFLINE = """
import os, socket
def refuse(*_):
    os.mkdir({asked!r})
    raise OSError
socket.socket.connect = socket.getaddrinfo = refuse
"""


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """A directory that is there if the network was asked by any process that finds modules here."""
    asked = tmp_path / "asked"
    (tmp_path / "sitecustomize.py").write_text(OFFLINE.format(asked=str(asked)))
    return asked


def test_whoever_asks_the_network_is_noticed(asked, tmp_path):
    script = "import socket\ntry: socket.getaddrinfo('localhost', 1)\nexcept OSError: pass"
    run(script, tmp_path)
    assert asked.exists()


@pytest.mark.slow
def test_it_reads_without_network_and_without_a_word_on_stderr(asked, tmp_path):
    done = run(PROBE, tmp_path)
    assert "read a drawn word" in done.stdout
    assert not asked.exists()
    assert done.stderr == ""


def copy_of_rapidocr(folder: Path) -> Path:
    """Copy RapidOCR with an empty folder of models, as a stripped package has it."""
    source = Path(find_spec("rapidocr").origin).parent
    shutil.copytree(source, folder / "rapidocr", ignore=shutil.ignore_patterns("*.onnx"))
    return folder / "rapidocr" / "models"


def test_missing_models_are_reported_and_not_downloaded(asked, tmp_path):
    copy_of_rapidocr(tmp_path)
    done = run(PROBE, tmp_path)
    assert "missing: the models of RapidOCR cannot be loaded (FileNotFoundError)" in done.stdout
    assert "--force-reinstall" in done.stdout
    assert not asked.exists()
    assert done.stderr == ""


def test_broken_models_are_no_fault_of_an_image(tmp_path):
    models = copy_of_rapidocr(tmp_path)
    for name in ("PP-OCRv6_det_small", "PP-OCRv6_rec_small", "ch_ppocr_mobile_v2.0_cls_mobile"):
        (models / f"{name}.onnx").write_bytes(b"no model")
    done = run(PROBE, tmp_path)
    assert done.stdout.startswith("missing: the models of RapidOCR cannot be loaded")
    assert done.stderr == ""


@pytest.mark.slow
def test_models_that_read_nothing_are_no_fault_of_an_image(tmp_path):
    models = copy_of_rapidocr(tmp_path)
    for model in (Path(find_spec("rapidocr").origin).parent / "models").glob("*.onnx"):
        (models / model.name).symlink_to(model)
    settings = models.parent / "config.yaml"
    settings.write_text(settings.read_text().replace("text_score: 0.5", "text_score: 1.1"))
    script = PROBE.replace("EngineMissingError", "PausingError")
    done = run(script, tmp_path)
    assert done.stdout == "missing: the models of RapidOCR do not read a drawn word\n"


@pytest.mark.slow
def test_want_of_memory_is_no_fault_of_the_image_nor_of_the_installation():
    script = """
        import resource
        import rapidocr.inference_engine.onnxruntime.main
        from PIL import Image
        from ocr_watcher.engine.local.process.worker import answer_for
        from ocr_watcher.engine.local.runtime.load_models import load
        from ocr_watcher.errors import TransientError
        from tests.engine.local.pictures import page_of

        def with_little_memory(call):
            used = 1024 * int(open("/proc/self/status").read().split("VmSize:")[1].split()[0])
            resource.setrlimit(resource.RLIMIT_AS, (used + 60_000_000, resource.RLIM_INFINITY))
            try:
                return call()
            finally:
                resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)

        try:
            with_little_memory(lambda: load(threads=1, longest_side=2000))
        except TransientError as error:
            print(error.code)
        reader = load(threads=1, longest_side=2000).new_reader()
        page = page_of(Image.new("L", (1600, 1600))).data
        print(with_little_memory(lambda: answer_for(page, reader)).facts["error"]["code"])
    """
    assert run(script).stdout == "out-of-memory\nout-of-memory\n"


def test_an_engine_that_was_never_used_is_closed_in_peace():
    LocalEngine(threads=1).close()
