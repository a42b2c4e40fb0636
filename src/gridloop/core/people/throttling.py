"""Slows guessing down: every failed try at a name, a phone or from an address lengthens the next wait."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import ngettext

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import SignInThrottle
from gridloop.core.people.personal_data import digest

FORGOTTEN_AFTER = datetime.timedelta(hours=24)
LONGEST_WAIT = 15 * 60  # seconds


class TooManyTries(Refusal):
    """Too many wrong tries; `seconds` says how long to wait."""

    status = 429
    code = "too_many_tries"

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        self.seconds = seconds
        super().__init__(
            ngettext(
                "Too many tries. Wait %(minutes)d minute, then try again.",
                "Too many tries. Wait %(minutes)d minutes, then try again.",
                minutes,
            )
            % {"minutes": minutes}
        )


def address_of(request: HttpRequest) -> str:
    """The network address asking; behind a proxy, what the proxy itself saw. Others may claim what they like."""
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    trusted = settings.BEHIND_PROXY and not settings.PROXY_ADDRESSES.isdisjoint({nearest, "*"})
    if trusted and (forwarded := request.headers.get("X-Forwarded-For")):
        return forwarded.rsplit(",", 1)[-1].strip()
    return nearest


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing tries are counted for; `free` tries cost nothing, then the wait doubles."""

    kind: str
    about: str
    free: int

    @property
    def key(self) -> str:
        return digest(f"{self.kind}:{self.about}")

    def wait_after(self, failures: int) -> int:
        """Seconds to wait after so many failures: 0 while free, then 2, 4, 8 ... a quarter of an hour."""
        return min(2 ** min(failures - self.free, 20), LONGEST_WAIT) if failures > self.free else 0


def handle_gate(handle: str) -> Gate:
    return Gate("handle", handle.strip().casefold(), free=4)


def person_gate(person: int) -> Gate:
    """For second factors: the password was right already."""
    return Gate("second", str(person), free=4)


def phone_gate(phone: str) -> Gate:
    return Gate("phone", phone, free=8)


def address_gate(address: str) -> Gate:
    """A whole office may share one address, so many tries are free."""
    return Gate("address", address, free=60)


def report_gate(address: str) -> Gate:
    """Reports of people nobody knows: a street in a storm may send many, a script must not."""
    return Gate("report", address, free=40)


def count_try(*gates: Gate) -> None:
    """Counts a try as failed before it is checked, so that tries side by side gain nothing."""
    for gate in gates:
        while not counted(gate):
            pass


def counted(gate: Gate) -> bool:
    """One attempt to count; False when somebody else counted at the same moment."""
    now = timezone.now()
    throttle, _made = SignInThrottle.objects.get_or_create(key=gate.key, defaults={"tried_at": now})
    if throttle.closed_until and throttle.closed_until > now:
        raise TooManyTries(int((throttle.closed_until - now).total_seconds()) + 1)
    failures = 1 if throttle.tried_at < now - FORGOTTEN_AFTER else throttle.failures + 1
    wait = gate.wait_after(failures)
    same = SignInThrottle.objects.filter(key=gate.key, failures=throttle.failures, tried_at=throttle.tried_at)
    return bool(
        same.update(
            failures=failures,
            tried_at=now,
            closed_until=now + datetime.timedelta(seconds=wait) if wait else None,
        )
    )


def forgive(*gates: Gate) -> None:
    """A right answer: the handle starts anew; an address shared by many only gets its own try back."""
    for gate in gates:
        row = SignInThrottle.objects.filter(key=gate.key)
        if gate.kind == "address":
            for failures in row.filter(failures__gt=0).values_list("failures", flat=True):
                row.filter(failures=failures).update(failures=failures - 1, closed_until=None)
        else:
            row.delete()
