"""A year of the county from a seed: who reports what, when and where, and what becomes of it."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from django.utils import timezone

from gridloop.core.cases.models import Category, Link
from gridloop.core.cases.spots import Spot
from gridloop.core.dispatch import rulebook
from gridloop.core.dispatch.admission import is_admitted
from gridloop.core.dispatch.models import Firing
from gridloop.core.dispatch.rules import Matter as RuleMatter
from gridloop.core.dispatch.rules import first_that_fires
from gridloop.core.journal.actor import Actor
from gridloop.core.territory import tree
from gridloop.demo import seasons
from gridloop.demo.cast import Cast, actor
from gridloop.demo.ground import County, Ground
from gridloop.demo.lives import Life
from gridloop.demo.playing import Played
from gridloop.demo.stage import Stage
from gridloop.demo.story import Pictures
from gridloop.demo.voices import fold_voice, join_in
from gridloop.demo.wording import Matter, Told, compose, matters
from gridloop.demo.writing import Writer, free_numbers, taken_numbers

YEAR = timedelta(days=365)
SOURCES, SHARES = ("web", "phone", "field"), (46, 14, 40)


@dataclass
class Report:
    """One report to come: everything but what becomes of it."""

    at: datetime
    matter: Matter
    ground: Ground
    source: str
    told: Told
    spot: Spot
    reporter: int | None = None
    anonymous: bool = False
    stop_at: str = ""
    hurried: bool = False
    unit: int | None = None
    joined: tuple[tuple[datetime, int], ...] = ()  # me-too
    followers: tuple["Report", ...] = ()  # the same matter, told by others later
    leader: Played | None = None
    folded_at: datetime | None = None


class History:
    """Plays reports in the order of their time; the same seed gives the same year."""

    def __init__(
        self,
        *,
        now: datetime,
        seed: int,
        pictures: Pictures,
        progress: Callable[[int], None] = lambda cases: None,
    ) -> None:
        self.now, self.random, self.pictures = now, Random(seed), pictures
        self.cast, self.county = Cast.gather(), County()
        self.writer = Writer(progress)
        self.stage = Stage(
            now=now,
            push=self.push,
            random=self.random,
            ids=free_numbers(),
            numbers=taken_numbers(),
        )
        self.stage.organisation_of, self.stage.levels = self.cast.organisation_of, self.cast.levels
        self.categories = {
            category.code: category
            for category in Category.objects.filter(edition="county-1").select_related("parent")
        }
        self.rules = rulebook.RULES.current()
        self.admitted = {
            code: is_admitted(category, frozenset()) for code, category in self.categories.items()
        }
        self.choices: dict[tuple[str, date], tuple[list[Matter], list[float]]] = {}
        self.reports: list[tuple[datetime, int, Report]] = []
        self.queued = 0
        self.played: Callable[[Life], None] = lambda life: None

    def push(self, entry: object) -> None:
        self.writer.push(entry)  # type: ignore[arg-type]

    # --- reports --------------------------------------------------------------------------------------------------

    def queue(self, report: Report) -> None:
        self.queued += 1
        heapq.heappush(self.reports, (report.at, self.queued, report))

    def everyday(self, count: int, *, since: datetime | None = None) -> Iterator[Report]:
        """Reports of everyday life, in order."""
        for at in seasons.moments(count, since or self.now - YEAR, self.now, self.random):
            ground = self.county.draw(self.random)
            yield self.report(at, self.matter_on(timezone.localtime(at).date(), ground), ground)

    def matter_on(self, day: date, ground: Ground) -> Matter:
        key = (ground.kind, day)
        if key not in self.choices:
            fitting = [matter for matter in matters().values() if ground.kind in matter.kinds]
            self.choices[key] = (
                fitting,
                list(accumulate(m.weight * seasons.factor(m.season, day) for m in fitting)),
            )
        found, weights = self.choices[key]
        return self.random.choices(found, cum_weights=weights)[0]

    def report(
        self,
        at: datetime,
        matter: Matter,
        ground: Ground,
        *,
        source: str = "",
        place: str = "",
        told: Told | None = None,
    ) -> Report:
        random = self.random
        source = source or random.choices(SOURCES, SHARES)[0]
        if source == "field" and matter.own == 0 and random.random() < 0.5:
            source = "web"
        place = place or ground.place(random)
        told = told or compose(random, matter, place, source, timezone.localtime(at).month)
        return Report(
            at, matter, ground, source, told, ground.spot(random, place),
            reporter=None if source == "field" else random.choice(self.cast.residents),
            anonymous=source == "web" and random.random() < 0.12,
        )  # fmt: skip

    # --- playing --------------------------------------------------------------------------------------------------

    def play(self, everyday: Iterator[Report]) -> None:
        """Everyday reports and the queued ones, as time goes."""
        upcoming = next(everyday, None)
        while upcoming is not None or self.reports:
            if self.reports and (upcoming is None or self.reports[0][0] < upcoming.at):
                report = heapq.heappop(self.reports)[2]
            else:
                assert upcoming is not None
                report, upcoming = upcoming, next(everyday, None)
            if report.at >= self.now:
                continue
            self.writer.flush_until(report.at)
            self.live(report)
        self.writer.finish()

    def live(self, report: Report) -> None:
        """Taken in as intake would (rules, admission), then lived."""
        random, matter = self.random, report.matter
        category = self.categories[matter.code]
        firing = self.firing_for(report, category)
        rule = firing.rule if firing else None
        level = (rule.level if rule else "") or ("" if self.admitted[matter.code] else "town")
        code = "DEMO" if report.reporter is None and report.source == "web" else ""
        photos = (random.choice(self.pictures.before),) if random.random() < 0.12 else ()
        played = Played(
            self.stage, "report", title=report.told.title, words=report.told.words, spot=report.spot, by=self.opener(report),
            at=report.at.replace(microsecond=0), category=category, urgency=min(3, rule.urgency) if rule and rule.urgency else 3,
            reporter=report.reporter, anonymous=report.anonymous, tracking_code=code, source=report.source,
            public=report.source == "web" and random.random() < 0.6, photos=photos, level=level,
        )  # fmt: skip
        if firing:
            firing.case, firing.at = played.case, played.case.reported_at
            self.writer.firings.append(firing)
        automatic = (
            (rule.pk, rule.organisation_id) if rule and rule.automatic and rule.organisation_id else None
        )
        life = Life(played, matter, report.ground, self.cast, random, self.pictures, automatic, self.fold_of(report), report.stop_at,
                    report.unit, report.hurried)  # fmt: skip
        if report.stop_at and report.stop_at != "reported":
            life.automatic = None
        self.follow(report, played)
        life.live()
        self.played(life)
        self.writer.add(played)
        if played.case.duplicate_of_id:
            self.writer.links.append(
                Link(one=played.case, other_id=played.case.duplicate_of_id, relation="duplicate")
            )

    def opener(self, report: Report) -> Actor:
        if report.source == "field":
            return self.cast.worker(report.ground.grid, self.random) or actor(self.cast.residents[0])
        if report.source == "phone":
            return self.cast.room(report.ground.town, self.county.county, self.random)
        return actor(report.reporter) if report.reporter else Actor("person")

    def firing_for(self, report: Report, category: Category) -> Firing | None:
        areas = frozenset(
            area for area in (*tree.current().chain(report.spot.area), report.spot.area) if area
        )
        matter = RuleMatter(
            "report",
            category.code,
            areas,
            report.source,
            f"{report.told.title}\n{report.told.words}",
            3,
            report.at,
        )
        outcome = first_that_fires(self.rules, matter)
        return (
            Firing(rule=outcome.rule, reasons=[reason.as_json() for reason in outcome.reasons])
            if outcome.rule
            else None
        )

    def follow(self, report: Report, played: Played) -> None:
        """What others will add to this case: voices, and reports of the same that are folded into it."""
        for at, person in report.joined:
            played.awaited.append((at, join_in(played, person)))
        for follower in report.followers:
            self.queue(follower)
            if follower.folded_at is not None:
                played.awaited.append((follower.folded_at, self.folding(played, follower)))
        played.awaited.sort(key=lambda pair: pair[0])

    def folding(self, played: Played, follower: Report) -> Callable[[datetime], None]:
        take = fold_voice(played, follower.reporter)

        def fold(at: datetime) -> None:
            follower.leader = played
            take(at)

        return fold

    def fold_of(self, report: Report) -> tuple[datetime, int] | None:
        return (report.folded_at, report.leader.case.pk) if report.leader and report.folded_at else None
