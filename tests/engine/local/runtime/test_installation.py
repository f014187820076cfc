import os
import shutil
import subprocess
import sys
import textwrap
from importlib.util import find_spec
from pathlib import Path

import pytest

from ocr_watcher.engine.local.backends.processor import abilities
from ocr_watcher.engine.local.engine import LocalEngine
from ocr_watcher.values.install_command import install_command, install_extra

ROOT = Path(__file__).parents[4]
BACKENDS = ("openvino", "onnxruntime")
REINSTALL = install_command("--force-reinstall", "--no-deps")


def installed(backend: str) -> pytest.MarkDecorator:
    """Skip a test without a backend; nothing is imported, as that would tell its makers."""
    return pytest.mark.skipif(find_spec(backend) is None, reason=f"{backend} is not installed")


each_backend = pytest.mark.parametrize(
    "backend", [pytest.param(backend, marks=installed(backend)) for backend in BACKENDS]
)
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
@each_backend
def test_a_probe_tells_that_the_models_read_and_with_what(backend):
    engine = LocalEngine(threads=1, backend=backend)
    models = engine.identity.endpoint
    assert engine.self_test() == f"{models} read a drawn word ({backend}, threads: 1)"
    engine.close()


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
        print(LocalEngine(threads=1, backend="auto").self_test())
    except EngineMissingError as error:
        print("missing:", error)
"""


def with_backend(backend: str, script: str = PROBE) -> str:
    return script.replace('backend="auto"', f"backend={backend!r}")


def hide(folder: Path, *modules: str) -> None:
    """Make an environment without some modules, which no process that finds ``folder`` sees."""
    (folder / "sitecustomize.py").write_text(HIDING.format(modules=modules))


HIDING = """
import importlib.machinery
real = importlib.machinery.PathFinder.find_spec
def find_spec(name, path=None, target=None):
    return None if name.partition(".")[0] in {modules!r} else real(name, path, target)
importlib.machinery.PathFinder.find_spec = find_spec
"""


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("rapidocr", "raise ModuleNotFoundError('No module named rapidocr')"),
        ("cv2", "raise ImportError('libGL.so.1: cannot open shared object file')"),
        ("cv2", "raise OSError('libgomp.so.1: cannot open shared object file')"),
    ],
)
def test_what_is_not_installed_is_named_with_the_remedy(tmp_path, module, source):
    (tmp_path / f"{module}.py").write_text(source)
    done = run(PROBE, tmp_path)
    assert done.stdout.startswith("missing: the local engine is not installed")
    assert source.split("'")[1] in done.stdout
    assert done.stdout.endswith(f"; install it with: {install_extra('local')}\n")
    assert done.stderr == ""


@pytest.mark.slow
@each_backend
def test_with_one_backend_alone_it_reads(tmp_path, backend):
    hide(tmp_path, *({*BACKENDS} - {backend}))
    done = run(PROBE, tmp_path)
    assert done.stdout.endswith(f" read a drawn word ({backend}, threads: 1)\n")
    assert done.stderr == ""


def test_without_any_backend_it_says_what_to_type(tmp_path):
    hide(tmp_path, *BACKENDS)
    assert run(PROBE, tmp_path).stdout == (
        "missing: the local engine is not installed (No module named 'onnxruntime'); "
        f"install it with: {install_extra('local')}\n"
    )


NO_LIBRARY = "libfast.so.1: cannot open shared object file"


@pytest.mark.slow
@installed("onnxruntime")
@pytest.mark.skipif("avx2" not in abilities(), reason="OpenVINO is not tried first here")
@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (f"raise OSError('{NO_LIBRARY}')", f"it cannot be imported ({NO_LIBRARY})"),
        (f"raise ImportError('{NO_LIBRARY}')", f"it cannot be imported ({NO_LIBRARY})"),
        ("nonsense", "it cannot load the models (NameError)"),
        ("class Core:\n  available_devices = ['NPU']", "it has no device cpu here"),
    ],
)
def test_a_faster_backend_that_does_not_work_is_passed_over_and_named(tmp_path, source, reason):
    (tmp_path / "openvino.py").write_text(source + "\n  set_property = print" * ("Core" in source))
    done = run(PROBE, tmp_path)
    assert done.stdout.endswith(f"word (onnxruntime, threads: 1; not openvino: {reason})\n")


@each_backend
def test_a_backend_of_the_settings_that_is_broken_is_named_with_the_remedy(tmp_path, backend):
    (tmp_path / f"{backend}.py").write_text(f"raise OSError('{NO_LIBRARY}')")
    assert run(with_backend(backend), tmp_path).stdout == (
        f"missing: {backend} cannot be imported ({NO_LIBRARY}); "
        f"reinstall with: {REINSTALL} {backend}\n"
    )


FORBIDDEN = """
import sys
from ocr_watcher.processes.code_memory import allows_code_memory, forbid_code_memory
forbid_code_memory()
if allows_code_memory():
    sys.exit("allowed")
