"""The threads of a process share a few of glibc's heaps, and large blocks can be kept out."""

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


LARGE_BLOCK = """
    import ctypes
    from pathlib import Path
    from ocr_watcher.processes.heap import give_back_large_blocks_at_once

    {prepared}
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p

    def resident():
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    def taken():
        block = library.malloc(ctypes.c_size_t(12 * 2**20))
        ctypes.memset(ctypes.c_void_p(block), 1, 12 * 2**20)
        return ctypes.c_void_p(block)

    library.free(taken())  # by itself glibc keeps blocks of its size from now on
    before = resident()
    block = taken()
    small = [library.malloc(ctypes.c_size_t(200)) for _ in range(20_000)]
    library.free(block)
    print((resident() - before) // 2**20)
"""


@pytest.mark.parametrize(
    ("prepared", "is_kept"), [("", True), ("give_back_large_blocks_at_once(8 * 2**20)", False)]
)
def test_a_large_block_that_is_freed_returns_to_the_system_where_that_is_asked_for(
    prepared, is_kept
):
    command = [sys.executable, "-c", "if True:" + LARGE_BLOCK.format(prepared=prepared)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert (int(done.stdout) >= 12) is is_kept
