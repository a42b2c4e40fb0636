"""Queues of cases: which ones a person works from, filtered, and paged by key so that page 1,000 costs what page 1 does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import kinds, search
from gridloop.core.cases.deciding import decides, decisions_for
from gridloop.core.cases.flow import CaseKind, Step
from gridloop.core.cases.models import Case, Party, Task
from gridloop.core.cases.paging import Page, Stretch
from gridloop.core.cases.queries import LEVEL_FIELDS, any_of, branches_within_reach, cases_within_reach
from gridloop.core.people.models import Person
from gridloop.core.people.queries import hats
from gridloop.core.people.roles import ROLES
from gridloop.core.territory import tree

PAGE = 50
TO_DECIDE = "decide"  # the queue of what somebody asked for and another must grant or refuse
COUNTED = 1000  # beyond this a list says "1000+": counting a million rows helps nobody


@dataclass(frozen=True, slots=True)
class Queue:
    """One list a person works from; its condition is one the database can walk in order."""

    name: str
    title: str | Promise
    condition: Q
    area: int | None = None  # whose places need not be named in full


@dataclass(frozen=True, slots=True)
class Filters:
    """What a worklist is narrowed by; every field empty means everything. `state`: open, closed or all."""

    state: str = "open"
    step: str = ""
    kind: str = ""
    category: int | None = None
    unit: int | None = None
    area: int | None = None
    urgency: int | None = None
    source: str = ""
    overdue: bool = False
    supervised: bool = False
    level: str = ""
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None
    newest: bool = False

    @property
    def by_due(self) -> bool:
        """Whether the list goes by what is due next: only what is open is due, and what was searched for comes newest first."""
        return self.state == "open" and not self.words.strip() and not self.newest


def queues_of(person: Person) -> list[Queue]:
    """The queues of a person's posts: areas they watch, units they serve, and what they hold in person."""
    found: list[Queue] = []
    picture = tree.current()
    for hat in hats(person):
        role = ROLES[hat.role]
        if role.reach == "area" and hat.area is not None:
            level = LEVEL_FIELDS.get(picture.level(hat.area), "county")
            found.append(Queue(f"area-{hat.area}", picture.name(hat.area), Q(**{level: hat.area}), hat.area))
        if role.reach == "organisation" and hat.organisation is not None:
            unit = hat.organisation
            found.append(Queue(f"lead-{unit}", _("We lead"), Q(lead_unit=unit)))
            assisting = Task.objects.filter(organisation=unit, role="assist", state__in=["sent", "taken"])
            found.append(Queue(f"assist-{unit}", _("We assist"), Q(pk__in=assisting.values("case"))))
    if decides(person):
        found.append(Queue(TO_DECIDE, _("For you to decide"), Q(pk__in=decisions_for(person).values("case"))))
    found.append(Queue("mine", _("In my hands"), Q(worker=person.pk)))
    return list({queue.name: queue for queue in found}.values())


def reported_by(person: Person) -> QuerySet[Case]:
    """The cases a resident stands behind, newest first."""
    return Case.objects.filter(pk__in=Party.objects.behind().filter(person=person).values("case")).order_by(
        "-id"
    )


def waits_for(*words: str) -> Q:
    """Cases at a step from which a main move of these people leads; read from the flow tables."""
    return at_steps(
        lambda kind, step: any(
            move.weight == "main"
            and move.leads_from(step.name, open=False)
            and any(word in move.who.name for word in words)
            for move in kind.moves
        )
    )


def at_steps(holds: Callable[[CaseKind, Step], bool]) -> Q:
    """Cases at a step of which this holds; kinds with the same steps stand together, as each condition costs."""
    alike: dict[frozenset[str], list[str]] = {}
    for kind in kinds.kinds():
        steps = frozenset(step.name for step in kind.steps if holds(kind, step))
        if steps:
            alike.setdefault(steps, []).append(kind.name)
    return any_of(Q(kind__in=names, step__in=sorted(steps)) for steps, names in alike.items())


def filtered(cases: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    plain: dict[str, Any] = {
        "step": filters.step,
        "kind": filters.kind,
        "category": filters.category,
        "lead_unit": filters.unit,
        "urgency": filters.urgency,
        "source": filters.source,
        "level": filters.level,
    }
    cases = cases.filter(**{name: value for name, value in plain.items() if value not in ("", None)})
    if filters.state in ("open", "closed"):
        cases = cases.filter(open=filters.state == "open")
    if filters.overdue:
        cases = cases.filter(queue_at__lt=timezone.now())
    if filters.supervised:
        cases = cases.filter(supervised__gt=0)
    if filters.area is not None:
        level = LEVEL_FIELDS.get(tree.current().level(filters.area), "county")
        cases = cases.filter(**{level: filters.area})
    if filters.since:
        cases = cases.filter(reported_at__gte=filters.since)
    if filters.until:
        cases = cases.filter(reported_at__lt=filters.until)
    if filters.words.strip():
        cases = search.matching(cases, filters.words)
    return cases


def worklist(
    person: Person, filters: Filters, *, queue: Queue | None = None, key: str = "", size: int = PAGE
) -> Page:
    """One page: open cases by what is due next, others newest first. `key` comes from a page's `newer` or `older`."""
    searching = bool(filters.words.strip())
    stretch = Stretch.after(key, by_due=filters.by_due, size=size)
    reasons = [Case.objects.filter(queue.condition)] if queue else branches_within_reach(person)
    branches = [stretch.beyond(filtered(reason, replace(filters, words=""))) for reason in reasons]
    if not searching:
        return stretch.page(_read(stretch.first_of(branches)))
    rows = _met(branches, filters.words, stretch)
    if rows is None:
        anywhere = stretch.beyond(filtered(reasons[0] if queue else cases_within_reach(person), filters))
        rows = _read(stretch.first(Case.objects.filter(pk__in=stretch.sorted(anywhere).values("pk"))))
    return stretch.page(rows)


def count_to_limit(cases: QuerySet[Case]) -> tuple[int, bool]:
    """How many, and whether it stopped counting: (1000, True) is shown as "1000+"."""
    found = cases.order_by()[: COUNTED + 1].count()
    return min(found, COUNTED), found > COUNTED


def _met(branches: list[QuerySet[Case]], words: str, stretch: Stretch) -> list[Case] | None:
    """The rows of a search for common words, which are soon met walking on from the key; None where they are not."""
    newest = search.newest_if_common(words)
    if newest is None:
        return None
    start = stretch.key[1] if stretch.key else newest + 1
    far = search.ids_of_a_walk(branches, newest)
    above, below = (start, start + far) if stretch.up else (start - far, start)
    rows = _read(stretch.first_of([search.walked(branch, words, above, below) for branch in branches]))
    complete = len(rows) == stretch.most or (below > newest if stretch.up else above <= 0)
    return rows if complete else None


def _read(cases: QuerySet[Case]) -> list[Case]:
    return list(cases.select_related("category", "lead_unit"))
