"""What waits for somebody's decision: asked for by one person, granted or refused by another; read from the flow tables."""

from functools import lru_cache

from django.db.models import Q, QuerySet

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import CaseKind
from gridloop.core.cases.models import Case, Request
from gridloop.core.cases.queries import LEVEL_FIELDS, any_of
from gridloop.core.cases.requests import EXTENSION, awaits_approval, awaits_decision
from gridloop.core.cases.standing import PostsAlone
from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Person
from gridloop.core.people.queries import Hat, hats
from gridloop.core.territory import tree

MOST_COUNTED = 99
LEVELS = ("grid", "town", "county")
DECIDED_WHEN = (awaits_decision, awaits_approval)  # the rows of a flow by which somebody grants or refuses

Asked = frozenset[tuple[str, str]]  # (level of the case, the move that was asked for)


def decisions_for(person: Person) -> QuerySet[Request]:
    """What this person may grant or refuse now; never what they asked for an approval of themselves."""
    mine = any_of(of_hat(hat) for hat in hats(person))
    waiting = Request.objects.filter(mine, decided_at=None, case__open=True)
    return waiting.exclude(~Q(move=EXTENSION), asked_by=person.pk)


def count_shown(person: Person) -> str:
    """How many wait, as a tab or a wall shows it; beyond 99 it is only "many"."""
    found = len(decisions_for(person).values_list("pk")[: MOST_COUNTED + 1])
    return f"{MOST_COUNTED}+" if found > MOST_COUNTED else str(found)


def decides(person: Person) -> bool:
    """Whether anything can ever wait for this person's decision."""
    return any(asked_of(hat.role) for hat in hats(person))


def of_hat(hat: Hat) -> Q:
    """What a post decides in its area."""
    asked = asked_of(hat.role)
    if hat.area is None:
        return asked_condition(asked)
    level = LEVEL_FIELDS.get(tree.current().level(hat.area), "county")
    return asked_condition(asked) & Q(**{f"case__{level}": hat.area})


def asked_condition(asked: dict[Asked, list[str]]) -> Q:
    return any_of(
        Q(case__kind__in=names) & any_of(Q(case__level=level, move=move) for level, move in sorted(pairs))
        for pairs, names in asked.items()
    )


@lru_cache
def asked_of(role: str) -> dict[Asked, list[str]]:
    """Which moves, once asked for, this role grants; kinds with the same ones stand together. Flows do not change."""
    alike: dict[Asked, list[str]] = {}
    for kind in kinds.kinds():
        pairs = frozenset((level, move) for level in LEVELS for move in granted_by(role, kind, level))
        if pairs:
            alike.setdefault(pairs, []).append(kind.name)
    return alike


def granted_by(role: str, kind: CaseKind, level: str) -> set[str]:
    everywhere = Hat(post=0, role=role, organisation=None, area=None)
    standing = PostsAlone(Case(kind=kind.name, level=level), Actor("person"), [everywhere])
    found = {row.name for row in kind.moves if row.approval is not None and row.approval.holds(standing)}
    if any(row.when is awaits_decision and row.who.holds(standing) for row in kind.moves):
        found.add(EXTENSION)
    return found
