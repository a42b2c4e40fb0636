"""When people report: by season, weekday and hour; typhoon days in August and September, a quiet Spring Festival."""

from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from django.utils import timezone

from gridloop.core.clocks.calendar import current

HOURS = (4, 2, 1, 1, 1, 3, 10, 26, 44, 52, 50, 38, 24, 30, 40, 44, 42, 40, 36, 38, 34, 26, 16, 8)
WEEKDAYS = (1.12, 1.06, 1.02, 1.0, 1.02, 0.78, 0.72)
MONTHS = {
    1: 0.92,
    2: 0.85,
    3: 0.95,
    4: 1.0,
    5: 1.02,
    6: 1.1,
    7: 1.15,
    8: 1.2,
    9: 1.12,
    10: 1.0,
    11: 0.98,
    12: 0.95,
}
STORMS = ((8, 11, 3), (8, 27, 2), (9, 14, 3))  # month, day, how many days
SEASON = {
    "summer": {5: 1.3, 6: 1.7, 7: 2.0, 8: 2.0, 9: 1.4, 12: 0.5, 1: 0.4, 2: 0.4},
    "winter": {11: 1.3, 12: 1.8, 1: 2.0, 2: 1.6, 6: 0.6, 7: 0.6, 8: 0.6},
    "autumn": {9: 1.6, 10: 2.2, 11: 1.8, 5: 1.4, 1: 0.5, 2: 0.5},
    "rain": {4: 1.3, 5: 1.5, 6: 1.9, 7: 1.2, 8: 1.4, 9: 1.4, 12: 0.6, 1: 0.6},
    "storm": {6: 1.2, 7: 1.0, 8: 1.3, 9: 1.3, 12: 0.3, 1: 0.3, 2: 0.3},
    "school": {8: 2.2, 9: 2.6, 6: 1.6, 7: 0.6, 2: 1.4},
    "yearend": {12: 2.2, 1: 3.0, 2: 1.6},
}
IN_STORM = {"storm": 16.0, "rain": 3.0}


def is_storm(day: date) -> bool:
    """The typhoons' days and the day after each."""
    return any(0 <= (day - date(day.year, month, first)).days <= days for month, first, days in STORMS)


@cache
def weight_of(day: date) -> float:
    """How busy a day is; 1 on an ordinary Thursday."""
    special = current().special.get(day)
    weight = MONTHS[day.month] * WEEKDAYS[day.weekday()]
    if special is not None:
        weight = MONTHS[day.month] * (1.0 if special.works else 0.35 if special.name == "春节" else 0.7)
    return weight * (2.4 if is_storm(day) else 1.0)


def factor(season: str, day: date) -> float:
    """How much likelier a matter of that season is on the day."""
    return SEASON.get(season, {}).get(day.month, 1.0) * (IN_STORM.get(season, 1.0) if is_storm(day) else 1.0)


def moments(count: int, since: datetime, until: datetime, random: Random) -> list[datetime]:
    """So many moments between the two, in order."""
    zone = timezone.get_default_timezone()
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    weights, hours = list(accumulate(weight_of(day) for day in days)), list(accumulate(HOURS))
    found = []
    while len(found) < count:
        day = random.choices(days, cum_weights=weights)[0]
        hour = random.choices(range(24), cum_weights=hours)[0]
        at = datetime.combine(day, time(hour, random.randrange(60), random.randrange(60)), zone)
        if since <= at < until:
            found.append(at)
    return sorted(found)
