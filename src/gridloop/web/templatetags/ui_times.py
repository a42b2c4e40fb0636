"""Times and deadlines: lengths in words, moments, and the bar that fills until something is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from gridloop.core.clocks.explaining import explain
from gridloop.web.templatetags.icon_shapes import STATUS_SHAPES

register = template.Library()

DEADLINE_MARKS = {
    "running": "waiting",
    "soon": "soon",
    "breached": "late",
    "paused": "paused",
    "met": "done",
    "met-late": "done",
}


def duration_words(length: timedelta, units: int = 2) -> str:
    """A length of time in at most two units, as people say it."""
    return _said(max(length.days * 1440 + length.seconds // 60, 0), units, get_language())


@lru_cache(maxsize=4096)
def _said(minutes: int, units: int, _language: str | None) -> str:
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        first, second = (
            ngettext("%(n)d day", "%(n)d days", days) % {"n": days},
            hours and _("%(n)d h") % {"n": hours},
        )
    elif hours:
        first, second = _("%(n)d h") % {"n": hours}, minutes and _("%(n)d min") % {"n": minutes}
    else:
        return _("%(n)d min") % {"n": minutes}
    return _("%(first)s %(second)s") % {"first": first, "second": second} if second and units > 1 else first


@register.simple_tag
def when(moment: datetime | None, form: str = "relative") -> SafeString:
    """A moment: `relative` (ticks in the browser), `short` or `full`; the exact time is in the title."""
    if moment is None:
        return mark_safe('<span class="quiet">—</span>')
    exact = timezone.localtime(moment).isoformat()
    day, time = exact[:10], exact[11:16]
    full, words, ticks = f"{day} {time}", f"{day[5:]} {time}", ""
    if not day.startswith(f"{timezone.localdate().year}-"):
        words = day  # of another year: the hour tells nobody anything
    if form == "full":
        words = full
    elif form == "relative":
        words, ticks = ago(timezone.now() - moment) or words, " data-relative"
    return mark_safe(f'<time datetime="{exact}" title="{full}"{ticks}>{escape(words)}</time>')  # noqa: S308


@register.filter
def by_day(moment: datetime) -> str:
    """A moment for somebody who has to remember it: "tomorrow 14:00", "Fri, 4 December, 18:00"."""
    local, today = timezone.localtime(moment), timezone.localdate()
    away = (local.date() - today) // timedelta(days=1)
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}.get(away)
    facts = {"time": f"{local:%H:%M}", "weekday": WEEKDAYS_ABBR[local.weekday()], "near": near}
    if near:
        return _("%(near)s %(time)s") % facts
    # Translators: letters as Django's date filter reads them.
    day = date_format(local, _("j F") if local.year == today.year else _("j F Y"))
    return _("%(weekday)s, %(day)s, %(time)s") % {**facts, "day": day}


@register.filter
def until_then(since: datetime, until: datetime) -> str:
    """A stretch of a day for somebody who is to come: "tomorrow 14:00–16:00"."""
    return f"{by_day(since)}–{timezone.localtime(until):%H:%M}"


@register.filter
def distance(metres: float) -> str:
    """How far, as people say it: to ten metres, from a kilometre on in kilometres."""
    if metres < 1000:
        return _("{count} m").format(count=max(10, int(round(metres, -1))))
    return _("{count} km").format(count=f"{metres / 1000:.1f}".removesuffix(".0"))


@register.filter
def is_past(moment: datetime) -> bool:
    """Whether a moment is over."""
    return moment < timezone.now()


def ago(passed: timedelta) -> str:
    """How long ago, for two days; nothing for what is to come or longer past."""
    if not timedelta(0) <= passed < timedelta(days=2):
        return ""
    if passed < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": duration_words(passed, units=1)}


@dataclass(frozen=True)
class DeadlineView:
    """What a deadline bar shows: how it stands, how full it is, and the words beside it."""

    state: str
    filled: int
    words: str


def deadline_view(
    started: datetime | None, due: datetime, met: datetime | None, paused: datetime | None, now: datetime
) -> DeadlineView:
    """How a deadline stands at a moment; from four fifths of its time on it is due soon."""
    at = met or paused or now
    whole = (due - started).total_seconds() if started else 0
    filled = 100 if whole <= 0 else round(100 * (at - started).total_seconds() / whole) if started else 0
    filled = min(max(filled, 0), 100)
    left = due - at
    late = left < timedelta(0)
    length = duration_words(abs(left))
    if met:
        words = _("Met, late by %(time)s") if late else _("Met, %(time)s early")
        return DeadlineView("met-late" if late else "met", filled, words % {"time": length})
    if paused:
        words = _("Paused, late by %(time)s") if late else _("Paused, %(time)s left")
        return DeadlineView("paused", filled, words % {"time": length})
    if late:
        return DeadlineView("breached", 100, _("Overdue by %(time)s") % {"time": length})
    return DeadlineView("soon" if filled >= 80 else "running", filled, _("%(time)s left") % {"time": length})


def unit_words(value: float, unit: str) -> str:
    """An amount of a limit's unit in words: 4 working hours, 3 working days."""
    number = f"{value:.1f}".removesuffix(".0")
    words = {
        "working_hours": _("%(n)s working hours"),
        "working_days": _("%(n)s working days"),
        "days": _("%(n)s days"),
        "hours": _("%(n)s hours"),
        "minutes": _("%(n)s minutes"),
    }
    return words.get(unit, "%(n)s " + unit.replace("_", " ")) % {"n": number}


