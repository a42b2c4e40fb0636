"""What those who asked bring later: more words and photos, as much as a person adds and less than a script would."""

from datetime import timedelta

from django.utils.translation import gettext as _

from gridloop.core.cases.errors import CaseError, NeedNotMet
from gridloop.core.cases.models import Exhibit
from gridloop.core.cases.moving import Moving
from gridloop.core.journal.queries import entries_of

MOST_AN_HOUR = 10


def take_addition(moving: Moving) -> None:
    """Words or photos, and not without end: whoever has the case in hand is told of each."""
    if not moving.facts:
        raise NeedNotMet(_("Write something, or add a photo."), field="words")
    lately = entries_of("case", moving.case.pk).filter(
        event=moving.move.event, at__gt=moving.now - timedelta(hours=1)
    )
    if lately.count() >= MOST_AN_HOUR:
        raise CaseError(_("Much was added within this hour. Wait a while, then add the rest at once."))


def bring_photos(moving: Moving) -> None:
    """Photos of whoever reported it stand beside those of the report; those of others are for staff alone."""
    reporters = moving.standing.reported() and not moving.told.get("neighbour")
    Exhibit.objects.bulk_create(
        Exhibit(case=moving.case, file_id=file, purpose="report" if reporters else "evidence")
        for file in moving.facts.get("photos", ())
    )
