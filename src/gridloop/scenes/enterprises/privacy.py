"""What help for enterprises holds of people beside their matters: forgotten with them, erased with the person, by age."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import forgetting
from gridloop.core.journal.actions import erase_words_of, leave_no_traces
from gridloop.core.journal.models import Entry
from gridloop.core.people import privacy
from gridloop.core.people.models import Person
from gridloop.core.people.retention import BATCH, Retention, add, delete_rows
from gridloop.scenes.enterprises.answers.models import Helped
from gridloop.scenes.enterprises.cultivation.models import FirmNeed, Visit
from gridloop.scenes.enterprises.firms.models import Claim
from gridloop.scenes.enterprises.matters.models import Matter
from gridloop.scenes.enterprises.tables.models import AgendaItem, RoundTable

# A claim to speak for a firm can be gone back to as long as who asked a matter is known; what a visit brought to light
# is of use as long as the firm is the same, and is kept as long as the words of matters.
CLAIM_DAYS, VISIT_DAYS, SHORTEST_DAYS = 2 * 365, 5 * 365, 180


def let_people_go(cases: Sequence[int]) -> int:
    """The firm stays, for the figures; who said that they speak for it does not."""
    return Matter.objects.filter(case__in=cases).exclude(claim=None).update(claim=None)


def let_words_go(cases: Sequence[int]) -> int:
    """What the round table was told and decided of it, the need a visitor wrote down; minutes with their last matter."""
    needs = FirmNeed.objects.filter(case__in=cases).update(words="")
    tables = RoundTable.objects.filter(items__case__in=cases).exclude(items__case__emptied_at=None)
    RoundTable.objects.filter(pk__in=list(tables.values_list("pk", flat=True))).update(words="")
    return needs + AgendaItem.objects.filter(case__in=cases).update(words="", decision="")


def delete_old_claims(limit: datetime.datetime) -> int:
    return delete_rows(Claim.objects.filter(decided_at__lt=limit).order_by("pk"))


def erase_accounts_of_visits(limit: datetime.datetime) -> int:
    """That there was a visit stays countable; what was told then goes, with the needs no matter was made of."""
    leave_no_traces()
    old = Visit.objects.filter(done_at__lt=limit).exclude(account="").order_by("done_at")
    visits = dict(old.values_list("pk", "firm")[:BATCH])
    FirmNeed.objects.filter(visit__in=visits, case=None).update(words="")
    told = Entry.objects.filter(
        event="visit_done", subject_kind="firm", subject__in=set(visits.values()), at__lt=limit
    )
    erase_words_of(told)
    return Visit.objects.filter(pk__in=visits).update(account="")


def held_of(person: Person) -> list[dict[str, Any]]:
    """The firms one said one speaks for."""
    rows = Claim.objects.filter(person=person).order_by("pk")
    fields = ("name", "credit_code", "asked_at", "decided_at", "confirmed", "words")
    return [dict(row) for row in rows.values(*fields)]


def erase_of(person: Person) -> int:
    helped = Helped.objects.filter(person=person).delete()[0]
    return helped + Claim.objects.filter(person=person).delete()[0]


privacy.holdings["enterprises"], privacy.erasers["enterprises"] = held_of, erase_of
forgetting.people_beside["enterprises"] = let_people_go
forgetting.words_beside["enterprises"] = let_words_go
for row in (
    Retention(
        "firm_claims",
        _("Claims to speak for a firm, after they were decided"),
        CLAIM_DAYS,
        delete_old_claims,
        shortest=SHORTEST_DAYS,
    ),
    Retention(
        "firm_visits",
        _("What was told at visits to firms"),
        VISIT_DAYS,
        erase_accounts_of_visits,
        shortest=SHORTEST_DAYS,
    ),
):
    add(row)
