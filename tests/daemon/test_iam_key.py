"""A daemon with a key of the cloud's IAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.daemon.daemon import Daemon, write
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

WRONG = "bce-v3/ALTAK-wr0ngwr0ng/wr0ngK3ywr0ngK3ywr0ngK3y"


def with_key(simulator: Simulator, directory: Path, key: str) -> Daemon:
    """A daemon that has this key, and no other."""
    variables = {
        "OCR_WATCHER_BAIDU_API_KEY": "",
        "OCR_WATCHER_BAIDU_SECRET_KEY": "",
        "OCR_WATCHER_BAIDU_IAM_API_KEY": key,
    }
    return Daemon(directory, simulator, variables=variables, level="debug")


def test_a_wrong_key_costs_no_image_a_try_and_the_right_one_reads_them_all(
    simulator: Simulator, tmp_path: Path
) -> None:
    with with_key(simulator, tmp_path, WRONG) as daemon:
        for number in range(10):
            write(daemon.folder / f"{number}.png", f"number {number}")
        eventually(lambda: daemon.says("no calls are made: error 23: IAM API-KEY"))
        assert "baidu.iam_api_key" in daemon.beside("status").stdout
        daemon.stop()
        told = daemon.log
    assert (len(simulator.calls), daemon.error_files()) == (1, [])
    right = with_key(simulator, tmp_path, f"Bearer {simulator.iam_api_key}")
    ended = right.once()
    assert ended.stdout == "10 recognised, 0 failed, 0 waiting\n"
    assert simulator.token_fetches == 0
    (tmp_path / "told").write_text(told + ended.stderr, "utf-8")
    for file in filter(lambda path: path.is_file(), tmp_path.rglob("*")):
        for key in (WRONG, simulator.iam_api_key):
            assert key.rpartition("/")[2].encode() not in file.read_bytes(), file
