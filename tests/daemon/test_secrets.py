"""No key and no token is logged or sent elsewhere, whatever fails, even at level debug."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon, write
from tests.simulator.faults import Body, Cut, ErrorCode, Reset, Silence, Status
from tests.simulator.server import Simulator
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tests.simulator.call import Call
    from tests.simulator.faults import Fault

API_KEY, SECRET_KEY = "4pIk3y4pIk3y4pIk3y4pIk3y", "s3cr3tK3ys3cr3tK3ys3cr3t"
WRONG_KEY = "wr0ngK3ywr0ngK3ywr0ngK3y"
TOKEN = re.compile(rb"2[45]\.[0-9a-f]{32}")
"""Each token that the simulator gives, of access or of refreshing."""

WITH_A_BUG = """
import ocr_watcher.engine.baidu.engine as engine
def crash(answer, mask): raise RuntimeError(f"a bug that tells {answer}")
engine.reading = crash
from ocr_watcher.cli import main
main(prog_name="ocr-watcher")
"""
NOWHERE = "https://ocr.invalid"
CLOSED = "http://127.0.0.1:1"  # tcpmux, which nothing serves


@dataclass(frozen=True)
class Failure:
    """A way to fail.

    Attributes:
        sign: What the log says when it has happened.
        fault: What happens to each call, where it is told its token.
        token_fault: What happens to each fetch of a token.
        settings: The settings of the section ``baidu``.
        variables: The variables of the environment.
    """

    sign: str
    fault: Callable[[Call], Fault] | None = None
    token_faults: Sequence[Fault] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)


def echo(call: Call) -> bytes:
    """What a careless service might say."""
    return f"{call.token} {API_KEY} {SECRET_KEY}".encode()


FAILURES = {
    "wrong api key": Failure(
        "the API Key is unknown", variables={"OCR_WATCHER_BAIDU_API_KEY": WRONG_KEY}
    ),
    "wrong secret key": Failure(
        "the Secret Key is wrong", variables={"OCR_WATCHER_BAIDU_SECRET_KEY": WRONG_KEY}
    ),
    "token refused for ever": Failure(
        "a new access token is refused, too",
        fault=lambda call: ErrorCode(110, f"Access token {call.token} invalid"),
    ),
    "token told in an error of the image": Failure(
        "failed", fault=lambda call: ErrorCode(216201, f"no image for {call.token}")
    ),
    "token told in an answer": Failure(
        "recognised",
        fault=lambda call: Body(
            b'{"log_id": "%(t)s", "words_result": [{"words": "%(t)s"}], "words_result_num": 1}'
            % {b"t": call.token.encode()}
        ),
    ),
    "token told in escapes": Failure(
        "recognised",
        fault=lambda call: Body(
            b'{"%(t)s": 1, "words_result": [{"words": "%(t)s"}], "words_result_num": 1}'
            % {b"t": "".join(f"\\u{ord(c):04x}" for c in call.token).encode()}
        ),
    ),
    "reset": Failure("will retry in", fault=lambda _call: Reset()),
    "reset of the token call": Failure("will retry in", token_faults=[Reset()] * 9),
    "cut": Failure("will retry in", fault=lambda _call: Cut(30)),
    "timeout": Failure(
        "will retry in", fault=lambda _call: Silence(), settings={"read_timeout": 0.1}
    ),
    "timeout of the token call": Failure(
        "will retry in", token_faults=[Silence()] * 9, settings={"read_timeout": 0.1}
    ),
    "page": Failure("will retry in", fault=lambda call: Body(b"<html>" + echo(call))),
    "page of a broken service": Failure(
        "will retry in", fault=lambda call: Status(502, b"<html>" + echo(call))
    ),
    "page for the token call": Failure(
        "will retry in", token_faults=[Body(f"<p>{API_KEY} {SECRET_KEY}".encode())] * 9
    ),
    "redirect": Failure(
        "will retry in",
        fault=lambda call: Status(
            307, echo(call), {"Location": f"{CLOSED}/?access_token={call.token}"}
        ),
    ),
    "redirect of the token call": Failure(
        "will retry in",
        token_faults=[Status(307, headers={"Location": f"{CLOSED}/?{SECRET_KEY}"})] * 9,
    ),
    "no proxy": Failure(
        "ProxyError", settings={"base_url": NOWHERE}, variables={"HTTPS_PROXY": CLOSED}
    ),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_no_failure_tells_a_secret(failure: Failure, tmp_path: Path) -> None:
    with Simulator(api_key=API_KEY, secret_key=SECRET_KEY) as simulator:
        simulator.fault = failure.fault
        simulator.next_token_faults.extend(failure.token_faults)
        told = told_when_it_fails(failure, simulator, tmp_path)
        simulator.release()
    assert failure.sign in told
    assert_no_secret_in(tmp_path)


def test_a_fault_of_the_program_tells_no_secret(tmp_path: Path) -> None:
    with Simulator(api_key=API_KEY, secret_key=SECRET_KEY) as simulator:
        program = ("-c", WITH_A_BUG)
        with Daemon(tmp_path, simulator, level="debug", program=program) as daemon:
            write(daemon.folder / "a.png", "words")
            eventually(lambda: daemon.says("a fault of this program"))
            daemon.stop()
    assert_no_secret_in(tmp_path)


def test_a_service_that_goes_away_tells_no_secret(tmp_path: Path) -> None:
    """The texts of the exceptions that this raises hold the URL with the token."""
    with Simulator(api_key=API_KEY, secret_key=SECRET_KEY) as simulator:
        with daemon_that_fails(Failure("no answer from"), simulator, tmp_path) as daemon:
            write(daemon.folder / "a.png", "before")
            eventually(daemon.texts)
            simulator.close()
            write(daemon.folder / "b.png", "after")
            eventually(lambda: daemon.says("will retry in"))
            daemon.stop()
        assert simulator.billed() == 1
    assert_no_secret_in(tmp_path)


@pytest.mark.parametrize("variable", [None, "HTTPS_PROXY"])
def test_a_service_without_a_valid_certificate_is_told_no_secret(
    variable: str | None, tmp_path: Path
) -> None:
    with (
        Simulator(api_key=API_KEY, secret_key=SECRET_KEY) as simulator,
        impostor() as (port, heard),
    ):
        proxy = {variable: CLOSED} if variable else {}
        sign = "ProxyError" if variable else "SSLError"
        address = {"base_url": NOWHERE if variable else f"https://127.0.0.1:{port}"}
        failure = Failure(sign, settings=address, variables=proxy)
        told = told_when_it_fails(failure, simulator, tmp_path)
    assert sign in told
    assert heard == []
    assert_no_secret_in(tmp_path)


def daemon_that_fails(failure: Failure, simulator: Simulator, directory: Path) -> Daemon:
    return Daemon(
        directory,
        simulator,
        settings={"baidu": failure.settings},
        variables=failure.variables,
        level="debug",
    )


def told_when_it_fails(failure: Failure, simulator: Simulator, directory: Path) -> str:
    """Works off one image, keeps all that is said beside it, and returns it."""
    daemon = daemon_that_fails(failure, simulator, directory)
    write(daemon.folder / "a.png", "words")
    ended = daemon.once("--log-level", "debug")
    (directory / "stdout").write_text(ended.stdout)
    (directory / "stderr").write_text(ended.stderr)
    return ended.stderr


def assert_no_secret_in(directory: Path) -> None:
    """Looks through the folder, the state directory and all that was said."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert directory / "stderr" in files
    for file in files:
        content = bytes(file.relative_to(directory)) + b"\n" + file.read_bytes()
        for secret in (API_KEY, SECRET_KEY, WRONG_KEY):
            assert secret.encode() not in content, file
        assert not TOKEN.search(content), file


@contextlib.contextmanager
def impostor() -> Iterator[tuple[int, list[bytes]]]:
    """Serves TLS with a certificate that nobody vouches for; yields its port and what it hears."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).with_name("self_signed.pem"))
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_hear, args=(listener, context, heard))
        thread.start()
        try:
            yield listener.getsockname()[1], heard
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread from accept(2)
            thread.join()


def _hear(listener: socket.socket, context: ssl.SSLContext, heard: list[bytes]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with (
            contextlib.suppress(OSError),
            connection,
            context.wrap_socket(connection, server_side=True) as secured,
        ):
            heard.append(secured.recv(1 << 16))
