"""The simulator is as strict as the service's documentation, and lets go of everything."""

from __future__ import annotations

import base64
import io
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests
from PIL import Image

from tests.simulator import pictures
from tests.simulator.faults import Delay, ErrorCode, Reset, Silence
from tests.simulator.server import Simulator
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SAMPLE = pictures.png("a line")


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


class Caller:
    """Calls the simulator as its documentation tells to."""

    def __init__(self, simulator: Simulator, session: requests.Session) -> None:
        self._simulator = simulator
        self._session = session

    def token(self, **fields: str) -> requests.Response:
        keys = {"client_id": self._simulator.api_key, "client_secret": self._simulator.secret_key}
        form = {"grant_type": "client_credentials"} | keys | fields
        return self._session.post(f"{self._simulator.url}/oauth/2.0/token", data=form)

    def body(self, body: bytes, endpoint: str = "general_basic", **headers: str) -> dict[str, Any]:
        token = self.token().json()["access_token"]
        url = f"{self._simulator.url}/rest/2.0/ocr/v1/{endpoint}?access_token={token}"
        answer: dict[str, Any] = self._session.post(
            url, data=body, headers={**FORM, **headers}
        ).json()
        return answer

    def image(
        self, image: bytes, endpoint: str = "general_basic", options: str = ""
    ) -> dict[str, Any]:
        field = base64.b64encode(image)
        # All that base64 has to have escaped; urllib.parse goes through an image byte by byte.
        for sign, escape in ((b"+", b"%2B"), (b"/", b"%2F"), (b"=", b"%3D")):
            field = field.replace(sign, escape)
        return self.body(b"image=" + field + options.encode(), endpoint)

    def code(self, image: bytes, endpoint: str = "general_basic", options: str = "") -> Any:
        return self.image(image, endpoint, options).get("error_code")


@pytest.fixture
def caller(simulator: Simulator, session: requests.Session) -> Caller:
    return Caller(simulator, session)


def test_it_reads_the_words_of_a_picture(caller: Caller, simulator: Simulator) -> None:
    answer = caller.image(pictures.jpeg("one\ntwo"))
    assert answer["words_result"] == [{"words": "one"}, {"words": "two"}]
    assert answer["words_result_num"] == 2
    (call,) = simulator.calls
    assert (call.words, call.billed, call.code) == ("one\ntwo", True, 0)


def test_a_picture_that_carries_no_words_is_read_as_its_digest(
    caller: Caller, simulator: Simulator
) -> None:
    for image in (pictures.png(None), pictures.jpeg(None)):
        (line,) = caller.image(image)["words_result"]
        assert line["words"] == f"sha256:{simulator.calls[-1].sha256[:16]}"


@pytest.mark.parametrize("endpoint", ["general", "accurate", "handwriting", "numbers"])
def test_some_endpoints_tell_where_the_lines_are(caller: Caller, endpoint: str) -> None:
    answer = caller.image(SAMPLE, endpoint, "&recognize_granularity=small")
    (line,) = answer["words_result"]
    assert set(line["location"]) == {"left", "top", "width", "height"}
    assert [char["char"] for char in line["chars"]] == list("a line")


@pytest.mark.parametrize("endpoint", ["general_basic", "accurate_basic", "webimage"])
def test_the_other_endpoints_do_not(caller: Caller, endpoint: str) -> None:
    assert caller.image(SAMPLE, endpoint)["words_result"] == [{"words": "a line"}]


def test_options_add_their_fields(caller: Caller) -> None:
    options = "".join(
        f"&{option}=true"
        for option in ("detect_direction", "detect_language", "paragraph", "probability")
    )
    answer = caller.image(SAMPLE, "general", f"{options}&vertexes_location=true")
    assert (answer["direction"], answer["language"]) == (0, 3)
    assert answer["paragraphs_result"] == [{"words_result_idx": [0]}]
    (line,) = answer["words_result"]
    assert set(line["probability"]) == {"average", "min", "variance"}
    assert len(line["vertexes_location"]) == 4


