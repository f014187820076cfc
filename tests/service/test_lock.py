"""Only one program works on a folder, and commands can find out which."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import ClaimError, OcrWatcherError, Stopped
from ocr_watcher.service.claim.claim import Claim
from ocr_watcher.service.claim.grip import Grip
from ocr_watcher.service.claim.holder import encode, this_process
from ocr_watcher.service.claim.lock_file import NAME, lock_file_of
from ocr_watcher.service.claim.verdict import Lock, Rhythm
from ocr_watcher.service.lock import Claims, hold, holder_of
from ocr_watcher.threads.halt import Halt
from tests.ledger.process import lines_after_mount, may_mount
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUICK = Rhythm(beat=0.1, lease=1.0, patience=1.3)
UNCONTESTED = Rhythm(beat=0.1, lease=1.0, patience=0.3)
"""Where nobody renews the claim that is taken over, and nobody takes over the new one."""
UNGUARDED = "nothing keeps another ocr-watcher from working on the folder"
HOLDING = """
import sys
import ocr_watcher.service.claim.claim as claim
from ocr_watcher.service.claim.verdict import Rhythm
from ocr_watcher.service.lock import hold
locks = sys.argv[1] == "locks"
claim.Claim.__init__.__kwdefaults__["has_locks"] = lambda _: locks
with hold(dict.fromkeys(sys.argv[2:], True), "baidu", rhythm=Rhythm(0.1, 1.0, 1.3)) as claims:
    print("held", flush=True)
    for line in sys.stdin:
        print(len(claims.obstacles), flush=True)
"""


@contextmanager
def another_process(
    *roots: str, locks: bool = True, wrapper: Sequence[str] = ()
) -> Iterator[subprocess.Popen[str]]:
    how = "locks" if locks else "no locks"
    with subprocess.Popen(
        [*wrapper, sys.executable, "-c", HOLDING, how, *roots],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.communicate()


def obstacles_of(process: subprocess.Popen[str]) -> int:
    """How many of its folders the other process leaves alone at this moment."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("?\n")
    process.stdin.flush()
    return int(process.stdout.readline())


@pytest.fixture
def root(tmp_path: Path) -> str:
    folder = tmp_path / "scans"
    folder.mkdir()
    return str(folder)


def refusal_of(root: str) -> OcrWatcherError:
    with pytest.raises(OcrWatcherError) as refused, hold({root: True}, "local", rhythm=QUICK):
        pass
    return refused.value


@pytest.mark.parametrize("locks", [True, False])
def test_a_second_process_is_refused_with_who_it_is_and_what_to_do(root: str, locks: bool) -> None:
    with another_process(root, locks=locks) as process:
        refused = refusal_of(root)
    assert str(refused).startswith(
        f"another ocr-watcher works on {root}: process {process.pid} of "
    )
    assert refused.advice == "stop it first, or watch another folder"


