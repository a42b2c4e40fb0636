"""What residents may read: their own reports, those they hold the code of, and what is public near them."""

import hmac

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case, Party
from gridloop.core.cases.queries import public_cases
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.personal_data import digest
from gridloop.web.acting import actor_of, person_of

TRACKED = "tracked_cases"


def report_by_code(number: str, code: str) -> Case:
    """The report an anonymous reporter holds the code of; a wrong code and a wrong number are one answer."""
    found = Case.objects.filter(number=number.strip(), kind="report").exclude(tracking_digest="").first()
    if found is None or not hmac.compare_digest(found.tracking_digest, digest(code.strip().upper())):
        raise NotFound(_("No report has this number and code. Look at your receipt and type both again."))
    return found


def remember_tracked(request: HttpRequest, case: Case) -> None:
    """This browser has shown the code: it need not again while the session lasts."""
    request.session[TRACKED] = [*request.session.get(TRACKED, [])[-20:], case.pk]


def is_reporters(request: HttpRequest, case: Case) -> bool:
    """Whether the visitor stands behind the case: by session code or as a party."""
    if case.pk in request.session.get(TRACKED, []):
        return True
    person = person_of(request)
    return person is not None and Party.objects.filter(case=case, person=person).exists()


def report_for(request: HttpRequest, number: str) -> Case:
    """A report this visitor may open: their own, or a public one."""
    case = Case.objects.select_related("category", "lead_unit").filter(number=number, kind="report").first()
    if case is None or not (case.public or is_reporters(request, case)):
        raise NotFound(_("There is no such report, or it is not yours to see. If you have a code, use “Find my report”."))
    return case


def reporting_actor(request: HttpRequest, case: Case) -> Actor:
    """The visitor as an actor in this case: the person signed in, else the holder of its code."""
    if person_of(request) is None and case.pk in request.session.get(TRACKED, []):
        return Actor(kind="token", name=f"case:{case.pk}")
    return actor_of(request)


def public_reports() -> QuerySet[Case]:
    return public_cases().filter(kind="report").select_related("category")