@pytest.mark.parametrize(
    ("endpoint", "options"),
    [
        ("general_basic", "&detect_direction=True"),
        ("general_basic", "&detect_direction=TRUE"),
        ("general_basic", "&language_type=chn_eng"),
        ("general_basic", "&language_type=DAN"),
        ("general_basic", "&unheard_of=true"),
        ("accurate_basic", "&detect_language=true"),
        ("webimage", "&paragraph=true"),
    ],
)
def test_an_option_the_endpoint_does_not_take_is_refused(
    caller: Caller, endpoint: str, options: str
) -> None:
    assert caller.code(SAMPLE, endpoint, options) == 216101


def test_an_unescaped_plus_arrives_as_a_space(caller: Caller) -> None:
    image = pictures.jpeg("x", bytes_at_least=20_000)
    encoded = base64.b64encode(image)
    assert b"+" in encoded
    assert caller.body(b"image=" + encoded)["error_code"] == 216201


def test_escapes_may_be_of_lower_case(caller: Caller) -> None:
    encoded = base64.b64encode(pictures.jpeg("x", bytes_at_least=20_000))
    escaped = encoded.replace(b"+", b"%2b").replace(b"/", b"%2f").replace(b"=", b"%3d")
    assert caller.body(b"image=" + escaped)["words_result"] == [{"words": "x"}]


def test_another_content_type_is_refused(caller: Caller) -> None:
    body = b"image=" + base64.b64encode(SAMPLE)
    assert caller.body(body, **{"Content-Type": "multipart/form-data"})["error_code"] == 216101


def test_a_call_without_an_image_is_refused(caller: Caller) -> None:
    assert caller.body(b"paragraph=true")["error_code"] == 216101


@pytest.mark.parametrize(
    ("endpoint", "size"), [("general_basic", 5_900_000), ("accurate_basic", 7_300_000)]
)
def test_the_size_that_counts_is_that_of_the_url_encoded_image(
    caller: Caller, endpoint: str, size: int
) -> None:
    assert caller.code(pictures.jpeg("x", bytes_at_least=size), endpoint) == 216202
    assert caller.code(pictures.jpeg("x", bytes_at_least=size - 300_000), endpoint) is None


@pytest.mark.parametrize(
    ("endpoint", "size", "code"),
    [
        ("general_basic", (4096, 15), None),
        ("general_basic", (4097, 15), 216202),
        ("general_basic", (15, 4097), 216202),
        ("general_basic", (100, 14), 216202),
        ("accurate", (8192, 15), None),
        ("accurate", (8193, 15), 216202),
    ],
)
def test_sides_are_limited(
    caller: Caller, endpoint: str, size: tuple[int, int], code: int | None
) -> None:
    assert caller.code(pictures.png("x", size), endpoint) == code


def encoded(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (50, 50)).save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP"])
def test_three_formats_are_read(caller: Caller, kind: str) -> None:
    assert caller.code(encoded(kind)) is None


@pytest.mark.parametrize(
    "image",
    [
        *(encoded("GIF"), encoded("TIFF"), encoded("WEBP"), b"%PDF-1.7", b"text"),
        *(SAMPLE[:60], SAMPLE[:-30], b"\xff\xd8\xff", b"BM"),
    ],
)
def test_what_is_no_whole_picture_of_them_is_refused(caller: Caller, image: bytes) -> None:
    assert caller.code(image) == 216201


@pytest.mark.parametrize(
    "path", ["/", "/rest/2.0/ocr/v1/", "/rest/2.0/ocr/v1/idcard", "/general_basic"]
)
def test_an_unknown_method_is_refused(
    simulator: Simulator, session: requests.Session, path: str
) -> None:
    assert session.post(f"{simulator.url}{path}").json()["error_code"] == 3


