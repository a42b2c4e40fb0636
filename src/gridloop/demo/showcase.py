"""Open cases at every step of the flow, in the neighbourhood of the accounts visitors sign in with."""

from datetime import timedelta

from gridloop.demo.history import History
from gridloop.demo.wording import matters

# Where a case stops, its class (None: one of the enforcement bureau's), how many.
STOPS: tuple[tuple[str, str, int], ...] = (
    ("reported", "0102", 4), ("reported", "0503", 2), ("own", "0708", 4), ("own", "0601", 2), ("hand_up", "0301", 3), ("accept", "0504", 3),
    ("dispatch", "0503", 4), ("dispatch", "0301", 3), ("return", "0203", 2), ("arbitration", "0109", 2), ("take", "0501", 4),
    ("take", "0101", 3), ("suspend", "0101", 2), ("extend", "0301", 2), ("close_unresolved", "0501", 1), ("assist", "0506", 2), ("ask", "0201", 2), ("fix", "0202", 3),
    ("done", "0503", 4), ("verified", "0107", 3), ("callback", "0301", 2), ("rectifying", "0112", 2), ("rectified", "0508", 2),
    ("rework", "0103", 2), ("transfer_out", "0702", 1),
)  # fmt: skip


def queue_showcase(history: History) -> None:
    """All in the first community; dispatched ones lie with the bureau of the demo's handler."""
    random, table = history.random, matters()
    first = history.county.grounds[0]
    near = [ground for ground in history.county.grounds if ground.community == first.community]
    town = [ground for ground in history.county.grounds if ground.town == first.town]
    enforcement = history.cast.units["bureau-enforcement"]
    resident = history.cast.residents[0]
    for stop, code, count in STOPS:
        for number in range(count):
            ground = first if number == 0 else random.choice(near if number % 2 else town)
            late = number == count - 1 and count > 2
            hours = random.uniform(60, 150) if late else random.uniform(9, 30)
            source = (
                "web"
                if stop in ("ask", "callback", "rectifying", "rectified", "verified") or number % 3
                else "field"
            )
            report = history.report(history.now - timedelta(hours=hours), table[code], ground, source=source)
            report.stop_at, report.hurried, report.unit = stop, True, enforcement
            if source == "web" and number == 0:
                report.reporter, report.anonymous = resident, False
            history.queue(report)
