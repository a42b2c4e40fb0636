"""A year of matters for the demo: played through the flow's own table, with the rule choosing each specialist."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from django.utils import timezone

from gridloop.core.cases import effects as core
from gridloop.core.cases.models import Category, Party
from gridloop.core.cases.moving import Moving
from gridloop.core.cases.opening import Spot
from gridloop.core.clocks import working_time
from gridloop.core.clocks.calendar import current
from gridloop.core.clocks.working_time import moment_after
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.core.people.models import Organisation, Post
from gridloop.core.scenes.stage import Stage as Given
from gridloop.core.territory import tree
from gridloop.demo import seasons
from gridloop.demo.cast import Cast, actor
from gridloop.demo.playing import NotYet, Played, Stage
from gridloop.demo.twins import TWINS, twin_of
from gridloop.demo.writing import Writer, free_numbers
from gridloop.scenes.enterprises import effects
from gridloop.scenes.enterprises.firms.models import Firm
from gridloop.scenes.enterprises.matters import demo_words as words
from gridloop.scenes.enterprises.matters.models import Choice, Matter, month_of
from gridloop.scenes.enterprises.matters.queries import EDITION
from gridloop.scenes.enterprises.specialists import choosing
from gridloop.scenes.enterprises.specialists.models import SpecialistDuty
from gridloop.scenes.enterprises.tables.models import AgendaItem, RoundTable

YEAR = timedelta(days=365)
LEAST, MOST = (3_000, 240), (190_000, 4_738)  # cases in a year -> matters
BAD_EVERY = 280  # of those closed one in so many stays unsatisfied: 99.6 % are satisfied
PLATFORM = Actor(kind="rule", name="enterprises")
OPEN_AT = (
    "asked", "dispatched", "handling", "answered", "called", "on_table", "dispatched", "handling", "displeased", "handling",
    "rectifying", "on_table", "answered", "arbitration", "rectified", "handling", "dispatched", "on_table", "called", "question",
)  # fmt: skip


OWN_FIRM, OWN_HANDS = (
    (2, 3, 4),
    (1, 2, 6, 7, 9),
)  # of the open ones: the visitors' firm, the visitors' specialist


def matters_for(cases: int) -> int:
    """Linear between the smallest and the largest county."""
    share = (cases - LEAST[0]) / (MOST[0] - LEAST[0])
    return max(20, round(LEAST[1] + share * (MOST[1] - LEAST[1])))


@dataclass
class Kept:
    """What a played matter brings besides its case; written once the case is."""

    firm: Firm
    month: str
    choices: list[Choice] = field(default_factory=list)
    items: list[AgendaItem] = field(default_factory=list)


KEPT: dict[int, Kept] = {}  # case -> what belongs to it, while a year is played
TABLES: dict[int, RoundTable] = {}


@twin_of(effects.choose_specialist)
def choose_specialist(played: Played, moving: Moving) -> None:
    chosen: choosing.Chosen | None = getattr(played, "chosen", None)
    named, unit = moving.facts["specialist"], moving.facts["lead_unit"]
    ruled = chosen is not None and chosen.best.holder == named
    KEPT[played.case.pk].choices.append(
        Choice(
            case=played.case, specialist_id=named, organisation_id=unit, by_rule=ruled, at=moving.now,
            reasons=chosen.reasons if chosen and ruled else {},
            considered=[weighed.told() for weighed in chosen.considered] if chosen else [],
        )
    )  # fmt: skip
    moving.told |= {"by_rule": ruled, "reasons": chosen.reasons if chosen and ruled else {}}


@twin_of(effects.put_in_hand)
def put_in_hand(played: Played, moving: Moving) -> None:
    played.case.worker_id = moving.facts.get("specialist")


@twin_of(effects.let_go)
def let_go(played: Played, moving: Moving) -> None:
    played.case.worker_id = None


@twin_of(effects.back_in_hand)
def back_in_hand(played: Played, moving: Moving) -> None:
    played.case.worker_id = KEPT[played.case.pk].choices[-1].specialist_id


@twin_of(effects.call_helpers)
def call_helpers(played: Played, moving: Moving) -> None:
    known = {party.person_id for party in played.parties}
    helpers = () if not moving.facts.get("assistants") else getattr(played, "helpers", ())
    played.parties += [
        Party(case=played.case, person_id=helper, role="helper", at=moving.now)
        for helper in helpers
        if helper not in known
    ]


@twin_of(effects.judge_or_wait)
def judge_or_wait(played: Played, moving: Moving) -> None:
    if not moving.facts.get("rating"):
        return TWINS[core.await_review](played, moving)
    TWINS[core.judge](played, moving)
    played.reviews[-1].person_id, played.reviews[-1].tags = played.case.reporter_id, ["by_telephone"]
    moving.told["by_telephone"] = True
    return None


@twin_of(effects.raise_to_table)
def raise_to_table(played: Played, moving: Moving) -> None:
    KEPT[played.case.pk].items.append(
        AgendaItem(
            case=played.case, raised_at=moving.now, raised_by_id=moving.by.person, why=moving.facts["reason_code"],
            words=moving.facts["words"],
        )
    )  # fmt: skip


@twin_of(effects.decide_at_table)
def decide_at_table(played: Played, moving: Moving) -> None:
    item = KEPT[played.case.pk].items[-1]
    item.decided_at, item.unit_id, item.days = moving.now, moving.facts["lead_unit"], moving.facts["days"]
    item.decision, item.table = moving.facts["reason"], TABLES[played.case.pk]
    moving.told["table"] = item.table.pk
    for clock in played.unmet():
        if clock.name == "completion" and clock.task_id is None:
            clock.met_at, clock.paused_at = moving.now, None
    due = working_time.due(moving.now, item.days, "working_days")
    played.restart("completion", moving.now)
    clock = played.deadlines[-1]
    clock.value, clock.unit, clock.due_at = item.days, "working_days", due.at
    clock.explanation = {**due.explanation, "source": "县级会商"}


@twin_of(effects.leave_table)
def leave_table(played: Played, moving: Moving) -> None:
    for item in KEPT[played.case.pk].items:
        if item.decided_at is None:
            item.decided_at, item.closed, item.decision = moving.now, True, moving.facts.get("answer", "")


@dataclass
class Bench:
    """The specialists while a year is played: whom the rule names at a time, and who is busy until when."""

    duties: list[choosing.Duty]
    posts: dict[int, int]
    busy: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    last: dict[int, int] = field(default_factory=dict)
    given: int = 0
    fitting: dict[tuple[str, int | None], list[choosing.Duty]] = field(default_factory=dict)

    @classmethod
    def gather(cls) -> "Bench":
        rows = SpecialistDuty.objects.filter(retired_at=None).order_by("pk")  # the visitors' own first
        duties = [
            choosing.Duty(person, unit, tuple(codes), tuple(towns))
            for person, unit, codes, towns in rows.values_list("person", "organisation", "classes", "towns")
        ]
        posts = dict(Post.objects.filter(role="specialist").values_list("person", "pk"))
        return cls(duties, posts)

    def choose(
        self, code: str, town: int | None, at: datetime, without: Collection[int] = ()
    ) -> choosing.Chosen:
        if (code, town) not in self.fitting:
            self.fitting[code, town] = [weighed.duty for weighed in choosing.weigh(self.duties, code, town)]
        fitting = [
            replace(
                duty,
                open=sum(until > at for until in self.busy[duty.person]),
                last=self.last.get(duty.person, 0),
            )
            for duty in self.fitting[code, town]
        ]
        chosen = choosing.choose(fitting, code, town, without=without)
        assert chosen is not None, code
        return chosen

    def give(self, person: int, until: datetime) -> None:
        self.given += 1
        self.last[person] = self.given
        self.busy[person] = [*self.busy[person][-6:], until]

    def actor(self, person: int) -> Actor:
        return actor(person, self.posts.get(person))


class Year:
    """A year of matters in the order of their time."""

    def __init__(self, given: Given, firms: list[Firm]) -> None:
        self.random, self.now = given.random, given.now
        self.firms, self.weights = firms, list(accumulate(weight_of(firm, given.random) for firm in firms))
        self.cast, self.bench = Cast.gather(), Bench.gather()
        self.writer = Writer()
        self.stage = Stage(now=given.now, push=self.writer.push, random=given.random, ids=free_numbers())
        self.stage.organisation_of, self.stage.levels = self.cast.organisation_of, self.cast.levels
        self.categories = {
            each.code: each for each in Category.objects.filter(edition=EDITION).select_related("parent")
        }
        contacts = Post.objects.filter(role="firm_contact").values_list("organisation", "person")
        self.contact = dict(contacts)
        county = tree.current()
        self.county = next(area for area in county if county.level(area) == "county")
        self.units = dict(Organisation.objects.values_list("code", "pk"))
        self.tables = call_tables(given.now)
        self.asks = words.asks()
        self.closed = 0

    def play(self, count: int) -> list[Played]:
        moments = seasons.moments(
            count - len(OPEN_AT), self.now - YEAR, self.now - timedelta(days=12), self.random
        )
        found = [self.matter(at) for at in moments]
        for number, stop in enumerate(OPEN_AT):
            at = self.now - timedelta(hours=2 + 7 * ((number * 5) % len(OPEN_AT)) / 2)
            found.append(
                self.matter(
                    at, stop=stop, firm=self.firms[0] if number in OWN_FIRM else None, own=number in OWN_HANDS
                )
            )
        return found

    def matter(self, at: datetime, *, stop: str = "", firm: Firm | None = None, own: bool = False) -> Played:
        random = self.random
        firm = firm or random.choices(self.firms, cum_weights=self.weights)[0]
        visitor = self.bench.duties[0]
        asks = [ask for ask in self.asks if not own or ask.code in visitor.classes]
        ask = random.choices(asks, [ask.weight for ask in asks])[0]
        title, said = words.told(ask, random)
        source = random.choices(("web", "phone", "import"), (62, 28, 10))[0]
        contact = self.contact[firm.pk]
        opener = actor(contact) if source == "web" else self.room(firm.organisation.area_id)
        played = Played(
            self.stage, "matter", title=title, words=said, spot=Spot(firm.organisation.area_id or self.county, address=firm.address),
            by=opener, at=at.replace(microsecond=0), category=self.categories[ask.code], reporter=contact, source=source,
        )  # fmt: skip
        KEPT[played.case.pk] = Kept(firm, month_of(at))
        life = Life(self, played, ask, contact, stop, visitor if own else None)
        with suppress(NotYet, Stopped):
            life.live()
        if played.case.open:
            played.advance(self.now)
        self.writer.add(played)
        return played

    def room(self, area: int | None) -> Actor:
        town = tree.current().chain(area).town if area else None
        return self.cast.room(town, self.county, self.random)

    def finish(self) -> None:
        """Cases first, then what belongs to them."""
        self.writer.finish()
        rows = list(KEPT.items())
        Matter.objects.bulk_create(
            (Matter(case_id=case, firm=kept.firm, month=kept.month) for case, kept in rows), batch_size=1000
        )
        Choice.objects.bulk_create((each for _case, kept in rows for each in kept.choices), batch_size=500)
        AgendaItem.objects.bulk_create((each for _case, kept in rows for each in kept.items), batch_size=500)
        waiting = AgendaItem.objects.filter(decided_at=None).order_by("pk").values_list("pk", flat=True)[:2]
        AgendaItem.objects.filter(pk__in=list(waiting)).update(table=self.tables[-1])
        KEPT.clear()
        TABLES.clear()


def weight_of(firm: Firm, random: Random) -> float:
    """Larger firms ask more."""
    return {"micro": 0.5, "small": 1.0, "medium": 2.5, "large": 4.0}[firm.scale] * random.uniform(0.3, 2)


def call_tables(now: datetime) -> list[RoundTable]:
    """One each quarter, and one that comes."""
    today = timezone.localtime(now).date()
    made = []
    for days in (-290, -200, -110, -20, 6):
        day: date = today + timedelta(days=days)
        past = timezone.make_aware(datetime(day.year, day.month, day.day, 16, 30)) if days < 0 else None
        made.append(
            RoundTable(
                day=day, place="县行政中心 3 号楼会议室", called_at=now + timedelta(days=min(days, 0) - 5),
                closed_at=past, words="会议要求各牵头单位按期办结并向平台反馈。" if past else "",
            )
        )  # fmt: skip
    return RoundTable.objects.bulk_create(made)


class Stopped(Exception):
    """The step a story was to stop at is reached."""


@dataclass
class Life:
    """One matter, from its first word to the firm's verdict."""

    year: Year
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

    # --- the way ----------------------------------------------------------------------------------------------------

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


def closed_well(lives: list[Played]) -> Iterator[Played]:
    """Matters an answer for everybody could be made of: the first of each class that was closed as solved."""
    seen: set[str] = set()
    for played in lives:
        case = played.case
        if not case.open and case.outcome == "fixed" and case.category and case.category.code not in seen:
            seen.add(case.category.code)
            yield played
