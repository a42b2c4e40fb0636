"""Tables that change a few times a year, kept in every process and exchanged soon after somebody edits them.

Whoever edits writes a new token into `Edition`, in the same transaction. Other processes look at the token at most
every few seconds; this process forgets at once. No row means: nobody has edited what gridloop ships.
"""

import logging
import secrets
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import DatabaseError, transaction

from gridloop.core.clocks.models import Edition

Kept = TypeVar("Kept")
CHECK_SECONDS = 2.0
logger = logging.getLogger(__name__)


class Shelf(Generic[Kept]):
    """One kept value: as shipped until the county edits it, then as loaded for the newest edition."""

    everyone: "list[Shelf]" = []

    def __init__(self, name: str, shipped: Callable[[], Kept], load: Callable[[str], Kept]) -> None:
        self.name, self.shipped, self.load = name, shipped, load
        self.token: str | None = None
        self.value: Kept | None = None
        self.look_again = 0.0
        Shelf.everyone.append(self)

    def current(self) -> Kept:
        """The value; when the database is away, the last one known: a clock never fails for its calendar."""
        never_looked = self.value is None and self.token is None  # None may be the value: no classifier yet
        if never_looked or time.monotonic() >= self.look_again:
            try:
                self.look()
            except DatabaseError:
                logger.warning("the edition of %s could not be read; the last known one stays", self.name)
                self.value = self.shipped() if self.value is None else self.value
            self.look_again = time.monotonic() + CHECK_SECONDS
        return self.value  # type: ignore[return-value]

    def look(self) -> None:
        token = Edition.objects.filter(name=self.name).values_list("token", flat=True).first() or ""
        if self.value is None or token != self.token:
            self.value = self.load(token) if token else self.shipped()
            self.token = token

    def forget(self) -> None:
        """Read again at the next use."""
        self.look_again = 0.0

    def renew(self) -> None:
        """Say, inside the editing transaction, that the table has changed."""
        token = secrets.token_hex(8)
        Edition.objects.update_or_create(name=self.name, defaults={"token": token})
        self.forget()
        transaction.on_commit(self.forget)


def keep_shipped() -> None:
    """Start from what gridloop ships without asking the database (a fresh test, a tool without one)."""
    for shelf in Shelf.everyone:
        # Nothing is shipped: it stands in the database alone.
        if shelf.shipped is shelf.load:  # type: ignore[comparison-overlap]
            shelf.forget()
            continue
        shelf.value, shelf.token, shelf.look_again = shelf.shipped(), "", time.monotonic() + 3600
