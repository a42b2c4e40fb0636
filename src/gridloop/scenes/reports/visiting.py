"""Who visits a report's page: a party to it, the holder of its code, or a neighbour who sees what is public."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case, Party
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotFound
from gridloop.scenes.reports.queries import brought_among
from gridloop.web.acting import actor_of, person_of
from gridloop.web.tracking import tracked_cases


def is_reporters(request: HttpRequest, case: Case) -> bool:
    """Whether the visitor stands behind the case: by session code or as a party."""
    return case.pk in tracked_cases(request) or is_party(request, case)


def is_party(request: HttpRequest, case: Case) -> bool:
    """Whether the visitor stands behind the case in person."""
    person = person_of(request)
    return person is not None and Party.objects.filter(case=case, person=person).exists()


def is_writers(request: HttpRequest, case: Case) -> bool:
    """Whether the visitor brought the matter here."""
    return bool(brought_among([case], person_of(request), tracked_cases(request)))


def report_for(request: HttpRequest, number: str) -> Case:
    """A report this visitor may open: their own, or a public one."""
    case = Case.objects.select_related("category", "lead_unit").filter(number=number, kind="report").first()
    if case is None or not (case.public or is_reporters(request, case)):
        raise NotFound(
            _("There is no such report, or it is not yours to see. If you have a code, use “Find my report”.")
        )
    return case


def reporting_actor(request: HttpRequest, case: Case) -> Actor:
    """The visitor as an actor in this case: the person who stands behind it, else the holder of its code."""
    if case.pk in tracked_cases(request) and not is_party(request, case):
        return Actor(kind="token", name=f"case:{case.pk}")
    return actor_of(request)
