"""Who a person is today: hats, reach and abilities; who holds a post where; and who looked at whom."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Delegation, Organisation, Person, Post
from gridloop.core.people.roles import ROLES
from gridloop.core.territory import tree


@dataclass(frozen=True, slots=True)
class Hat:
    """One post a person acts in today, by ids; `on_behalf_of` is the holder when it is a delegated one."""

    post: int
    role: str
    organisation: int | None
    area: int | None
    on_behalf_of: int | None = None

    def may(self, ability: str) -> bool:
        return self.role in ROLES and ability in ROLES[self.role].may

    def is_staff(self) -> bool:
        """Whether it is work for the county, not the post of somebody the county works for."""
        return self.role not in ROLES or ROLES[self.role].staff

    def reaches(self) -> Literal["area", "organisation", "none"]:
        return ROLES[self.role].reach if self.role in ROLES else "none"

    def covers(self, area: int | None) -> bool:
        """Whether this hat counts in the area: an area role only inside its own."""
        if area is None:
            return True
        if self.area is None:
            return self.reaches() != "area"
        pictured = tree.current()
        return area in pictured and self.area in pictured and pictured.is_within(area, self.area)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a person may see: areas (all of them, and their `roots`), organisations, and what is their own."""

    areas: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()
    person: int | None = None
    roots: frozenset[int] = frozenset()


NO_REACH = Reach()


def current_posts(day: date | None = None) -> QuerySet[Post]:
    """The posts that count on a day (today), of people who are active."""
    day = day or timezone.localdate()
    return Post.objects.filter(in_force(day), person__is_active=True)


