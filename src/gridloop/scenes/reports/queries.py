"""What residents may read: the report they hold the code of, and what is public."""

import hmac

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import public_cases
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.personal_data import digest


def report_by_code(number: str, code: str) -> Case:
    """The report an anonymous reporter holds the code of; a wrong code and a wrong number are one answer."""
    found = Case.objects.filter(number=number.strip(), kind="report").exclude(tracking_digest="").first()
    if found is None or not hmac.compare_digest(found.tracking_digest, digest(code.strip().upper())):
        raise NotFound(_("No report has this number and code. Look at your receipt and type both again."))
    return found


def public_reports() -> QuerySet[Case]:
    return public_cases().filter(kind="report").select_related("category")
