"""A service whose clock is ten minutes late."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GRANT = json.dumps({"access_token": "24." + "a" * 64, "expires_in": 2592000}).encode()


class Late(BaseHTTPRequestHandler):
    """Gives a token whatever is asked, at the time of ten minutes ago."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response_only(200)
        self.send_header("Date", formatdate(time.time() - 600, usegmt=True))
        self.send_header("Content-Length", str(len(GRANT)))
        self.end_headers()
        self.wfile.write(GRANT)

    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def late_service() -> Iterator[str]:
    """Starts such a service, and gives its address."""
    with HTTPServer(("127.0.0.1", 0), Late) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