"""


@pytest.fixture
def forbidden(tmp_path: Path) -> Path:
    """A directory of a module that forbids each process memory to compile code into."""
    (tmp_path / "sitecustomize.py").write_text(FORBIDDEN)
    if subprocess.run([sys.executable, "-c", FORBIDDEN], cwd=ROOT, check=False).returncode:
        pytest.skip("the kernel cannot forbid a process such memory: it is older than 6.3")
    return tmp_path


@installed("openvino")
@installed("onnxruntime")
@pytest.mark.skipif("avx2" not in abilities(), reason="OpenVINO is not tried first here")
def test_where_no_code_may_be_compiled_a_backend_reads_that_compiles_none(forbidden):
    done = run(PROBE, forbidden)
    reason = "memory that is both writable and executable is forbidden here"
    assert done.stdout.endswith(f"word (onnxruntime, threads: 1; not openvino: {reason})\n")
    assert done.stderr == ""


@installed("openvino")
def test_where_no_code_may_be_compiled_openvino_says_what_forbids_it(forbidden):
    told = run(with_backend("openvino"), forbidden).stdout
    assert told.startswith("missing: openvino needs memory that is both writable and executable")
    assert "MemoryDenyWriteExecute=no" in told
    assert told.count("\n") == 1


def test_nothing_is_imported_before_it_is_needed():
    script = """
        import sys
        from ocr_watcher.engine.local.engine import LocalEngine
        LocalEngine(threads=1).limits
        print(sorted({"rapidocr", "onnxruntime", "openvino", "cv2", "numpy"} & set(sys.modules)))
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
@each_backend
def test_it_reads_without_network_and_without_a_word_on_stderr(asked, tmp_path, backend):
    done = run(with_backend(backend), tmp_path)
    assert f"read a drawn word ({backend}" in done.stdout
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
    assert done.stdout.startswith("missing: the models of RapidOCR cannot be loaded (there is no ")
    assert done.stdout.endswith(f"{REINSTALL} rapidocr\n")
    assert not asked.exists()
    assert done.stderr == ""


@each_backend
def test_broken_models_are_no_fault_of_an_image(tmp_path, backend):
    models = copy_of_rapidocr(tmp_path)
    for name in ("PP-OCRv6_det_small", "PP-OCRv6_rec_small", "ch_ppocr_mobile_v2.0_cls_mobile"):
        (models / f"{name}.onnx").write_bytes(b"no model")
    done = run(with_backend(backend), tmp_path)
    assert done.stdout.startswith("missing: the models of RapidOCR cannot be loaded")
    assert done.stdout.endswith(f"--force-reinstall --no-deps rapidocr {backend}\n")
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
@each_backend
def test_want_of_memory_is_no_fault_of_the_image_nor_of_the_installation(backend):
    script = """
        import resource
        from ocr_watcher.engine.local.backends.registry import candidates
        candidates(BACKEND)[0].make(1, "cpu")
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
            with_little_memory(lambda: load(threads=1, longest_side=2000, backend=BACKEND))
        except TransientError as error:
            print(error.code)
        reader = load(threads=1, longest_side=2000, backend=BACKEND).new_reader()
        page = page_of(Image.new("L", (1600, 1600))).data
        print(with_little_memory(lambda: answer_for(page, reader)).facts["error"]["code"])
    """
    assert run(script.replace("BACKEND", repr(backend))).stdout == "out-of-memory\nout-of-memory\n"


def test_an_engine_that_was_never_used_is_closed_in_peace():
    LocalEngine(threads=1).close()
