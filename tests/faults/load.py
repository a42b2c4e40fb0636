"""People at work while processes die: residents who report until they are thanked, rooms that accept what came in."""

import http.client
import queue
import random
import threading
import time
import uuid
from typing import Any

from tests.faults.visitor import Visitor

BROKEN = (OSError, http.client.HTTPException)


class Load:
    """Everything that was sent, and everything that was acknowledged."""

    def __init__(self, seeded: dict[str, Any], ports: list[int]) -> None:
        self.seeded, self.ports = seeded, ports
        self.stop = threading.Event()
        self.reports: dict[str, str] = {}  # key -> number, acknowledged
        self.moves: set[str] = set()  # numbers whose acceptance was acknowledged
        self.sent: set[str] = set()
        self.statuses: dict[int, int] = {}
        self.visitors: list[Visitor] = []
        self.arrived: queue.Queue[str] = queue.Queue()
        self.people = [
            threading.Thread(target=self.report, args=(s,), daemon=True) for s in seeded["residents"]
        ]
        self.people += [threading.Thread(target=self.accept, args=(s,), daemon=True) for s in seeded["rooms"]]

    def __enter__(self) -> "Load":
        for person in self.people:
            person.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        for person in self.people:
            person.join(timeout=60)
        for visitor in self.visitors:
            visitor.hang_up()

    def visitor(self, session: str) -> Visitor:
        visitor = Visitor(random.choice(self.ports), session=session)
        self.visitors.append(visitor)
        return visitor

    def note(self, status: int) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + 1

    def report(self, session: str) -> None:
        longitude, latitude = self.seeded["point"]
        visitor = self.visitor(session)
        while not self.stop.is_set():
            key = str(uuid.uuid4())
            self.sent.add(key)
            fields = {
                "words": f"小区门口垃圾没人收 {key[:6]}", "key": key, "reach": "phone", "public": "on",
                "place_longitude": longitude, "place_latitude": latitude,
            }  # fmt: skip
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:  # the same key until it is acknowledged
                try:
                    status, _text, headers = visitor.post("/report/", fields)
                except BROKEN:
                    time.sleep(0.1)
                    visitor = self.visitor(session)
                    continue
                self.note(status)
                if status == 302:
                    self.reports[key] = headers["Location"].strip("/").split("/")[-1]
                    self.arrived.put(self.reports[key])
                    break
                time.sleep(0.1)
            time.sleep(0.2)  # faster than that, what is to be told afterwards is measured, not what is lost

    def accept(self, session: str) -> None:
        visitor = self.visitor(session)
        while not self.stop.is_set():
            try:
                number = self.arrived.get(timeout=0.2)
            except queue.Empty:
                continue
            if random.random() < 0.4:  # some are left lying, so that their clocks ring
                continue
            try:
                status, _text, _headers = visitor.post(f"/desk/case/{number}/accept/", {"accept-turn": 0})
            except BROKEN:
                self.arrived.put(number)
                visitor = self.visitor(session)
                continue
            self.note(status)
            if status == 302:
                self.moves.add(number)
            elif status >= 500:
                self.arrived.put(number)
