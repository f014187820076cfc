"""Certificates that run out: both sides say so, and go on as soon as there are new ones."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509

from ocr_watcher.commands.certificates import make_certificates
from ocr_watcher.engine.cluster import authority
from ocr_watcher.engine.cluster.description import DESCRIPTION
from ocr_watcher.engine.description import EngineContext
from ocr_watcher.errors import EXIT_FAILED, OutageError, UsageError
from tests.commands.program import environment, ocr_watcher, write_settings
from tests.engine.cluster.machines import Machines
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "localhost"
OVER = -0.5
"""Days: the certificate began a day ago, and ended half a day ago."""


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    with Machines(tmp_path, encrypted=True) as machines:
        yield machines


def directory_of(machines: Machines) -> Path:
    return Path(machines.settings["ca_file"]).parent


def replace_certificate(directory: Path, days: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the certificate of this machine anew, valid for some days."""
    for file in directory.glob(f"{HOST}*"):
        file.unlink()
    with monkeypatch.context() as patched:
        patched.setattr(authority, "_DAYS", days)
        make_certificates(directory, [HOST])


def end_of(file: Path) -> datetime:
    return x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc


def test_a_daemon_whose_certificate_has_run_out_pauses_and_tells_how_to_make_a_new_one(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_certificate(directory_of(machines), OVER, monkeypatch)
    engine = machines.engine()
    with pytest.raises(OutageError, match=r"certificate in cluster\.cert_file has run out") as told:
        engine.self_test()
    engine.close()
    assert told.value.code == "certificate-expired"
    assert "ocr-watcher cluster certificates DIR HOST" in told.value.advice


@pytest.mark.slow
def test_daemon_and_worker_go_on_by_themselves_when_their_new_certificate_is_there(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.start_scheduler()
    replace_certificate(directory_of(machines), OVER, monkeypatch)
    engine = machines.engine()
    machines.start_worker()
    try:
        eventually(lambda: "cluster.cert_file has run out" in machines.log("worker"))
        with pytest.raises(OutageError, match="has run out"):
            engine.self_test()
        replace_certificate(directory_of(machines), 1, monkeypatch)
        eventually(lambda: "the worker is connected" in machines.log("worker"), within=60)
        eventually(lambda: engine.self_test().startswith("PP-OCRv6"), within=60)
    finally:
        engine.close()
    assert machines.log("worker").count("cluster.cert_file has run out") == 1
    assert "ocr-watcher cluster certificates DIR HOST" in machines.log("worker")


def test_a_scheduler_whose_certificate_has_run_out_says_so_in_one_line_and_ends(
    machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_certificate(directory_of(machines), OVER, monkeypatch)
    settings = write_settings(tmp_path / "cluster.yaml", cluster=machines.settings)
    ended = ocr_watcher("cluster", "scheduler", "-c", settings, variables=environment(tmp_path))
    assert ended.returncode == EXIT_FAILED
    assert "the certificate in cluster.cert_file has run out on" in ended.stderr
    assert "ocr-watcher cluster certificates DIR HOST" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_a_daemon_says_that_the_certificate_of_the_scheduler_has_run_out(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = directory_of(machines)
    replace_certificate(directory, OVER, monkeypatch)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(directory / f"{HOST}.pem", directory / f"{HOST}-key.pem")
    replace_certificate(directory, 1, monkeypatch)
    engine = machines.engine()
    with (
        handshakes(machines.port, context),
        pytest.raises(OutageError, match=r"certificate has expired") as told,
    ):
        engine.self_test()
    engine.close()
    assert told.value.code == "no-scheduler"


@pytest.mark.parametrize(("days", "verdict"), [(OVER, "fail"), (20, "warn")])
def test_check_tells_of_certificates_that_have_run_out_or_soon_will(
    machines: Machines, days: float, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_certificate(directory_of(machines), days, monkeypatch)
    first = next(iter(DESCRIPTION.checks(EngineContext(machines.section, {}, frozenset()))))
    assert (first.verdict, first.subject) == (verdict, "certificates")
    assert "ocr-watcher cluster certificates DIR HOST" in first.finding


def test_no_certificate_of_a_machine_outlives_that_of_its_authority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(authority, "_DAYS", 10)
        make_certificates(tmp_path, [])
    make_certificates(tmp_path, [HOST])
    assert end_of(tmp_path / f"{HOST}.pem") == end_of(tmp_path / "ca.pem")
    assert end_of(tmp_path / "ca.pem") < datetime.now(UTC) + timedelta(days=11)


def test_an_authority_that_has_run_out_signs_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(authority, "_DAYS", OVER)
        make_certificates(tmp_path, [])
    with pytest.raises(UsageError, match="it has run out; delete it and its key"):
        make_certificates(tmp_path, [HOST])


def test_an_authority_with_a_key_of_an_unknown_kind_is_refused_in_one_line(tmp_path: Path) -> None:
    make_certificates(tmp_path, [])
    key = tmp_path / "ca-key.pem"
    der = ssl.PEM_cert_to_DER_cert(key.read_text().replace("PRIVATE KEY", "CERTIFICATE"))
    curve, unknown = bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d030163")
    pem = ssl.DER_cert_to_PEM_cert(der.replace(curve, unknown))
    key.write_text(pem.replace("CERTIFICATE", "PRIVATE KEY"))
    with pytest.raises(UsageError, match="are no authority of this program"):
        make_certificates(tmp_path, [HOST])


@contextlib.contextmanager
def handshakes(port: int, context: ssl.SSLContext) -> Iterator[None]:
    """Offers a certificate to whoever connects to a port."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, context))
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    with contextlib.suppress(OSError):  # the listener ends
        while True:
            caller, _ = listener.accept()
            with (
                caller,
                contextlib.suppress(OSError),
                context.wrap_socket(caller, server_side=True),
            ):
                pass
