"""When volunteers can come: the weekly rhythm and its exceptions, asked of the database in one condition."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.errors import Refusal
from gridloop.scenes.volunteers.roster.models import Availability, AvailabilityException, Volunteer

DAY = 1440  # minutes
LONGEST = timedelta(days=7)


class Hours(NamedTuple):
    """A stretch of a weekday (0 is Monday), in minutes of the day."""

    weekday: int
    since: int
    until: int


class Stretch(NamedTuple):
    """A stretch of one day, in minutes of that day, local time."""

    day: date
    since: int
    until: int


def stretches(since: datetime, until: datetime) -> Iterator[Stretch]:
    """The days a span of time touches, each with the minutes it takes of it."""
    begin, end = timezone.localtime(since), timezone.localtime(until)
    if end <= begin:
        raise Refusal(_("The end lies before the beginning. Check both."), field="until")
    if end - begin > LONGEST:
        raise Refusal(_("Choose a time of at most a week."), field="until")
    day = begin.date()
    while datetime.combine(day, time.min, begin.tzinfo) < end:
        first = minute_of(begin) if day == begin.date() else 0
        last = minute_of(end, up=True) if day == end.date() else DAY
        if last > first:
            yield Stretch(day, first, last)
        day += timedelta(days=1)


def minute_of(moment: datetime, *, up: bool = False) -> int:
    """The minute of the day; `up` rounds a begun minute up."""
    begun = moment.second > 0 or moment.microsecond > 0
    return moment.hour * 60 + moment.minute + (1 if up and begun else 0)


def present_on(volunteers: QuerySet[Volunteer], day: date) -> QuerySet[Volunteer]:
    """Those who have neither left nor pause on that day."""
    here = volunteers.filter(left_at=None, person__is_active=True)
    return here.filter(Q(paused_until=None) | Q(paused_until__lt=day))


def available_between(
    volunteers: QuerySet[Volunteer], since: datetime, until: datetime
) -> QuerySet[Volunteer]:
    """Those of them who can come for the whole of this time. Who never said when they can come, cannot."""
    for day, first, last in stretches(since, until):
        of = {"volunteer": OuterRef("pk")}
        weekly = Availability.objects.filter(**of, weekday=day.weekday(), since__lte=first, until__gte=last)
        that_day = AvailabilityException.objects.filter(**of, day=day)
        away = that_day.filter(available=False, since__lt=last, until__gt=first)
        also = that_day.filter(available=True, since__lte=first, until__gte=last)
        volunteers = present_on(volunteers, day).filter(~Exists(away), Q(Exists(weekly)) | Q(Exists(also)))
    return volunteers


def is_available(volunteer: Volunteer, since: datetime, until: datetime) -> bool:
    return available_between(Volunteer.objects.filter(pk=volunteer.pk), since, until).exists()


def merged(weekly: Iterable[tuple[int, int, int]]) -> list[Hours]:
    """Sorted, with touching and overlapping stretches made one, so that one row covers what can be covered."""
    found: list[Hours] = []
    for each in sorted(Hours(*row) for row in weekly):
        if not (0 <= each.weekday <= 6 and 0 <= each.since < each.until <= DAY):
            raise Refusal(_("Each time needs a beginning and a later end on the same day."), field="weekly")
        last = found[-1] if found else None
        if last and last.weekday == each.weekday and each.since <= last.until:
            found[-1] = Hours(last.weekday, last.since, max(last.until, each.until))
        else:
            found.append(each)
    return found
