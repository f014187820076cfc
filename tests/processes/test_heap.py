"""The threads of a process share a bounded number of glibc's heaps."""

import ctypes
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_info"), reason="the C library is not glibc"
)

HEAPS = """
    import ctypes, os, tempfile, threading
    from ocr_watcher.processes.heap import limit_heaps

    limit_heaps(2)
    together = threading.Barrier(6)

    def take():
        together.wait()
        taken = [bytes(50_000 + at) for at in range(20)]
        together.wait()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    library = ctypes.CDLL(None)
    library.fopen.restype = ctypes.c_void_p
    with tempfile.NamedTemporaryFile() as told:
        stream = ctypes.c_void_p(library.fopen(told.name.encode(), b"w"))
        library.malloc_info(0, stream)
        library.fclose(stream)
        print(told.read().count(b"<heap nr="))
"""


def test_six_threads_take_their_memory_from_two_heaps():
    command = [sys.executable, "-c", "if True:" + HEAPS]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert int(done.stdout) == 2
