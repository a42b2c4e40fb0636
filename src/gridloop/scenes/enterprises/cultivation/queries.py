"""The cultivation list: overdue visits first, then what is planned next."""

import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.errors import NotFound
from gridloop.core.people.models import Person
from gridloop.core.people.queries import reach_of
from gridloop.scenes.enterprises.cultivation.models import Cultivation, FirmNeed, Visit
from gridloop.scenes.enterprises.firms.models import Firm
from gridloop.scenes.enterprises.firms.queries import within


def listed_within_reach(person: Person) -> QuerySet[Cultivation]:
    """Firms on the list in areas the person watches, and those they look after themselves."""
    rows = Cultivation.objects.filter(left_at=None)
    firms = Firm.objects.filter(within(reach_of(person)))
    return rows.filter(firm__in=firms) | rows.filter(keeper=person)


def cultivation_listed(person: Person, *, tier: str = "", late: bool = False) -> QuerySet[Cultivation]:
    """The list: whose visit is overdue stands first, then by the day of the next visit."""
    planned = Visit.objects.filter(firm=OuterRef("firm"), done_at=None)
    last = Visit.objects.filter(firm=OuterRef("firm"), done_at__isnull=False).order_by("-done_at")
    rows = listed_within_reach(person).annotate(
        next_on=Subquery(planned.values("due_on")[:1]), last_at=Subquery(last.values("done_at")[:1])
    )
    if tier:
        rows = rows.filter(tier=tier)
    if late:
        rows = rows.filter(next_on__lt=timezone.localdate())
    return rows.select_related("firm__organisation__area", "keeper").order_by(
        F("next_on").asc(nulls_last=True), "pk"
    )


def cultivated(person: Person, firm: int) -> Cultivation:
    found = (
        listed_within_reach(person)
        .select_related("firm__organisation__area", "keeper")
        .filter(firm=firm)
        .first()
    )
    if found is None:
        raise NotFound(_("This firm is not on the cultivation list, or not yours to see."))
    return found


def visits_of(firm: Firm) -> QuerySet[Visit]:
    return firm.visits.select_related("person").prefetch_related("needs").order_by("-due_on", "-pk")


def needs_of(firm: Firm) -> QuerySet[FirmNeed]:
    return firm.needs.filter(gone_at=None).select_related("category", "case").order_by("-pk")


def is_late(due_on: datetime.date | None) -> bool:
    return due_on is not None and due_on < timezone.localdate()
