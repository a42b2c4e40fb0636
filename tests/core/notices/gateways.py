"""A real HTTP server on the loopback that plays a gateway: it keeps what it was sent and answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request as it arrived."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    content: bytes

    def json(self) -> dict[str, Any]:
        return json.loads(self.content)


@dataclass
class Gateway:
    """What was asked, and what is answered: the next of `answers`, or else `answer`."""

    address: str
    asked: list[Asked] = field(default_factory=list)
    answer: tuple[int, Any, dict[str, str]] = (200, {"errcode": 0, "code": 0}, {})
    answers: list[tuple[int, Any, dict[str, str]]] = field(default_factory=list)
    slow: float = 0.0


@contextmanager
def a_gateway() -> Iterator[Gateway]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            gateway.asked.append(
                Asked(
                    parts.path,
                    parse_qs(parts.query),
                    {k.lower(): v for k, v in self.headers.items()},
                    content,
                )
            )
            sleep(gateway.slow)
            status, body, headers = gateway.answers.pop(0) if gateway.answers else gateway.answer
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    gateway = Gateway(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