def test_the_way_to_a_folder_makes_no_difference(root: str, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    with another_process(root):
        assert "another ocr-watcher works on" in str(refusal_of(str(link)))


def test_a_folder_below_a_claimed_one_is_refused(root: str, tmp_path: Path) -> None:
    inner = Path(root, "deep/inner")
    inner.mkdir(parents=True)
    with another_process(root):
        assert f"works on {root}, which holds {inner}" in str(refusal_of(str(inner)))


def test_one_that_claimed_an_inner_folder_gives_way_to_a_claim_of_the_outer_one(root: str) -> None:
    inner = Path(root, "inner")
    inner.mkdir()
    with hold({str(inner): True}, "local", rhythm=QUICK) as claims:
        with another_process(root):
            eventually(lambda: "another ocr-watcher" in claims.line, 10)
            assert not (inner / NAME).exists()
            with pytest.raises(ClaimError, match="another ocr-watcher works on"):
                claims.require(str(inner))
        eventually(lambda: not claims.obstacles, 10)


def test_a_folder_below_one_that_is_not_watched_recursively_is_free(root: str) -> None:
    inner = Path(root, "inner")
    inner.mkdir()
    with hold({root: False}, "local"), hold({str(inner): True}, "local") as claims:
        assert claims.obstacles == {}


def test_who_may_write_in_a_shared_parent_cannot_squat_the_folders_of_others(
    tmp_path: Path,
) -> None:
    if os.geteuid():
        pytest.skip("only root can give a file to another user")
    shared = tmp_path / "shared"
    (shared / "mine").mkdir(parents=True)
    with hold({str(shared): True}, "local"):
        content = (shared / NAME).read_bytes()
    (shared / NAME).write_bytes(content)
    os.chown(shared / NAME, 12345, 12345)
    shared.chmod(0o1777)
    with hold({str(shared / "mine"): True}, "local") as claims:
        assert claims.obstacles == {}


def test_a_refused_process_holds_none_of_its_folders(root: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with another_process(root):
        with (
            pytest.raises(OcrWatcherError),
            hold({str(other): True, root: True}, "local", rhythm=QUICK),
        ):
            pass
        assert list(other.iterdir()) == []


@pytest.mark.parametrize("locks", [True, False])
def test_a_killed_holder_frees_the_folder_at_once(root: str, locks: bool) -> None:
    with another_process(root, locks=locks) as process:
        process.kill()
        process.wait()
        before = time.monotonic()
        with hold({root: True}, "local") as claims:  # with the real rhythm: it would take 30 s
            assert claims.obstacles == {}
        assert time.monotonic() - before < 10


def test_without_locks_a_stopped_holder_is_taken_over_and_knows_it_when_it_wakes(
    root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with another_process(root, locks=False) as process:
        process.send_signal(signal.SIGSTOP)
        monkeypatch.setattr("ocr_watcher.service.claim.grip.lock", no_lock)
        # A claim that waits, as that of a daemon does that is running already.
        with hold_when_free(root) as claims:
            eventually(lambda: not claims.obstacles, 20)
            process.send_signal(signal.SIGCONT)
            assert obstacles_of(process) == 1
            assert claims.obstacles == {}
        eventually(lambda: obstacles_of(process) == 0, 20)


def test_with_locks_a_stopped_holder_is_no_dead_one(root: str) -> None:
    with another_process(root) as process:
        process.send_signal(signal.SIGSTOP)
        assert "another ocr-watcher" in str(refusal_of(root))


def test_between_pid_namespaces_the_heartbeat_tells(root: str) -> None:
    wrapper = ("unshare", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc")
    if subprocess.run([*wrapper, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets its users make no PID namespaces")
    with another_process(root, locks=False, wrapper=wrapper):
        assert "another ocr-watcher" in str(refusal_of(root))


def test_a_claim_that_stays_unchanged_is_taken_over(root: str) -> None:
    leave_a_claim_of_another_host(root)
    with hold({root: True}, "local", rhythm=UNCONTESTED) as claims:
        assert claims.obstacles == {}
        assert (holder := holder_of(root)) is not None
        assert holder.pid == os.getpid()


def test_a_claim_that_another_host_renews_is_respected(root: str) -> None:
    leave_a_claim_of_another_host(root)
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(0.05):
            os.utime(Path(root, NAME))

    renewing = threading.Thread(target=renew)
    renewing.start()
    try:
        assert "of anna on far-away" in str(refusal_of(root))
    finally:
        ended.set()
        renewing.join()


def test_a_claim_that_another_host_has_replaced_is_lost_and_told(
    root: str, caplog: pytest.LogCaptureFixture
) -> None:
    with hold({root: True}, "local", rhythm=QUICK) as claims:
        content = Path(root, NAME).read_bytes()
        ended = threading.Event()

        def renew() -> None:
            beat = 0
            while not ended.wait(0.02):
                beat += 1
                Path(root, NAME).write_bytes(of_another_host(content, beat))

        renewing = threading.Thread(target=renew)
        renewing.start()
        eventually(lambda: claims.obstacles, 10)
        with pytest.raises(ClaimError):
            claims.require(root)
        ended.set()
        renewing.join()
        eventually(lambda: not claims.obstacles, 10)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": 1}', b"\xff", b"[" * 5000])
def test_a_lock_file_that_names_nobody_is_taken(root: str, content: bytes) -> None:
    Path(root, NAME).write_bytes(content)
    assert holder_of(root) is None
    with hold({root: True}, "local", rhythm=UNCONTESTED) as claims:
        assert claims.obstacles == {}


@pytest.mark.parametrize("kind", ["fifo", "link", "directory", "two names", "socket"])
def test_what_is_no_lock_file_is_a_clear_error_and_is_left_as_it_is(
    root: str, tmp_path: Path, kind: str
) -> None:
    place, victim = Path(root, NAME), tmp_path / "victim"
    victim.write_text("precious")
    make = {
        "fifo": lambda: os.mkfifo(place),
        "link": lambda: place.symlink_to(victim),
        "directory": place.mkdir,
        "two names": lambda: place.hardlink_to(victim),
        "socket": lambda: os.mknod(place, 0o140600),
    }
    make[kind]()
    refused = refusal_of(root)
    assert str(refused) == f"{place} is a link, or no regular file"
    assert "remove it" in refused.advice
    assert victim.read_text() == "precious"


def test_a_hostile_holder_cannot_speak_to_the_terminal(root: str) -> None:
    leave_a_claim_of_another_host(root, user="\x1b[2Jroot\n", host="x" * 256)
    holder = holder_of(root)
    assert holder is not None
    assert str(holder).isprintable()
    leave_a_claim_of_another_host(root, host="x" * 257)
    assert holder_of(root) is None
    for since in (float("nan"), float("inf"), -1, 1e300, True, "1"):
        leave_a_claim_of_another_host(root, since=since)
        assert holder_of(root) is None


def test_nothing_is_left_in_the_folder_after_the_end(root: str) -> None:
    with hold({root: True}, "local"):
        status = Path(root, NAME).stat()
        assert status.st_mode & 0o777 == 0o600  # who may open it may lock it
    assert list(Path(root).iterdir()) == []


def test_of_two_that_take_a_file_at_once_one_finds_it_changed_and_gives_way(root: str) -> None:
    with lock_file_of(root) as file:
        first, second = (Grip(this_process("local"), lambda: True) for _ in range(2))
        slow = file.create()
        quick = file.open()
        assert quick is not None
        assert second.take(file, quick, b"")
        second.let_go()  # as after each beat where the file may not stay open
        assert not first.take(file, slow, b"")
        look = file.look()
        assert look is not None
        assert second.is_on(look)


def test_a_lock_file_that_was_deleted_comes_back(root: str) -> None:
    with hold({root: True}, "local", rhythm=QUICK) as claims:
        Path(root, NAME).unlink()
        eventually(Path(root, NAME).exists, 10)
        assert claims.obstacles == {}


def test_a_folder_that_is_away_is_claimed_when_it_is_there(tmp_path: Path) -> None:
    later = tmp_path / "later"
    with hold({str(later): True}, "local", rhythm=QUICK) as claims:
        assert claims.obstacles == {str(later): "No such file or directory"}
        later.mkdir()
        eventually(lambda: not claims.obstacles, 10)
        assert (later / NAME).exists()


@pytest.mark.skipif(not may_mount(), reason="no mounts of its own for this user")
def test_a_full_disk_costs_the_holder_its_name_and_not_the_lock(tmp_path: Path) -> None:
    said = lines_after_mount(
        'mount -t tmpfs -o size=4k none "$1"; mkdir "$1/scans"; '
        'head -c 4096 /dev/zero > "$1/filler"',
        """
from ocr_watcher.errors import OcrWatcherError
from ocr_watcher.service.claim import grip
from ocr_watcher.service.lock import hold
grip._NEVER_UNMOUNTED = directory
root = str(directory / "scans")
with hold({root: True}, "local") as claims:
    say(claims.obstacles)
    try:
        with hold({root: True}, "local"): say("taken twice")
    except OcrWatcherError as error: say(str(error).replace(root, "ROOT"))
""",
        tmp_path,
    )
    assert said == ["{}", "another ocr-watcher works on ROOT: one of the user with the id 0"]


@pytest.mark.skipif(not may_mount(), reason="no mounts of its own for this user")
def test_a_disk_that_may_be_unmounted_is_left_alone_while_it_is_full(tmp_path: Path) -> None:
    said = lines_after_mount(
        'mount -t tmpfs -o size=4k none "$1"; mkdir "$1/scans"; '
        'head -c 4096 /dev/zero > "$1/filler"',
        """
from ocr_watcher.service.claim.verdict import Rhythm
from ocr_watcher.service.lock import hold
from tests.waiting import eventually
root = str(directory / "scans")
with hold({root: True}, "local", rhythm=Rhythm(0.1, 1.0, 1.3)) as claims:
    say(claims.obstacles[root])
    (directory / "filler").unlink()
    eventually(lambda: not claims.obstacles, 10)
""",
        tmp_path,
    )
    assert said[0].endswith("No space left on device")
    assert "No space left on device" in said


@pytest.mark.skipif(not may_mount(), reason="no mounts of its own for this user")
def test_a_disk_of_this_machine_can_be_unmounted_while_it_is_claimed(tmp_path: Path) -> None:
    said = lines_after_mount(
        'mount -t tmpfs none "$1"; mkdir "$1/disk"; mount -t tmpfs none "$1/disk"',
        """
import subprocess
from ocr_watcher.errors import OcrWatcherError
from ocr_watcher.service.claim.verdict import Rhythm
from ocr_watcher.service.lock import hold
from tests.waiting import eventually
root = str(directory / "disk")
rhythm = Rhythm(0.1, 1.0, 1.3)
def unmounted():
    return subprocess.run(["umount", root], capture_output=True).returncode == 0
with hold({root: True}, "local", rhythm=rhythm) as claims:
    say(claims.obstacles)
    try:
        with hold({root: True}, "local", rhythm=rhythm): say("taken twice")
    except OcrWatcherError: say("refused")
    eventually(unmounted, 10)
    subprocess.run(["mount", "-t", "tmpfs", "none", root], check=True)
    eventually((directory / "disk" / ".ocr-watcher.lock").exists, 10)
    eventually(lambda: not claims.obstacles, 10)
""",
        tmp_path,
    )
    assert said == ["{}", "refused"]


@pytest.mark.skipif(not may_mount(), reason="no mounts of its own for this user")
def test_a_folder_that_is_read_only_is_told_and_worked_on(tmp_path: Path) -> None:
    said = lines_after_mount(
        'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"',
        """
from ocr_watcher.service.lock import hold
with hold({str(directory): True}, "local") as claims:
    say(claims.obstacles)
""",
        tmp_path,
    )
    assert said == [f"WARNING {UNGUARDED}: Read-only file system", "{}"]


def no_lock(_descriptor: int) -> Lock:
    return Lock.NONE


@contextmanager
def hold_when_free(root: str) -> Iterator[Claims]:
    """Claims a folder although another one holds it, and waits for it."""
    claim = Claim(root, this_process("local"), QUICK, has_locks=lambda _: False)
    claim.start()
    try:
        yield Claims({root: claim})
    finally:
        claim.ask_to_stop()
        claim.join(5)


def leave_a_claim_of_another_host(root: str, **changes: object) -> None:
    content = encode(this_process("local"), 0)
    Path(root, NAME).write_bytes(of_another_host(content, 1, **changes))


def of_another_host(content: bytes, beat: int, **changes: object) -> bytes:
    told = json.loads(content)
    other = {"token": "other", "host": "far-away", "boot": "another", "user": "anna"}
    return json.dumps({**told, **other, "locked": False, "beat": str(beat), **changes}).encode()


def test_a_start_that_waits_for_the_claim_of_another_host_ends_when_it_is_asked_to(
    tmp_path: Path,
) -> None:
    far = replace(this_process("baidu"), token="far", host="far", boot="far", locked=True)
    content = encode(far, 1)
    (tmp_path / NAME).write_bytes(content)
    halt = Halt()

    def start() -> None:
        with hold({str(tmp_path): True}, "baidu", rhythm=Rhythm(patience=600), halt=halt):
            pytest.fail("the folder is claimed")

    with ThreadPoolExecutor(1) as threads:
        started = threads.submit(start)
        eventually(lambda: halt._ends)
        halt.ask()
        assert isinstance(started.exception(20), Stopped)
    assert (tmp_path / NAME).read_bytes() == content