def paused_view(subject: Any) -> DeadlineView:
    """A stored deadline while it stands still: it keeps what is left, in the units of its limit."""
    value = float(subject.value or 0)
    filled = round(100 * (1 - subject.left / value)) if value else 0
    words = _("Paused, %(time)s left") % {"time": unit_words(subject.left, subject.unit)}
    return DeadlineView("paused", min(max(filled, 0), 100), words)


def moment_of(subject: object, *names: str) -> datetime | None:
    """The first of these attributes that the subject has and that is set."""
    for name in names:
        found = getattr(subject, name, None)
        if isinstance(found, datetime):
            return found
    return None


@register.inclusion_tag("web/components/deadline.html")
def deadline(
    subject: object = None,
    *,
    due: datetime | None = None,
    started: datetime | None = None,
    met: datetime | None = None,
    paused: datetime | None = None,
    label: str = "",
    compact: bool = False,
    note: str = "",
) -> dict[str, Any]:
    """A thin bar that fills with the time left in words; takes a stored deadline or its moments."""
    due = due or moment_of(subject, "due_at", "due")
    started = started or moment_of(subject, "started_at", "counted_from", "started")
    met = met or moment_of(subject, "met_at", "met")
    paused = paused or moment_of(subject, "paused_at", "paused_since", "paused")
    if due is None and paused and getattr(subject, "left", None) is not None:
        shown = paused_view(subject)
    elif due is None:
        return {"shown": None, "label": label, "compact": compact}
    else:
        shown = deadline_view(started, due, met, paused, timezone.now())
    ticking = shown.state in {"running", "soon", "breached"}
    explanation = getattr(subject, "explanation", None)
    return {
        "shown": shown,
        "label": label,
        "due": timezone.localtime(due) if due else None,
        "counted": explain(explanation) if explanation and not compact else [],
        "started": timezone.localtime(started) if started else None,
        "ticking": ticking,
        "compact": compact,
        "note": note,
        "mark": mark_safe(STATUS_SHAPES[DEADLINE_MARKS[shown.state]]),  # noqa: S308 - our own drawings
    }


@register.simple_tag
def short_deadline(due: datetime | None, started: datetime | None) -> SafeString:
    """The compact bar of a running deadline, for long lists: what `deadline` draws, without a template a row."""
    if due is None:
        return mark_safe(f'<span class="quiet">{escape(_("No deadline"))}</span>')  # noqa: S308
    shown = deadline_view(started, due, None, None, timezone.now())
    ticking = ""
    if started:
        ticking = (
            f' data-deadline data-started="{timezone.localtime(started).isoformat()}"'
            f' data-due="{timezone.localtime(due).isoformat()}"{ticking_words(get_language())}'
        )
    return mark_safe(  # noqa: S308 - every word is escaped
        f'<div class="deadline {shown.state} compact"{ticking}><span class="deadline-words">'
        f'<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">{STATUS_SHAPES[DEADLINE_MARKS[shown.state]]}</svg>'
        f"<span data-deadline-words>{escape(shown.words)}</span></span>"
        '<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="4"/>'
        f'<rect class="fill" width="{shown.filled}" height="4"/></svg></div>'
    )


@lru_cache(maxsize=8)
def ticking_words(_language: str | None) -> str:
    """What the browser says as time goes by."""
    return f' data-left="{escape(_("{time} left"))}" data-over="{escape(_("Overdue by {time}"))}"'
