"""The six figures: open, overdue, reported today, closed of those due, on time, satisfaction; each with its arithmetic."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gridloop.core.measures.daily import Daily, by_day, parts_of, summed
from gridloop.core.measures.indicators import INDICATORS, figure
from gridloop.core.measures.open_cases import NOTHING, Counts, counts_by_day
from gridloop.web.cockpit.choosing import Chosen
from gridloop.web.cockpit.words import change_words, signed, thinned, value_words

RATES = ("closure_rate", "on_time_closure_rate", "satisfaction")
SHOWN_DAYS = 14  # the least a trend line shows
STRETCHES = 12  # points of a rate's trend line


def six_figures(choice: Chosen) -> list[dict[str, Any]]:
    """Three statements, however many cases there are."""
    standing = counts_by_day(
        choice.area, choice.day - timedelta(days=max(choice.days, SHOWN_DAYS)), choice.day
    )
    first = min(choice.before[0], choice.day - timedelta(days=SHOWN_DAYS))
    daily = by_day(choice.scope, sorted(parts_of(["reported", *RATES])), first, choice.day)
    return [
        open_figure(choice, standing),
        overdue_figure(choice, standing),
        reported_figure(choice, daily),
        *(rate_figure(choice, name, daily) for name in RATES),
    ]


def behind(choice: Chosen, part: str) -> str:
    return reverse("cockpit:cases") + choice.address(part=part, shade="")


def open_figure(choice: Chosen, standing: dict[date, Counts]) -> dict[str, Any]:
    now, then = standing.get(choice.day, NOTHING), standing.get(choice.since - timedelta(days=1), NOTHING)
    return {
        "label": _("Open"),
        "value": now.open,
        "href": behind(choice, "open"),
        "change": signed(now.open - then.open, 0),
        "better": "",
        "since": since_words(choice),
        "note": _("%(late)d overdue + %(fine)d in time")
        % {"late": now.overdue, "fine": now.open - now.overdue},
        "points": thinned([each.open for each in standing.values()]),
    }


def overdue_figure(choice: Chosen, standing: dict[date, Counts]) -> dict[str, Any]:
    now, then = standing.get(choice.day, NOTHING), standing.get(choice.since - timedelta(days=1), NOTHING)
    share = f"{now.overdue / now.open:.1%}" if now.open else "–"
    return {
        "label": _("Overdue"),
        "value": now.overdue,
        "href": behind(choice, "overdue"),
        "change": signed(now.overdue - then.overdue, 0),
        "better": "down",
        "since": since_words(choice),
        "note": f"{now.overdue} / {now.open} = {share}",
        "points": thinned([each.overdue for each in standing.values()]),
        "tone": "late" if now.overdue else "",
    }


def reported_figure(choice: Chosen, daily: Daily) -> dict[str, Any]:
    days = [choice.day - timedelta(days=back) for back in range(SHOWN_DAYS, -1, -1)]
    series = [daily.get(day, {}).get("reported", (0, 0))[0] for day in days]
    return {
        "label": _("Reported that day") if choice.past else _("Reported today"),
        "value": series[-1],
        "href": behind(choice, "reported") + "&length=1",
        "change": signed(series[-1] - series[-2], 0),
        "better": "",
        "since": _("than the day before") if choice.past else _("than yesterday"),
        "note": _("%(mean).1f a day over %(days)d days")
        % {"mean": sum(series[:-1]) / SHOWN_DAYS, "days": SHOWN_DAYS},
        "points": series,
    }


def rate_figure(choice: Chosen, name: str, daily: Daily) -> dict[str, Any]:
    indicator = INDICATORS[name]
    found = figure(indicator, summed(daily, choice.since, choice.day), {})
    before = figure(indicator, summed(daily, *choice.before), {})
    value, unit = value_words(found)
    return {
        "label": {
            "closure_rate": _("Closed of those due"),
            "on_time_closure_rate": _("Closed on time"),
            "satisfaction": _("Satisfaction"),
        }[name],
        "value": value,
        "unit": unit,
        "href": behind(choice, f"{name}.numerator"),
        "change": change_words(found, before),
        "better": "up",
        "since": since_words(choice),
        "note": f"{found.numerator:g} / {found.denominator:g}"
        if found.denominator
        else _("none in this period"),
        "points": rate_points(choice, name, daily),
    }


def rate_points(choice: Chosen, name: str, daily: Daily) -> list[float]:
    step = max(1, choice.days // STRETCHES)
    points = []
    for start in range(0, choice.days, step):
        since = choice.since + timedelta(days=start)
        until = min(since + timedelta(days=step - 1), choice.day)
        value = figure(INDICATORS[name], summed(daily, since, until), {}).value
        if value is not None:
            points.append(value)
    return points


def since_words(choice: Chosen) -> str:
    return _("than %(days)d days before") % {"days": choice.days}
