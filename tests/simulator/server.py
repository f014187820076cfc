"""A simulator of Baidu's OCR service: a real HTTP server on loopback.

What it reads on a picture are the words the picture carries (see `tests.simulator.pictures`), else
the markers that it sees there (see `tests.simulator.markers`), and on one with neither the line
``sha256:`` with the first 16 digits of what arrived.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from tests.simulator import checks, form
from tests.simulator.facts import OPTIONS
from tests.simulator.faults import Delay, ErrorCode, Fault, Silence, next_fault
from tests.simulator.handler import Asked, Handler
from tests.simulator.holding import Holding
from tests.simulator.images import Examiner
from tests.simulator.listener import Listener
from tests.simulator.reading import success
from tests.simulator.replies import Reply, faulty, json_reply, refusal
from tests.simulator.tokens import TokenService

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from tests.simulator.call import Call

_TOKEN_PATH = "/oauth/2.0/token"
_OCR_PATH = "/rest/2.0/ocr/v1/"


class Simulator:
    """The service, for as long as the context lasts; leaving it ends everything at once.

    Args:
        api_key: The one API Key it knows.
        secret_key: The Secret Key that belongs to it.
        iam_api_key: The one key of the IAM it knows.
        port: The port to listen on at 127.0.0.1; 0 for any free port.
        certificate: A file with a certificate and its key, to speak TLS.

    Attributes:
        url: Its address.
        fault: Asked for each OCR call that none of `next_faults` is for; what it returns happens.
        next_faults: What happens to the next OCR calls, one each; None for nothing.
        next_token_faults: The same for requests of a token.
        token_lifetime: Seconds that tokens given from now on are valid.
        latency: Seconds each OCR call takes at least.
        qps: Calls in each second of the clock; those above are answered with error 18.
        quota: Billed calls; those above are answered with error 17.
        token_queries: The query of each request for a token.
        inside: How many OCR calls are in the service now.
        peak_concurrency: The most OCR calls that were in the service at once.
    """

    def __init__(
        self,
        *,
        api_key: str = "simulated-api-key",
        secret_key: str = "simulated-secret-key",
        iam_api_key: str = "bce-v3/ALTAK-simulated/0123456789abcdef0123456789abcdef01234567",
        port: int = 0,
        certificate: Path | None = None,
    ) -> None:
        self.api_key, self.secret_key = api_key, secret_key
        self.iam_api_key = iam_api_key
        self.fault: Callable[[Call], Fault | None] | None = None
        self.next_faults: deque[Fault | None] = deque()
        self.next_token_faults: deque[Fault | None] = deque()
        self.token_lifetime = 2_592_000.0
        self.latency = 0.0
        self.qps: int | None = None
        self.quota: int | None = None
        self.peak_concurrency = 0
        self.token_queries: list[Mapping[str, str]] = []
        self._tokens = TokenService(api_key, secret_key)
        self._examiner = Examiner()
        self._changed = threading.Condition()
        self._calls: list[Call] = []
        self.inside = 0
        self._billed = 0
        self._window = (0, 0)
        self._holding = Holding()
        self._listener = Listener(port, certificate, self._serve)
        self.port = self._listener.port
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
        if error is None and self._listener.errors:
            raise self._listener.errors[0]

    @property
    def calls(self) -> list[Call]:
        """Every OCR call so far whose outcome is decided."""
        with self._changed:
            return list(self._calls)

    @property
    def token_fetches(self) -> int:
        """How often a token was asked for, granted or not."""
        return len(self.token_queries)

    @property
    def connections(self) -> int:
        """How many connections were opened so far."""
        return self._listener.accepted

    @property
    def open_connections(self) -> int:
        """How many of them have not ended."""
        return self._listener.open

    def billed(self, words: str | None = None) -> int:
        """How many calls were billed: of all pictures, or of those that carry these words."""
        return sum(call.billed for call in self.calls if words is None or call.words == words)

    def revoke_tokens(self) -> None:
        """Makes every token given so far invalid."""
        self._tokens.revoke()

    def release(self) -> None:
        """Lets the calls go on that are held by a `Silence`."""
        self._holding.release()

    def wait_for(self, condition: Callable[[], bool], seconds: float = 10) -> None:
        """Waits until something is true, looking whenever a call comes or ends.

        Raises:
            TimeoutError: It did not become true.
        """
        with self._changed:
            if not self._changed.wait_for(condition, seconds):
                raise TimeoutError

    def close(self) -> None:
        """Ends every connection and thread; may be called again."""
        self._holding.close()
        self._listener.close()

    def _serve(self, connection: socket.socket) -> None:
        Handler(connection, self._reply, self._holding.wait)

    def _reply(self, asked: Asked) -> Reply:
        # Before the call can be seen inside: whoever sees it there and releases means it.
        releases = self._holding.releases
        if asked.path == _TOKEN_PATH:
            return self._token_reply(asked, releases)
        endpoint = asked.path.removeprefix(_OCR_PATH)
        if asked.path == endpoint or endpoint not in OPTIONS or asked.method != "POST":
            return refusal(3)
        with self._counted():
            return self._ocr_reply(endpoint, asked, releases)

    def _token_reply(self, asked: Asked, releases: int) -> Reply:
        self.token_queries.append(asked.query)
        fields = {name: value.decode() for name, value in form.fields(asked.body).items()}
        status, answer = self._tokens.answer({**asked.query, **fields}, self.token_lifetime)
        fault = self._past_holding(next_fault(self.next_token_faults), releases)
        return faulty(fault) or json_reply(answer, status, fault)

    def _ocr_reply(self, endpoint: str, asked: Asked, releases: int) -> Reply:
        arrived = time.monotonic()
        request = checks.request(
            endpoint,
            asked.body,
            self._examiner,
            token=asked.query.get("access_token", ""),
            bearer=asked.authorization.removeprefix("Bearer "),
            content_type=asked.content_type,
        )
        call = request.call(arrived)
        fault = self._past_holding(self._fault(call), releases)
        self._holding.wait(arrived + self.latency - time.monotonic())
        return self._outcome(request, call, fault)

    def _outcome(self, request: checks.Request, call: Call, fault: Fault | None) -> Reply:
        if reply := faulty(fault):
            self._record(replace(call, code=fault.code if isinstance(fault, ErrorCode) else 0))
            return reply
        picture = request.picture
        if (code := self._code(request)) or picture is None:
            self._record(replace(call, code=code))
            return refusal(code)
        self._record(replace(call, billed=True))
        return json_reply(success(call.endpoint, picture, call.options), fault=fault)

    def _code(self, request: checks.Request) -> int:
        return (
            self._access_code(request)
            or (0 if self._within_rate() else 18)
            or checks.code(request)
            or (0 if self._within_quota() else 17)
        )

    def _access_code(self, request: checks.Request) -> int:
        if not request.bearer:
            return self._tokens.code(request.token)
        if request.token:
            return 100  # one or the other, never both
        return 0 if request.bearer == self.iam_api_key else 23

    def _within_rate(self) -> bool:
        second = int(time.monotonic())
        with self._changed:
            calls = self._window[1] + 1 if self._window[0] == second else 1
            self._window = (second, calls)
        return self.qps is None or calls <= self.qps

    def _within_quota(self) -> bool:
        with self._changed:
            if self.quota is not None and self._billed >= self.quota:
                return False
            self._billed += 1
            return True

    def _fault(self, call: Call) -> Fault | None:
        if self.next_faults:
            return next_fault(self.next_faults)
        return self.fault(call) if self.fault else None

    def _past_holding(self, fault: Fault | None, releases: int) -> Fault | None:
        """Holds the call where the fault is to do so; returns what else is to happen."""
        if isinstance(fault, Delay):
            self._holding.wait(fault.seconds)
            return None
        if isinstance(fault, Silence):
            self._holding.wait_for_release(releases)
            return None
        return fault

    def _record(self, call: Call) -> None:
        with self._changed:
            self._calls.append(call)
            self._changed.notify_all()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._changed:
            self.inside += 1
            self.peak_concurrency = max(self.peak_concurrency, self.inside)
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self.inside -= 1
                self._changed.notify_all()
