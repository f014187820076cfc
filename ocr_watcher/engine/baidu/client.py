"""HTTP calls to the service: the only module that uses `requests` and catches its exceptions.

The texts of these exceptions contain the URL, and the URL contains the access token. Only the names
of their classes are passed on, and no error of this program has one of them as its cause or
context.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import requests
import urllib3
from requests.structures import CaseInsensitiveDict

from ocr_watcher.engine.baidu.transport import DeadlineAdapter, UnaskedAnswerError
from ocr_watcher.engine.loopback import is_loopback
from ocr_watcher.errors import TransientError

if TYPE_CHECKING:
    from requests import Response

    from ocr_watcher.engine.baidu.body import FormBody

LARGEST_ANSWER = 16 * 1024 * 1024
"""The most bytes of an answer; a page full of text with all options has less than a tenth."""

_BLOCK = 64 * 1024

_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "application/json",
    # An answer without compression cannot grow when it is decoded.
    "Accept-Encoding": "identity",
    "User-Agent": "ocr-watcher",
}

_FOREIGN = (OSError, urllib3.exceptions.HTTPError)
"""The exceptions that `requests` raises: its own are all `OSError`s, and it passes some of urllib3
on."""

# The first match counts: earlier classes are subclasses of later ones, or are wrapped in them.
_TROUBLES: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    (
        (UnaskedAnswerError,),
        "unasked-answer",
        "if this stays, check the proxy on the way: it answers before it is asked",
    ),
    (
        (requests.exceptions.ProxyError,),
        "proxy",
        "check HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and that the proxy lets this host through",
    ),
    (
        (requests.exceptions.SSLError,),
        "tls",
        (
            "check this machine's clock and CA certificates; where a proxy opens TLS, name its "
            "CA in REQUESTS_CA_BUNDLE"
        ),
    ),
    (
        (requests.exceptions.ConnectTimeout,),
        "unreachable",
        "check the network, the firewall and baidu.base_url",
    ),
    (
        (requests.exceptions.Timeout, urllib3.exceptions.ReadTimeoutError),
        "timeout",
        "if this stays, raise baidu.read_timeout",
    ),
    (
        (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError),
        "connection",
        "if this stays, check the network, the name service and baidu.base_url",
    ),
    (
        (Exception,),
        "http",
        "check baidu.base_url, the proxy variables, and that REQUESTS_CA_BUNDLE names a file",
    ),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer.

    Attributes:
        status: The HTTP status.
        body: The whole body.
        date: The service's time in the notation of HTTP (RFC 9110, section 6.6.1); empty if
            missing.
    """

    status: int
    body: bytes = field(repr=False)
    date: str = ""


class Client:
    """A client that posts forms to one host, over connections that are kept.

    Proxies (`HTTPS_PROXY`, `NO_PROXY` …) and the CA bundle (`REQUESTS_CA_BUNDLE`) are read from the
    environment once, and not for each call as `requests` does. No proxy is used for an address of
    this machine. Plain HTTP is allowed there, so a proxy would see the keys.

    Args:
        base_url: Scheme and host.
        connections: The number of connections to keep; as many threads may call at once.
        connect_timeout: The longest time to connect, in seconds.
        read_timeout: The longest time without data, in seconds; the whole answer may take twice
            as long.
    """

    def __init__(
        self, base_url: str, *, connections: int, connect_timeout: float, read_timeout: float
    ) -> None:
        silence_urllib3()
        self._base_url = base_url
        self._host = urlsplit(base_url).hostname or ""
        self._timeout = (connect_timeout, read_timeout)
        self._proxies = _proxies(base_url, self._host)
        self._verify = (
            os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
        )
        self._adapter = DeadlineAdapter(pool_maxsize=connections, max_retries=0)

    def post(
        self, path: str, form: FormBody | bytes, *, access_token: str = "", bearer: str = ""
    ) -> Answer:
        """Post a form.

        Args:
            path: The path of the call, from the root of the host.
            form: The encoded form. Each piece must be sent within the connect timeout. Sent as a
                whole, a large form would have to fit into that time.
            access_token: The token for the query, where the service expects it.
            bearer: The key for the header ``Authorization`` (RFC 6750, section 2.1).

        Raises:
            TransientError: There was no complete answer.
        """
        query = f"?access_token={quote(access_token, safe='')}" if access_token else ""
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        try:
            return self._exchange(_request(f"{self._base_url}{path}{query}", headers, form))
        except _FOREIGN as error:
            trouble = _translated(error, self._host)
        # Raised here, so that the exception of the library does not become its context.
        raise trouble

    def close(self) -> None:
        """Close the connections."""
        self._adapter.close()

    def _exchange(self, request: requests.PreparedRequest) -> Answer:
        # The adapter is used without a session. A session prepares each request for as much time as
        # the sending takes, keeps cookies, and follows redirects, which would send the token to
        # another host.
        with self._adapter.send(
            request,
            stream=True,
            timeout=self._timeout,
            verify=self._verify,
            proxies=self._proxies,
        ) as response:
            date = response.headers.get("Date", "")
            return Answer(status=response.status_code, body=_bounded(response), date=date)


def _proxies(base_url: str, host: str) -> dict[str, str]:
    if is_loopback(host):
        return {}
    return requests.utils.get_environ_proxies(base_url, no_proxy=None)


def silence_urllib3() -> None:
    """Keep urllib3 from logging at any level, as its lines contain URLs with the token."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "urllib3"]
    for name in names:
        logging.getLogger(name).addFilter(_no_record)


def _no_record(_record: logging.LogRecord) -> bool:
    return False


def _request(url: str, headers: dict[str, str], form: FormBody | bytes) -> requests.PreparedRequest:
    request = requests.PreparedRequest()
    request.method = "POST"
    request.url = url
    request.headers = CaseInsensitiveDict(_HEADERS | headers)
    request.prepare_body(form, files=None)
    return request


def _bounded(response: Response) -> bytes:
    body = bytearray()
    for block in response.iter_content(_BLOCK):
        body += block
        if len(body) > LARGEST_ANSWER:
            raise TransientError(
                "answer-too-large",
                f"the service's answer is larger than {LARGEST_ANSWER} bytes",
                advice="if this stays, check baidu.base_url and any proxy on the way",
            )
    return bytes(body)


def _translated(error: Exception, host: str) -> TransientError:
    chain = [error, *_wrapped(error)]
    code, advice = next(
        (code, advice)
        for kinds, code, advice in _TROUBLES
        if any(isinstance(link, kinds) for link in chain)
    )
    names = " from ".join(type(link).__name__ for link in chain)
    return TransientError(code, f"no answer from {host}: {names}", advice=advice)


def _wrapped(error: Exception) -> list[Exception]:
    """Return the exception that one of `requests` wraps, which usually says more."""
    inner = error.args[0] if error.args else None
    inner = getattr(inner, "reason", None) or inner
    return [inner] if isinstance(inner, Exception) else []
