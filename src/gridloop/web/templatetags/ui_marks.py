"""Small marks: icons, statuses, tags, times and the deadline bar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridloop.core.clocks.explaining import explain
from gridloop.web.templatetags.icon_shapes import SHAPES, STATUS_SHAPES

register = template.Library()

# Steps that speak for themselves; a page may pass the tone instead.
STEP_TONES = {
    "reported": "waiting",
    "offered": "waiting",
    "draft": "waiting",
    "accepted": "moving",
    "dispatched": "moving",
    "handling": "moving",
    "taken": "moving",
    "assigned": "moving",
    "underway": "moving",
    "promised": "moving",
    "arrived": "moving",
    "in_force": "done",
    "handed_back": "refused",
    "expired": "refused",
    "ended": "closed",
    "asked": "asked",
    "suspended": "paused",
    "done": "done",
    "verified": "done",
    "completed": "done",
    "closed": "closed",
    "unresolved": "refused",
    "declined": "refused",
    "withdrawn": "refused",
    "returned": "refused",
    "supervised": "watched",
    "overdue": "late",
    "breached": "late",
}


def html_attributes(given: Mapping[str, Any]) -> SafeString:
    """Keyword arguments as HTML attributes: hx_post becomes hx-post; False and None vanish."""
    kept = {name.rstrip("_").replace("_", "-"): value for name, value in given.items()}
    return flatatt({name: value for name, value in kept.items() if value is not None and value is not False})


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """One drawn icon; silent to screen readers unless it stands alone and carries a label."""
    shape = SHAPES.get(name) or SHAPES["information"]
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" focusable="false" {}>{}</svg>',
        f" icon-{size}" if size else "",
        voice,
        mark_safe(shape),  # noqa: S308 - our own drawings
    )


@register.simple_tag
def button(
    words: str,
    kind: str = "secondary",
    icon_name: str = "",
    href: str = "",
    after: str = "",
    **attributes: Any,
) -> SafeString:
    """A button or, with href, a link that looks like one; kind is primary, secondary, quiet or danger."""
    inside = format_html(
        "{}<span>{}</span>{}", icon(icon_name) if icon_name else "", words, icon(after) if after else ""
    )
    attributes["class"] = f"button {kind} {attributes.pop('class', '')}".strip()
    if href:
        return format_html('<a href="{}"{}>{}</a>', href, html_attributes(attributes), inside)
    attributes.setdefault("type", "submit" if kind == "primary" else "button")
    return format_html("<button{}>{}</button>", html_attributes(attributes), inside)


@register.simple_tag
def icon_button(words: str, icon_name: str, href: str = "", **attributes: Any) -> SafeString:
    """A button that shows only an icon; its words are read aloud and appear on hover."""
    attributes["class"] = f"icon-button {attributes.pop('class', '')}".strip()
    attributes |= {"title": words, "aria_label": words}
    if href:
        return format_html('<a href="{}"{}>{}</a>', href, html_attributes(attributes), icon(icon_name))
    attributes.setdefault("type", "button")
    return format_html("<button{}>{}</button>", html_attributes(attributes), icon(icon_name))


@register.simple_tag
def status(tone: str, words: str = "", strong: bool = False) -> SafeString:
    """Where something stands: a word and a shape first, a colour second; tone may be a step's name."""
    shown = tone if tone in STATUS_SHAPES else STEP_TONES.get(tone, "waiting")
    return format_html(
        '<span class="status {}{}">'
        '<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">{}</svg>{}</span>',
        shown,
        " strong" if strong else "",
        mark_safe(STATUS_SHAPES[shown]),  # noqa: S308 - our own drawings
        words or tone,
    )


@register.simple_tag
def tag(
    words: str, kind: str = "", href: str = "", icon_name: str = "", remove: str = "", count: Any = None
) -> SafeString:
    """A short word on a quiet ground: a class, an area, a filter that can be removed."""
    inside = format_html(
        "{}<span>{}</span>{}",
        icon(icon_name) if icon_name else "",
        words,
        format_html(' <b class="count">{}</b>', count) if count is not None else "",
    )
    shown = format_html('<a class="tag {}" href="{}">{}</a>', kind, href, inside) if href else None
    if remove:
        inside = format_html(
            '{}<a class="remove" href="{}" aria-label="{}">{}</a>',
            inside,
            remove,
            _("Remove %(words)s") % {"words": words},
            icon("close"),
        )
    return shown or format_html('<span class="tag {}">{}</span>', kind, inside)


def duration_words(length: timedelta, units: int = 2) -> str:
    """A length of time in at most two units, as people say it."""
    minutes = max(int(length.total_seconds() // 60), 0)
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
    local = timezone.localtime(moment)
    full, short = f"{local:%Y-%m-%d %H:%M}", f"{local:%m-%d %H:%M}"
    if form != "relative":
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            local.isoformat(),
            full,
            full if form == "full" else short,
        )
    passed = timezone.now() - moment
    near = timedelta(0) <= passed < timedelta(days=2)
    words = _("%(time)s ago") % {"time": duration_words(passed, units=1)} if near else short
    if near and passed < timedelta(minutes=1):
        words = _("just now")
    return format_html(
        '<time datetime="{}" title="{}" data-relative>{}</time>', local.isoformat(), full, words
    )


@register.filter
def spoken(length: timedelta) -> str:
    """A length of time in words: 2 h 15 min."""
    return duration_words(length)


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
        return format_html('<span class="quiet">{}</span>', _("No deadline"))
    shown = deadline_view(started, due, None, None, timezone.now())
    ticking = format_html(
        ' data-deadline data-started="{}" data-due="{}" data-left="{}" data-over="{}"',
        timezone.localtime(started).isoformat() if started else "",
        timezone.localtime(due).isoformat(),
        _("{time} left"),
        _("Overdue by {time}"),
    )
    return format_html(
        '<div class="deadline {} compact"{}><span class="deadline-words">'
        '<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">{}</svg><span data-deadline-words>{}</span></span>'
        '<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="4"/><rect class="fill" width="{}" height="4"/></svg></div>',
        shown.state,
        ticking if started else "",
        mark_safe(STATUS_SHAPES[DEADLINE_MARKS[shown.state]]),  # noqa: S308 - our own drawings
        shown.words,
        shown.filled,
    )


DEADLINE_MARKS = {
    "running": "waiting",
    "soon": "soon",
    "breached": "late",
    "paused": "paused",
    "met": "done",
    "met-late": "done",
}
