"""The calendar: a year at a glance with holidays and exchanged workdays, and the hours of the working week."""

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.clocks import calendar
from gridloop.core.clocks.actions import clear_special_day, set_special_day, set_working_hours
from gridloop.core.clocks.models import SpecialDay
from gridloop.core.journal.errors import Refusal
from gridloop.web.administration.pages import Asked, act, administer, ask, by_of, changes_of, show

EVENTS = ("calendar_changed", "working_hours_changed", "spreadsheet_imported")
WEEKDAYS = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
)  # fmt: skip
YEARS = (2015, 2045)


class DayForm(forms.Form):
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    works = forms.ChoiceField(
        label=gettext_lazy("On this day"), widget=forms.RadioSelect,
        choices=[("0", gettext_lazy("nobody works")), ("1", gettext_lazy("is worked"))],
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("Deadlines name it when they skip the day"),
    )
    source = forms.CharField(label=gettext_lazy("Where this is written"), max_length=120, required=False)


class HoursForm(forms.Form):
    """Two stretches for each weekday; an empty one is free."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for weekday, title in enumerate(WEEKDAYS):
            for half in (1, 2):
                for end in ("opens", "closes"):
                    field = forms.TimeField(
                        required=False,
                        label=title,
                        widget=forms.TimeInput(
                            attrs={
                                "type": "time",
                                "class": "control short",
                                "aria-label": f"{title} {half} {end}",
                            },
                            format="%H:%M",
                        ),
                    )
                    self.fields[f"{end}_{weekday}_{half}"] = field

    def rows(self) -> Iterator[tuple[Any, list[tuple[Any, Any]]]]:
        for weekday, title in enumerate(WEEKDAYS):
            yield (
                title,
                [(self[f"opens_{weekday}_{half}"], self[f"closes_{weekday}_{half}"]) for half in (1, 2)],
            )

    def week(self) -> dict[int, list[tuple[time, time]]]:
        found: dict[int, list[tuple[time, time]]] = {}
        for weekday, title in enumerate(WEEKDAYS):
            for half in (1, 2):
                opens, closes = (self.cleaned_data[f"{end}_{weekday}_{half}"] for end in ("opens", "closes"))
                if (opens is None) != (closes is None):
                    raise Refusal(_("%(day)s: hours need a beginning and an end.") % {"day": title})
                if opens is not None:
                    found.setdefault(weekday, []).append((opens, closes))
        return found


@dataclass(frozen=True, slots=True)
class ShownDay:
    day: date
    tone: str  # work, rest, holiday, exchanged, or nothing for a day of a neighbouring month
    words: str
    own: bool
    today: bool


def year_of(request: HttpRequest) -> int:
    said = request.GET.get("year", "")
    year = int(said) if said.isdecimal() else timezone.localdate().year
    return min(max(year, YEARS[0]), YEARS[1])


def shown_months(year: int) -> Iterator[tuple[str, list[list[ShownDay | None]]]]:
    """Twelve months of weeks; days of neighbouring months are left blank."""
    present = calendar.current()
    own = set(SpecialDay.objects.filter(day__year=year).values_list("day", flat=True))
    today = timezone.localdate()
    for month in range(1, 13):
        weeks = [
            [shown_day(day, present, own, today) if day.month == month else None for day in week]
            for week in months.Calendar().monthdatescalendar(year, month)
        ]
        yield date_format(date(year, month, 1), "F"), weeks


def shown_day(day: date, present: Any, own: set[date], today: date) -> ShownDay:
    special = present.special.get(day)
    works = present.works(day)
    tone = ("exchanged" if special.works else "holiday") if special else "work" if works else "rest"
    return ShownDay(day, tone, special.name if special else "", day in own, day == today)


@require_safe
@administer
def year(request: HttpRequest) -> HttpResponse:
    """A year, its special days, the working week, and what is missing."""
    shown = year_of(request)
    present = calendar.current()
    special = sorted((day, each) for day, each in present.special.items() if day.year == shown)
    own = set(SpecialDay.objects.filter(day__year=shown).values_list("day", flat=True))
    day = request.GET.get("day", "")
    context = {
        "year": shown,
        "before": shown - 1,
        "after": shown + 1,
        "months": list(shown_months(shown)),
        "weekdays": [str(name)[:3] if str(name).isascii() else str(name)[-1] for name in WEEKDAYS],
        "special": [(when, each, when in own) for when, each in special],
        "known": shown in present.known_years,
        "warnings": calendar.calendar_warnings(timezone.localdate()),
        "week": [(title, opening_hours_of(weekday)) for weekday, title in enumerate(WEEKDAYS)],
        "form": DayForm(initial={"day": day or None}),
        "changes": changes_of([""], EVENTS),
    }
    return show(request, "calendar", _("Calendar"), context)


def opening_hours_of(weekday: int) -> str:
    """An ordinary week's hours, whatever holiday this week has."""
    pattern = calendar.current().hours.get(weekday, ())
    return "、".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in pattern)


@require_POST
@administer
def set_day(request: HttpRequest) -> HttpResponse:
    form = DayForm(request.POST)

    def do(given: dict[str, Any]) -> Any:
        return set_special_day(
            given["day"],
            works=given["works"] == "1",
            name=given["name"],
            source=given["source"],
            by=by_of(request),
        )

    asked = Asked(
        _("A day that differs"),
        form,
        do,
        reverse("settings:calendar"),
        _("The day was set. Deadlines set from now on count with it."),
        trail=[(_("Calendar"), reverse("settings:calendar"))],
    )
    if form.is_valid():
        asked.then = f"{asked.then}?year={form.cleaned_data['day'].year}"
    return ask(request, asked)


@require_POST
@administer
def clear_day(request: HttpRequest) -> HttpResponse:
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise Refusal(_("Write the day as 2027-01-01."), field="day") from None
    then = f"{reverse('settings:calendar')}?year={day.year}"
    return act(
        request,
        lambda: clear_special_day(day, by=by_of(request)),
        then,
        _("The county's word on this day is gone."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def hours(request: HttpRequest) -> HttpResponse:
    """The working week."""
    initial: dict[str, time] = {}
    for weekday in range(7):
        for half, (opens, closes) in enumerate(calendar.current().hours.get(weekday, ())[:2], start=1):
            initial |= {f"opens_{weekday}_{half}": opens, f"closes_{weekday}_{half}": closes}
    form = HoursForm(request.POST or None, initial=initial)

    def do(_given: dict[str, Any]) -> Any:
        return set_working_hours(form.week(), by=by_of(request))

    lead = _("Limits in working hours count these; an empty stretch is free.")
    return ask(
        request,
        Asked(
            _("Working hours"),
            form,
            do,
            reverse("settings:calendar"),
            _("The working hours were set."),
            lead=lead,
            trail=[(_("Calendar"), reverse("settings:calendar"))],
            template="hours",
        ),
    )
