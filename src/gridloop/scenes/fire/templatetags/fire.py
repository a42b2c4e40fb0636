"""Small words and tones of alarms and hazards for the pages."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridloop.core.cases.models import Case
from gridloop.scenes.fire.alarms.ladder import RUNGS
from gridloop.scenes.fire.alarms.queries import FalseRate

register = template.Library()
TONES = {
    "raised": "late", "acknowledged": "waiting", "on_the_way": "moving", "on_site": "moving", "fighting": "late",
    "closed": "closed", "found": "waiting", "ordered": "moving", "rectified": "done", "declined": "refused",
    "reported": "waiting", "handling": "moving", "done": "done",
}  # fmt: skip


@register.filter
def alarm_tone(case: Case) -> str:
    """A step's tone; alarms have steps the library does not know."""
    return TONES.get(case.step, "moving")


@register.filter
def rung_title(rung: int) -> str | Promise:
    return RUNGS[rung - 1].title if 1 <= rung <= len(RUNGS) else ""


@register.simple_tag
def minutes_since(at: datetime) -> str:
    """How long ago, in the unit a duty room thinks in."""
    minutes = int((timezone.now() - at).total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 120:
        return _("%(n)d min") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)d h") % {"n": minutes // 60}
    return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}


@register.filter
def rate_words(rate: FalseRate) -> str:
    """3 of 4 false (75 %): the arithmetic beside the rate."""
    if rate.share is None:
        return _("never judged before")
    return _("%(false)d of %(all)d false (%(share).0f %%)") % {
        "false": rate.false,
        "all": rate.judged,
        "share": rate.share * 100,
    }


@register.filter
def distance(metres: int | None) -> str:
    if metres is None:
        return "—"
    return _("%(n)d m") % {"n": metres} if metres < 1000 else _("%(n).1f km") % {"n": metres / 1000}


@register.filter
def days_words(days: float | None) -> str:
    return "—" if days is None else _("%(n).1f days") % {"n": days}


@register.filter
def nth_time(times: int) -> str:
    """The third time says more than a 3."""
    return _("time number %(n)d") % {"n": times} if times > 1 else _("first time")
