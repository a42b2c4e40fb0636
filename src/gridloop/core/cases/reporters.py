"""What cases mean for the people behind them: who may look them up, and when they are kept."""

import datetime
from dataclasses import replace

from django.db.models import Q
from django.utils import timezone

from gridloop.core.cases.models import Case, Party
from gridloop.core.cases.queries import reach_condition
from gridloop.core.people import acquaintance, retention
from gridloop.core.people.queries import Reach

REMEMBERED = datetime.timedelta(days=365)  # a closed case may be asked about for a year


def reported_within(reach: Reach, person: int) -> bool:
    """Whether a case in reach was brought by this person, under their name.

    Standing behind the same case as somebody else shows nobody to anybody: one's own cases are no reach here.
    """
    behind = Q(reporter=person) | Q(pk__in=Party.objects.behind().filter(person=person).values("case"))
    return Case.objects.filter(reach_condition(replace(reach, person=None)), behind, anonymous=False).exists()


def still_needed(persons: list[int]) -> set[int]:
    """Who stands behind a case that is open or was reported within a year."""
    recent = Q(open=True) | Q(reported_at__gt=timezone.now() - REMEMBERED)
    reporters = Case.objects.filter(recent, reporter__in=persons).values_list("reporter", flat=True)
    parties = Party.objects.filter(person__in=persons, case__in=Case.objects.filter(recent))
    return {person for person in reporters if person} | set(parties.values_list("person", flat=True))


def register() -> None:
    """People ask whoever registered here; twice registers once."""
    if reported_within not in acquaintance.ways:
        acquaintance.ways.append(reported_within)
        retention.keepers.append(still_needed)
