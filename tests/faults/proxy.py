"""A line to the database that can be cut and mended, so that the database seems to go away and come back."""

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class Line:
    """Forwards a port of its own to a server while `open`; cutting closes every connection that goes through."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self.target = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self.listener = socket.create_server(("127.0.0.1", 0))
        port = self.listener.getsockname()[1]
        self.address = f"{parts.scheme}://{parts.username}@127.0.0.1:{port}{parts.path}"
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        self.open, self.ended = True, False
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while not self.ended:
            try:
                caller, _address = self.listener.accept()
            except OSError:
                return
            if not self.open:
                caller.close()
                continue
            server = socket.create_connection(self.target)
            self.pairs.append((caller, server))
            for one, other in ((caller, server), (server, caller)):
                threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    def carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        self.open = False
        for pair in self.pairs:
            for one in pair:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.open = True

    def end(self) -> None:
        self.ended = True
        self.cut()
        self.listener.close()
        for pair in self.pairs:
            for one in pair:
                one.close()
