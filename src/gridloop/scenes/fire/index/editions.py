"""Which edition of the method holds on a day; gridloop ships the first."""

from datetime import date

from django.utils import timezone

from gridloop.scenes.fire.index.models import EditionState, IndexEdition
from gridloop.scenes.fire.index.sheet import OVERRIDES, SHIPPED
from gridloop.scenes.fire.risk import plain_of

FIRST = "gridloop 1"


def edition_in_force(day: date | None = None) -> IndexEdition:
    """The approved edition with the latest beginning not after that day."""
    day = day or timezone.localdate()
    approved = IndexEdition.objects.filter(state=EditionState.APPROVED, since__lte=day)
    return approved.order_by("-since", "-number").first() or first_edition()


def first_edition() -> IndexEdition:
    """What gridloop ships, kept like any other edition so that scores can name it."""
    return IndexEdition.objects.get_or_create(
        number=1,
        defaults={
            "title": FIRST,
            "method": plain_of(SHIPPED),
            "overrides": list(OVERRIDES),
            "state": EditionState.APPROVED,
            "since": date(2000, 1, 1),
            "approved_at": timezone.now(),
        },
    )[0]
