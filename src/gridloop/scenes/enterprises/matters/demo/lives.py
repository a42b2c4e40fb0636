"""How a matter of the demo lives, from its first word to the firm's verdict."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from gridloop.core.clocks.calendar import current
from gridloop.core.clocks.working_time import moment_after
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.demo.cast import actor
from gridloop.demo.playing import Played
from gridloop.scenes.enterprises.matters.demo import words
from gridloop.scenes.enterprises.matters.demo.twins import TABLES
from gridloop.scenes.enterprises.specialists import choosing

if TYPE_CHECKING:
    from gridloop.scenes.enterprises.matters.demo.year import Year

BAD_EVERY = 280  # of those closed one in so many stays unsatisfied: 99.6 % are satisfied
PLATFORM = Actor(kind="rule", name="enterprises")


class Stopped(Exception):
    """The step a story was to stop at is reached."""


@dataclass
class Life:
    """One matter, from its first word to the firm's verdict."""

    year: "Year"
    played: Played
    ask: words.Ask
    contact: int
    stop: str
    named: choosing.Duty | None = None  # a person chose this specialist
    t: datetime = field(init=False)
    specialist: int = 0

    def __post_init__(self) -> None:
        self.random, self.case = self.year.random, self.played.case
        self.t = self.case.reported_at

    def office(self, hours: float) -> None:
        if self.stop:
            self.t += timedelta(minutes=self.random.uniform(2, 9))
            return
        self.t = moment_after(
            self.t, self.random.lognormvariate(-0.3, 0.6) * hours, "working_hours", current()
        )

    def move(self, name: str, by: Actor, **facts: Any) -> None:
        self.played.move(name, self.t, by, **facts)
        self.t = self.played.last
        if self.stop and self.case.step == self.stop:
            raise Stopped

    @property
    def room(self) -> Actor:
        return self.year.cast.room(self.case.town_id, self.case.county_id or 0, self.random)

    @property
    def handler(self) -> Actor:
        return self.year.bench.actor(self.specialist)

    @property
    def firm(self) -> Actor:
        return actor(self.contact)

    def chance(self, share: float) -> bool:
        return not self.stop and self.random.random() < share

    def live(self) -> None:
        if self.stop == "asked":
            raise Stopped
        self.give(PLATFORM, "dispatch", wait=timedelta(seconds=3))
        if self.stop == "arbitration" or self.chance(0.04):
            self.return_it()
        self.office(2.5)
        self.move("take", self.handler)
        if self.stop == "on_table" or self.chance(0.012):
            self.table()
        if self.stop == "question" or self.chance(0.03):
            self.question()
        if self.chance(0.05):
            self.extend()
        self.answer()
        self.judge()

    def give(
        self,
        by: Actor,
        name: str,
        *,
        wait: timedelta = timedelta(0),
        without: Collection[int] = (),
        **facts: Any,
    ) -> None:
        self.t += wait
        chosen = self.year.bench.choose(self.ask.code, self.case.town_id, self.t, without)
        self.specialist = self.named.person if self.named else chosen.best.holder
        unit = self.named.organisation if self.named else chosen.best.duty.organisation
        self.year.bench.give(self.specialist, self.t + timedelta(days=4))
        self.played.chosen = chosen  # type: ignore[attr-defined]
        self.move(name, by, specialist=self.specialist, lead_unit=unit, **facts)

    def return_it(self) -> None:
        back: set[int] = set()
        for _time in range(3 if self.stop == "arbitration" else 1):
            self.office(2)
            back.add(self.case.lead_unit_id or 0)
            self.move(
                "return", self.handler, reason_code="not_ours", reason=self.random.choice(words.RETURNS)
            )
            self.office(1)
            try:
                self.give(self.room, "dispatch", without=back)
            except AssertionError:
                self.give(self.room, "dispatch")

    def table(self) -> None:
        self.office(6)
        reason = self.random.choice(("departments", "policy", "land", "money"))
        soon = self.t + timedelta(days=35)
        past = [table for table in self.year.tables if table.closed_at and self.t < table.closed_at < soon]
        if not self.stop and not past:
            return
        self.move("raise", self.handler, reason_code=reason, words=self.random.choice(words.RAISED))
        table = past[0]
        TABLES[self.case.pk] = table
        self.t = (table.closed_at or self.t) - timedelta(minutes=self.random.randint(10, 90))
        centre = self.year.cast.room(None, self.year.county, self.random, level="county")
        self.give(
            centre, "decide", days=self.random.choice((5, 10, 15)), reason=self.random.choice(words.DECISIONS)
        )
        self.office(3)
        self.move("take", self.handler)

    def question(self) -> None:
        self.office(2)
        self.move("ask", self.handler, words="请补充最近一期财务报表或合同复印件。")
        if self.stop == "question":
            raise Stopped
        self.office(8)
        self.move("answer", self.firm, words="材料已上传，请查收。")

    def extend(self) -> None:
        clock = self.played.running("completion")
        if clock is None or clock.due_at is None or clock.due_at - self.t < timedelta(hours=4):
            return
        self.t += (clock.due_at - self.t) * self.random.uniform(0.3, 0.7)
        self.move(
            "extend", self.handler, days=self.random.choice((3, 5)), reason="需上级部门批复，申请延长。"
        )
        self.office(1)
        self.move("grant_extension", self.room)

    def answer(self) -> None:
        self.office(self.random.choice((6, 12, 20, 28)) if self.random.random() < 0.96 else 75)
        self.move(
            "complete",
            self.handler,
            account=self.random.choice(words.ACCOUNTS),
            answer=words.answered(self.ask, self.random),
        )

    def judge(self) -> None:
        """Called back by the platform, judged on the telephone or on the page; now and then badly."""
        year = self.year
        year.closed += not self.stop
        bad = self.stop in ("displeased", "rectifying", "rectified") or (
            not self.stop and year.closed % 60 == 30
        )
        stays_bad = not self.stop and year.closed % BAD_EVERY == BAD_EVERY - 1
        stars = 2 if bad or stays_bad else self.random.choices((3, 4, 5), (3, 22, 75))[0]
        self.office(5)
        if self.stop == "called" or self.random.random() < 0.42:
            reached = self.random.random() < 0.9
            account = self.random.choice(words.CALLS if reached else words.UNREACHED)
            self.move(
                "call_firm", self.room, reached="reached" if reached else "unreachable", account=account
            )
            if self.chance(0.06):
                self.t = self.played.last + timedelta(days=7)
                return self.move("review_over", SYSTEM)
            self.office(10)
            self.review(stars)
        elif bad or stays_bad or self.random.random() < 0.3:
            self.review(stars)
        else:
            self.move(
                "call_firm",
                self.room,
                reached="reached",
                account=self.random.choice(words.CALLS),
                rating=stars,
            )
        if bad or stays_bad:
            self.put_right(stays_bad)
        return None

    def review(self, stars: int) -> None:
        said = self.random.choice(words.BLAME if stars < 3 else words.PRAISE)
        self.move("review", self.firm, rating=stars, words=said)

    def put_right(self, stays_bad: bool) -> None:
        self.office(4)
        if stays_bad:
            return self.move(
                "explain",
                self.room,
                reason_code="not_justified",
                account="已说明政策依据，企业表示理解但未改评价。",
            )
        self.move("call_back", self.room, account="回访属实，责成专员整改。")
        self.office(16)
        self.move(
            "rectify", self.handler, account="重新对接并办结。", answer=words.answered(self.ask, self.random)
        )
        self.office(8)
        return self.review(self.random.choice((4, 5)))