def test_an_endpoint_is_posted_to(simulator: Simulator, session: requests.Session) -> None:
    url = f"{simulator.url}/rest/2.0/ocr/v1/general"
    assert session.get(url).json()["error_code"] == 3


@pytest.mark.parametrize(
    ("fields", "status", "error", "description"),
    [
        ({"client_id": "x"}, 401, "invalid_client", "unknown client id"),
        ({"client_secret": "x"}, 401, "invalid_client", "Client authentication failed"),
        ({"grant_type": "x"}, 400, "unsupported_grant_type", "The grant type is not supported"),
    ],
)
def test_a_token_is_refused_as_the_service_does(
    caller: Caller, fields: dict[str, str], status: int, error: str, description: str
) -> None:
    answer = caller.token(**fields)
    assert answer.status_code == status
    assert answer.json() == {"error": error, "error_description": description}


def test_a_token_may_be_asked_for_in_the_url(
    simulator: Simulator, session: requests.Session
) -> None:
    keys = {"client_id": simulator.api_key, "client_secret": simulator.secret_key}
    url = f"{simulator.url}/oauth/2.0/token"
    answer = session.get(url, params={"grant_type": "client_credentials", **keys}).json()
    assert "brain_all_scope" in answer["scope"].split(" ")
    assert simulator.token_queries[0]["client_secret"] == simulator.secret_key


@pytest.mark.parametrize("token", ["", "24.unknown"])
def test_an_unknown_token_is_refused(
    simulator: Simulator, session: requests.Session, token: str
) -> None:
    url = f"{simulator.url}/rest/2.0/ocr/v1/general?access_token={token}"
    assert session.post(url, data={"image": base64.b64encode(SAMPLE)}).json() == {
        "error_code": 110,
        "error_msg": "Access token invalid or no longer valid",
    }


def code_with(simulator: Simulator, session: requests.Session, key: str, query: str = "") -> Any:
    url = f"{simulator.url}/rest/2.0/ocr/v1/general{query}"
    headers = {**FORM, "Authorization": f"Bearer {key}"}
    image = {"image": base64.b64encode(SAMPLE)}
    return session.post(url, data=image, headers=headers).json().get("error_code")


def test_a_key_of_the_iam_is_taken_without_a_token_and_never_with_one(
    simulator: Simulator, session: requests.Session, caller: Caller
) -> None:
    key = simulator.iam_api_key
    assert code_with(simulator, session, key) is None
    assert code_with(simulator, session, "bce-v3/ALTAK-x/y") == 23
    assert code_with(simulator, session, key, f"?access_token={key}") == 100
    token = caller.token().json()["access_token"]
    assert code_with(simulator, session, key, f"?access_token={token}") == 100


def test_a_key_of_the_iam_is_neither_an_api_key_nor_a_token(
    simulator: Simulator, session: requests.Session, caller: Caller
) -> None:
    answer = caller.token(client_id=simulator.iam_api_key)
    assert (answer.status_code, answer.json()["error_description"]) == (401, "unknown client id")
    url = f"{simulator.url}/rest/2.0/ocr/v1/general?access_token={simulator.iam_api_key}"
    assert session.post(url, data={"image": base64.b64encode(SAMPLE)}).json()["error_code"] == 110


def test_an_expired_token_is_refused(simulator: Simulator, caller: Caller) -> None:
    simulator.token_lifetime = 0
    assert caller.code(SAMPLE) == 111


def test_calls_above_the_quota_are_refused_and_not_billed(
    simulator: Simulator, caller: Caller
) -> None:
    simulator.quota = 2
    assert [caller.code(SAMPLE) for _ in range(3)] == [None, None, 17]
    assert (simulator.billed(), simulator.billed("a line"), simulator.billed("b")) == (2, 2, 0)


def test_calls_above_the_rate_are_refused_until_the_next_second(
    simulator: Simulator, caller: Caller
) -> None:
    simulator.qps = 1
    codes: list[int | None] = []
    deadline = time.monotonic() + 10
    while codes.count(None) < 2:
        assert time.monotonic() < deadline
        codes.append(caller.code(SAMPLE))
    assert codes.count(18) > 0


