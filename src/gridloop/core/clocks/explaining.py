"""The explanation of a deadline in the words of people."""

from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.clocks.models import Unit

SHIPPED = "gridloop-1"  # the edition of the limits gridloop brings
HOLIDAYS = {
    "元旦": gettext_lazy("New Year's Day"),
    "春节": gettext_lazy("Spring Festival"),
    "清明节": gettext_lazy("Tomb-Sweeping Day"),
    "劳动节": gettext_lazy("Labour Day"),
    "端午节": gettext_lazy("Dragon Boat Festival"),
    "中秋节": gettext_lazy("Mid-Autumn Festival"),
    "国庆节": gettext_lazy("National Day"),
    "国庆节、中秋节": gettext_lazy("National Day and Mid-Autumn Festival"),
}


def explain(explanation: Mapping[str, Any], language: str | None = None) -> list[str]:
    """Sentences: what was counted from when, which days were skipped and why, what moved it since, what is not known."""
    with translation.override(language or translation.get_language() or settings.LANGUAGE_CODE):
        lines = [counted_line(explanation)] if "value" in explanation else []
        if explanation.get("recounted"):
            lines.append(_("Counted anew, because the class was corrected."))
        lines += [
            _("The clock stood from %(begun)s to %(ended)s.")
            % {"begun": moment_words(begun), "ended": moment_words(ended)}
            for begun, ended in explanation.get("pauses", ())
        ]
        lines += [
            _("%(days)d working days were added on %(day)s.")
            % {"days": row["days"], "day": moment_words(row["at"])}
            for row in explanation.get("extensions", ())
        ]
        lines += [skipped_line(name, days) for name, days in stretches(told_of("skipped", explanation))]
        lines += [
            _("%(day)s is worked in exchange for %(name)s.")
            % {"day": day_words(row["day"]), "name": name_words(row["name"])}
            for row in told_of("worked_in_exchange", explanation)
        ]
        lines += [
            _("The holidays of %(year)s are not in the calendar yet; only weekends were skipped.")
            % {"year": year}
            for year in sorted(
                {year for part in parts(explanation) for year in part.get("years_without_table", ())}
            )
        ]
        if explanation.get("source"):
            source = explanation["source"].removeprefix(
                f"{SHIPPED}: "
            )  # the name of our own table tells nobody anything
            lines.append(_("The limit comes from: %(source)s.") % {"source": source})
        return lines


def parts(explanation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The first count, and the counts made when the clock went on or was given more time."""
    return [explanation, *(explanation[name] for name in ("resumed", "extended") if name in explanation)]


def told_of(name: str, explanation: Mapping[str, Any]) -> list[dict[str, str]]:
    """The days of every count, each once, in order."""
    return sorted(
        {row["day"]: row for part in parts(explanation) for row in part.get(name, ())}.values(),
        key=itemgetter("day"),
    )


def counted_line(explanation: Mapping[str, Any]) -> str:
    return _("%(value)s %(unit)s, counted from %(start)s, end on %(due)s.") % {
        "value": f"{explanation['value']:g}",
        "unit": Unit(explanation["unit"]).label,
        "start": moment_words(explanation["start"]),
        "due": moment_words(explanation["due"]),
    }


def stretches(skipped: list[dict[str, str]]) -> list[tuple[str, list[str]]]:
    """Days that follow each other for the same reason, told together."""
    told: list[tuple[str, list[str]]] = []
    for row in skipped:
        name = name_words(row["name"]) if row["why"] == "holiday" else _("the weekend")
        day = parse_date(row["day"])
        before = parse_date(told[-1][1][-1]) if told else None
        if day and before and told[-1][0] == name and (day - before).days == 1:
            told[-1][1].append(row["day"])
        else:
            told.append((name, [row["day"]]))
    return told


def skipped_line(name: str, days: list[str]) -> str:
    if len(days) == 1:
        return _("%(day)s was not counted: %(name)s.") % {"day": day_words(days[0]), "name": name}
    return _("%(first)s to %(last)s were not counted: %(name)s.") % {
        "first": day_words(days[0]),
        "last": day_words(days[-1]),
        "name": name,
    }


def name_words(name: str) -> str:
    return str(HOLIDAYS.get(name, name)) or _("a holiday")


def day_words(day: str) -> str:
    found = parse_date(day)
    return date_format(found, "MONTH_DAY_FORMAT") if found else day


def moment_words(moment: str) -> str:
    return timezone.localtime(datetime.fromisoformat(moment)).strftime("%Y-%m-%d %H:%M")
