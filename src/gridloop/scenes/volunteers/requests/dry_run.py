"""What matching would have done, beside what people did: the page to look at before switching it on."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import masked_name
from gridloop.scenes.volunteers.requests.models import KEPT, Assignment, Consideration
from gridloop.scenes.volunteers.requests.queries import KIND

DAYS = 30


@dataclass(frozen=True, slots=True)
class Choice:
    """A volunteer somebody chose: masked, and how far away."""

    volunteer: int
    name: str
    metres: float | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Compared:
    """One request: whom matching would have asked first, and who came."""

    case: Case
    would: list[Choice]
    did: list[Choice]

    @property
    def same(self) -> bool:
        return bool({one.volunteer for one in self.would} & {one.volunteer for one in self.did})


def compared_cases(person: Person) -> QuerySet[Case]:
    """Requests in reach that a dry run looked at lately, the newest first."""
    since = timezone.now() - timedelta(days=DAYS)
    looked = Consideration.objects.filter(run__mode="dry", run__started_at__gte=since).values("case")
    return cases_within_reach(person).filter(Q(pk__in=looked), kind=KIND).order_by("-id")


def compare(cases: list[Case]) -> list[Compared]:
    """For these requests: the last dry run's choice, and the promises that were made."""
    would: dict[int, dict[int, list[Choice]]] = defaultdict(lambda: defaultdict(list))
    chosen = Consideration.objects.filter(case__in=cases, run__mode="dry", chosen=True)
    for one in chosen.select_related("volunteer__person", "run").order_by("run"):
        choice = Choice(
            one.volunteer_id, masked_name(one.volunteer.person.name), one.metres or None, one.run.started_at
        )
        would[one.case_id][one.run_id].append(choice)
    did: dict[int, list[Choice]] = defaultdict(list)
    promised = Assignment.objects.filter(case__in=cases, state__in=KEPT)
    for task in promised.select_related("volunteer__person", "offer"):
        choice = Choice(
            task.volunteer_id, masked_name(task.volunteer.person.name), task.offer.metres, task.promised_at
        )
        did[task.case_id].append(choice)
    return [Compared(case, next(iter(would[case.pk].values()), []), did[case.pk]) for case in cases]


def mean_metres(choices: list[Choice]) -> float | None:
    known = [choice.metres for choice in choices if choice.metres is not None]
    return sum(known) / len(known) if known else None