def in_force(day: date, prefix: str = "") -> Q:
    """The condition "since <= day <= until" (both may be open), for posts reached through `prefix`."""
    since, until = f"{prefix}since", f"{prefix}until"
    begun = Q(**{f"{since}__isnull": True}) | Q(**{f"{since}__lte": day})
    return begun & (Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gte": day}))


def current_delegations() -> QuerySet[Delegation]:
    """The delegations that count now: within their dates, not withdrawn, of a post that still counts."""
    now = timezone.now()
    return Delegation.objects.filter(
        in_force(timezone.localdate(), "post__"),
        since__lte=now,
        until__gt=now,
        withdrawn_at=None,
        post__person__is_active=True,
    )


def hats(person: Person) -> list[Hat]:
    """The posts the person acts in today, own and delegated; one query, remembered on the object."""
    if person.pk is None or not person.is_active:
        return []
    kept: list[Hat] | None = getattr(person, "_hats", None)
    if kept is None:
        kept = read_hats(person.pk)
        setattr(person, "_hats", kept)  # noqa: B010  a plain assignment would need the field declared
    return kept


# The same as `current_posts` and `current_delegations`, in plain SQL: every request of staff asks it.
WORN = """
SELECT post.id, post.role, post.organisation_id, post.area_id, NULL AS holder
FROM people_post post JOIN people_person person ON person.id = post.person_id
WHERE post.person_id = %(person)s AND person.is_active
  AND (post.since IS NULL OR post.since <= %(day)s) AND (post.until IS NULL OR post.until >= %(day)s)
UNION
SELECT post.id, post.role, post.organisation_id, post.area_id, post.person_id
FROM people_delegation lent JOIN people_post post ON post.id = lent.post_id
JOIN people_person person ON person.id = post.person_id
WHERE lent.stand_in_id = %(person)s AND lent.since <= %(now)s AND lent.until > %(now)s AND lent.withdrawn_at IS NULL
  AND person.is_active
  AND (post.since IS NULL OR post.since <= %(day)s) AND (post.until IS NULL OR post.until >= %(day)s)
"""


def staff_hats(person: Person) -> list[Hat]:
    """Those hats that make somebody staff."""
    return [hat for hat in hats(person) if hat.is_staff()]


def read_hats(person: int) -> list[Hat]:
    now = timezone.now()
    day = connection.ops.adapt_datefield_value(timezone.localdate(now))
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(WORN, {"person": person, "day": day, "now": at})
        worn = [Hat(*row) for row in cursor.fetchall()]
    return sorted(worn, key=lambda hat: (hat.on_behalf_of is not None, hat.post))


def forget_hats(person: Person) -> None:
    """After a change of posts within one request."""
    for kept in ("_hats", "_reach"):
        setattr(person, kept, None)


def reach_of(person: Person) -> Reach:
    """What the person may see; at most two queries more than the tree, remembered on the object."""
    if person.pk is None or not person.is_active:
        return NO_REACH
    kept: Reach | None = getattr(person, "_reach", None)
    if kept is None:
        kept = replace(reach_of_hats(hats(person)), person=person.pk)
        setattr(person, "_reach", kept)  # noqa: B010
    return kept


def reach_of_hats(worn: Iterable[Hat]) -> Reach:
    """The areas inside area posts, and the organisations at and below organisation posts."""
    worn = list(worn)
    roots = {hat.area for hat in worn if hat.area is not None and hat.reaches() == "area"}
    units = {
        hat.organisation for hat in worn if hat.organisation is not None and hat.reaches() == "organisation"
    }
    return Reach(
        areas=areas_inside(roots), organisations=organisations_at_and_below(units), roots=frozenset(roots)
    )


def areas_inside(roots: Iterable[int]) -> frozenset[int]:
    roots = list(roots)
    if not roots:
        return frozenset()
    pictured = tree.current()
    inside = [pictured.within(root) for root in roots if root in pictured]
    return inside[0] if len(inside) == 1 else frozenset().union(*inside)


def organisations_at_and_below(units: Iterable[int]) -> frozenset[int]:
    """The organisations and their whole subtrees, in one recursive query."""
    units = sorted(units)
    if not units:
        return frozenset()
    table = Organisation._meta.db_table
    places = ", ".join(["%s"] * len(units))
    statement = (
        f"WITH RECURSIVE below(id) AS (SELECT id FROM {table} WHERE id IN ({places})"  # noqa: S608  only names of ours
        f" UNION SELECT child.id FROM {table} child JOIN below ON child.parent_id = below.id)"
        " SELECT id FROM below"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, units)
        return frozenset(row[0] for row in cursor.fetchall())


def may(person: Person, ability: str, area: int | None = None) -> bool:
    """Whether one of the person's hats has the ability (there)."""
    return any(hat.may(ability) and hat.covers(area) for hat in hats(person))


def abilities_of(person: Person) -> frozenset[str]:
    """Everything the person may do somewhere: what menus and pages ask."""
    return frozenset().union(*(ROLES[hat.role].may for hat in hats(person) if hat.role in ROLES))


def actor_of(person: Person, *, ability: str = "", area: int | None = None) -> Actor:
    """The person as an actor, in the post that gives the ability (there), else in their first post."""
    worn = hats(person)
    fitting = (hat for hat in worn if (not ability or hat.may(ability)) and hat.covers(area))
    hat = next(fitting, worn[0] if worn and not ability else None)
    if hat is None:
        return Actor("person", person=person.pk)
    return Actor("person", person=person.pk, post=hat.post, on_behalf_of=hat.on_behalf_of)


def require(by: Actor, ability: str, area: int | None = None) -> None:
    """Raises `NotAllowed` when a person lacks the ability (there); gridloop itself may."""
    if by.person is None and by.kind in ("system", "rule"):
        return
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    if person is None or not may(person, ability, area):
        raise NotAllowed(_("None of your posts allows this. Ask your administrator for the post that does."))


def persons_in(role: str, *, area: int | None = None, organisation: int | None = None) -> QuerySet[Person]:
    """Who holds the role for that area or one around it (or that organisation) today, with stand-ins."""
    return persons_holding(Q(role=role) & where(area, organisation))


def where(area: int | None, organisation: int | None) -> Q:
    asked = Q()
    if area is not None:
        asked &= Q(area__in=tree.current().around(area))
    if organisation is not None:
        asked &= Q(organisation=organisation)
    return asked


def persons_holding(asked: Q) -> QuerySet[Person]:
    posts = current_posts().filter(asked)
    stand_ins = current_delegations().filter(post__in=posts).values("stand_in")
    return Person.objects.filter(
        Q(pk__in=posts.values("person")) | Q(pk__in=stand_ins), is_active=True
    ).order_by("pk")


def organisations_within(person: Person) -> QuerySet[Organisation]:
    """The organisations a person may see: their own and below, and those that serve an area in reach."""
    reach = reach_of(person)
    if may(person, "administer"):
        return Organisation.objects.all()
    return Organisation.objects.filter(Q(pk__in=reach.organisations) | Q(area__in=areas_around_roots(reach)))


def areas_around_roots(reach: Reach) -> QuerySet[Any, Any]:
    """All areas in reach as a subquery by path, so that a county's reach is not thousands of parameters."""
    from gridloop.core.territory.models import Area

    paths = Area.objects.filter(pk__in=reach.roots).values_list("path", flat=True)
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(path__startswith=path)
    return Area.objects.filter(inside).values("pk")


def unmaskings_of(person: Person) -> QuerySet[Entry]:
    """Who looked at which of this person's data and why, newest first: for the person concerned."""
    return Entry.objects.filter(event="data_unmasked", subject_kind="person", subject=person.pk).order_by(
        "-id"
    )


def deletion_ledger() -> QuerySet[Entry]:
    """What was erased, when and by which rule; it says that something went, never what it was."""
    return Entry.objects.filter(event__in=("person_erased", "records_deleted")).order_by("-id")
