"""A story of the demo: one case with the people around it, and the hours at which they do something."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from gridloop.core.clocks.calendar import current
from gridloop.core.clocks.working_time import moment_after
from gridloop.core.journal.actor import Actor
from gridloop.demo import wording
from gridloop.demo.cast import Cast, actor
from gridloop.demo.ground import Ground
from gridloop.demo.playing import Played
from gridloop.demo.wording import Matter

DAY = timedelta(days=1)


@dataclass
class Pictures:
    """Drawn pictures to show: by what they show."""

    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


class Target(Exception):
    """The step a story was to stop at is reached."""


@dataclass
class Story:
    """One case with the people around it; `stop_at` lets it end early, for queues that must not be empty."""

    played: Played
    matter: Matter
    ground: Ground
    cast: Cast
    random: Random
    pictures: Pictures
    automatic: tuple[int, int] | None = None  # (rule, unit) of an automatic rule that fired
    fold: tuple[datetime, int] | None = None  # when, and into which case
    stop_at: str = ""
    unit: int | None = None
    hurried: bool = False  # everything within minutes, whatever the hour
    t: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.t = self.played.case.reported_at
        self.case = self.played.case
        self.urgent = self.case.urgency <= 2 or self.matter.code.startswith("04")

    def later(self, minutes: float) -> None:
        """After about so many minutes, while people are awake."""
        self.t += timedelta(minutes=self.random.expovariate(1 / minutes) + 1)
        if not (self.urgent or self.hurried):
            self.t = awake(self.t, self.random)

    def office(self, hours: float) -> None:
        """After about so many working hours."""
        if self.hurried or self.urgent:
            return self.later(hours * 25)
        self.t = moment_after(
            self.t, self.random.lognormvariate(-0.3, 0.7) * hours, "working_hours", current()
        )
        return None

    def chance(self, share: float) -> bool:
        return not self.stop_at and self.random.random() < share

    def move(self, name: str, by: Actor, **facts: Any) -> None:
        self.played.move(name, self.t, by, **facts)
        self.t = self.played.last
        if self.stop_at == name:
            raise Target

    @property
    def room(self) -> Actor:
        return self.cast.room(self.case.town_id, self.case.county_id or 0, self.random, level=self.case.level)

    @property
    def approver(self) -> Actor:
        """Who approves what the room asks for: the town's leader, or the county's."""
        leaders = self.cast.leaders
        return self.random.choice(leaders.get(self.case.town_id or 0) or leaders[self.case.county_id or 0])

    @property
    def worker(self) -> Actor:
        return self.cast.worker(self.ground.grid, self.random) or self.room

    @property
    def checker(self) -> Actor:
        """Somebody else than who handled it: the community's clerk, or the room."""
        return (
            self.random.random() < 0.6 and self.cast.clerk(self.case.community_id, self.random)
        ) or self.room

    @property
    def reporter(self) -> Actor | None:
        if self.case.reporter_id:
            return actor(self.case.reporter_id)
        return Actor("token", name=f"case:{self.case.pk}") if self.case.tracking_digest else None

    def say(self, *choices: str) -> str:
        return wording.filled(self.random.choice(choices), self.random)

    def picture(self, which: str) -> list[int]:
        return [self.random.choice(getattr(self.pictures, which))]


def awake(at: datetime, random: Random) -> datetime:
    """The same moment, or the next morning when people sleep."""
    local = timezone.localtime(at)
    if 7 <= local.hour < 21:
        return at
    morning = local.replace(hour=7, minute=30, second=0, microsecond=0) + timedelta(
        minutes=random.expovariate(1 / 70)
    )
    return morning + DAY if local.hour >= 21 else morning