def test_concurrent_calls_are_counted(simulator: Simulator) -> None:
    simulator.fault = lambda _call: Silence()

    def call(_number: int) -> Any:
        with requests.Session() as session:
            return Caller(simulator, session).code(SAMPLE)

    with ThreadPoolExecutor(12) as pool:
        answers = pool.map(call, range(12))
        simulator.wait_for(lambda: simulator.inside == 12)
        simulator.release()
        assert list(answers) == [None] * 12
    assert simulator.peak_concurrency == 12
    simulator.wait_for(lambda: simulator.inside == 0)


def test_faults_come_in_order_and_then_by_the_rule(simulator: Simulator, caller: Caller) -> None:
    simulator.next_faults.extend([ErrorCode(4), None, Delay(0.01)])
    simulator.fault = lambda call: ErrorCode(282000) if call.words == "a line" else None
    assert [caller.code(SAMPLE) for _ in range(4)] == [4, None, None, 282000]
    assert [call.code for call in simulator.calls] == [4, 0, 0, 282000]


def test_a_latency_is_kept(simulator: Simulator, caller: Caller) -> None:
    simulator.latency = 0.1
    start = time.monotonic()
    caller.code(SAMPLE)
    assert time.monotonic() - start >= 0.1


def test_a_reset_is_a_reset(simulator: Simulator) -> None:
    simulator.next_token_faults.append(Reset())
    with socket.create_connection(("127.0.0.1", simulator.port)) as connection:
        connection.sendall(b"GET /oauth/2.0/token HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(100)


def test_a_request_whose_client_dies_while_it_sends_is_never_seen(simulator: Simulator) -> None:
    path = "/rest/2.0/ocr/v1/general_basic"
    with socket.create_connection(("127.0.0.1", simulator.port)) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\nContent-Length: 100\r\n\r\nimage=".encode())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert simulator.calls == []


@pytest.mark.parametrize("fault", [Silence(), Delay(100)])
def test_closing_lets_go_of_everything_at_once(fault: Silence | Delay) -> None:
    before = threading.active_count()
    with Simulator() as simulator, ThreadPoolExecutor(4) as pool, requests.Session() as idle:
        assert Caller(simulator, idle).token().ok
        simulator.fault = lambda _call: fault

        def call(_number: int) -> Any:
            with requests.Session() as session, pytest.raises(requests.ConnectionError):
                Caller(simulator, session).code(SAMPLE)

        calls = [pool.submit(call, number) for number in range(4)]
        simulator.wait_for(lambda: simulator.inside == 4)
        start = time.monotonic()
        simulator.close()
        for one in calls:
            one.result(10)
        assert time.monotonic() - start < 5
    eventually(lambda: threading.active_count() <= before)
    assert simulator.calls == []


def test_a_service_can_come_back_at_its_port() -> None:
    with Simulator() as first:
        port = first.port
    with Simulator(port=port) as second, requests.Session() as session:
        assert second.url == first.url
        assert Caller(second, session).code(SAMPLE) is None


def test_a_bug_in_a_rule_fails_the_test_that_has_it() -> None:
    def rule(_call: object) -> None:
        raise ZeroDivisionError

    def run() -> None:
        with Simulator() as simulator, requests.Session() as session:
            simulator.fault = rule
            with pytest.raises(requests.ConnectionError):
                Caller(simulator, session).code(SAMPLE)

    with pytest.raises(ZeroDivisionError):
        run()


@pytest.mark.parametrize("size", [0, 5_000, 65_600, 1_000_000])
def test_a_padded_picture_is_a_real_picture_of_about_that_size(size: int) -> None:
    image = pictures.jpeg("x", (300, 100), bytes_at_least=size)
    assert size <= len(image) <= size + 2_000
    with Image.open(io.BytesIO(image)) as opened:
        opened.load()
        assert opened.size == (300, 100)
