"""What the pages keep for a person: filters, errands, keys of their phone; handed out, erased with them, gone by age."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gridloop.core.people import privacy
from gridloop.core.people.models import Person
from gridloop.core.people.retention import Retention, add, delete_rows
from gridloop.web.models import Errand, PhoneKey, SavedFilter

# The rows an import left out quote the table it came from; they are looked at while it is put right, not for longer.
ERRAND_DAYS = 90


def held_of(person: Person) -> dict[str, Any]:
    filters = SavedFilter.objects.filter(person=person)
    return {"filters": list(filters.values_list("name", "query")), "errands": errands_of(person)}


def errands_of(person: Person) -> list[dict[str, Any]]:
    rows = Errand.objects.filter(person=person).order_by("pk").values("kind", "name", "asked_at")
    return [dict(row) for row in rows]


def erase_of(person: Person) -> int:
    kept = (SavedFilter.objects, Errand.objects, PhoneKey.objects)
    return sum(rows.filter(person=person).delete()[0] for rows in kept)


def delete_old_errands(limit: datetime.datetime) -> int:
    return delete_rows(Errand.objects.filter(done_at__lt=limit).order_by("pk"))


def register() -> None:
    """Twice is once."""
    privacy.holdings["pages"], privacy.erasers["pages"] = held_of, erase_of
    add(Retention("errands", _("Imports and their mistakes"), ERRAND_DAYS, delete_old_errands))
