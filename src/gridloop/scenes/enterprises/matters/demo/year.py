"""A year of matters for the demo: played through the flow's own table, with the rule choosing each specialist."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from django.utils import timezone

from gridloop.core.cases.models import Category
from gridloop.core.cases.spots import Spot
from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Organisation, Post
from gridloop.core.scenes.stage import Stage as Given
from gridloop.core.territory import tree
from gridloop.demo import seasons
from gridloop.demo.cast import Cast, actor
from gridloop.demo.playing import Played
from gridloop.demo.stage import NotYet, Stage
from gridloop.demo.writing import Writer, free_numbers, taken_numbers
from gridloop.scenes.enterprises.firms.models import Firm
from gridloop.scenes.enterprises.matters.demo import words
from gridloop.scenes.enterprises.matters.demo.bench import Bench
from gridloop.scenes.enterprises.matters.demo.lives import Life, Stopped
from gridloop.scenes.enterprises.matters.demo.twins import KEPT, TABLES, Kept
from gridloop.scenes.enterprises.matters.models import Choice, Matter, month_of
from gridloop.scenes.enterprises.matters.queries import EDITION
from gridloop.scenes.enterprises.tables.models import AgendaItem, RoundTable

YEAR = timedelta(days=365)
LEAST, MOST = (3_000, 240), (190_000, 4_738)  # cases in a year -> matters
OPEN_AT = (
    "asked", "dispatched", "handling", "answered", "called", "on_table", "dispatched", "handling", "displeased", "handling",
    "rectifying", "on_table", "answered", "arbitration", "rectified", "handling", "dispatched", "on_table", "called", "question",
)  # fmt: skip
# Of the open ones: the visitors' firm, the visitors' specialist.
OWN_FIRM, OWN_HANDS = (2, 3, 4), (1, 2, 6, 7, 9)


def matters_for(cases: int) -> int:
    """Linear between the smallest and the largest county."""
    share = (cases - LEAST[0]) / (MOST[0] - LEAST[0])
    return max(20, round(LEAST[1] + share * (MOST[1] - LEAST[1])))


class Year:
    """A year of matters in the order of their time."""

    def __init__(self, given: Given, firms: list[Firm]) -> None:
        self.random, self.now = given.random, given.now
        self.firms, self.weights = firms, list(accumulate(weight_of(firm, given.random) for firm in firms))
        self.cast, self.bench = Cast.gather(), Bench.gather()
        self.writer = Writer()
        self.stage = Stage(
            now=given.now,
            push=self.writer.push,
            random=given.random,
            ids=free_numbers(),
            numbers=taken_numbers(),
        )
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
                day=day, place="县行政中心3号楼会议室", called_at=now + timedelta(days=min(days, 0) - 5),
                closed_at=past, words="会议要求各牵头单位按期办结并向平台反馈。" if past else "",
            )
        )  # fmt: skip
    return RoundTable.objects.bulk_create(made)


def closed_well(lives: list[Played]) -> Iterator[Played]:
    """Matters an answer for everybody could be made of: the first of each class that was closed as solved."""
    seen: set[str] = set()
    for played in lives:
        case = played.case
        if not case.open and case.outcome == "fixed" and case.category and case.category.code not in seen:
            seen.add(case.category.code)
            yield played
