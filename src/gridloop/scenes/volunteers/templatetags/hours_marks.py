"""Words about hours: how long, where they stand, why some were cut, and whose name is masked."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gridloop.core.people.personal_data import masked_name
from gridloop.core.territory import tree
from gridloop.scenes.volunteers.hours.credential import hours_of
from gridloop.scenes.volunteers.pairs.models import Companion, Reason
from gridloop.web.templatetags.ui_marks import status

register = template.Library()

TONES = {
    "claimed": "waiting", "published": "asked", "objected": "watched", "counted": "done", "refused": "refused",
    "reversed": "refused", "signed_up": "moving", "waiting": "waiting", "cancelled": "refused", "attended": "done",
    "no_show": "late", "proposed": "waiting", "asked": "asked", "accepted": "done", "declined": "refused",
    "ended": "closed", "due": "moving", "offered": "soon", "done": "done", "missed": "late",
}  # fmt: skip


@register.filter
def as_hours(minutes: int | None) -> str:
    """90 -> 1.5 h."""
    return _("%(n)s h") % {"n": hours_of(minutes or 0)}


@register.filter
def hours_number(minutes: int | None) -> str:
    """90 -> 1.5, for figures that carry their unit beside the number."""
    return hours_of(minutes or 0)


@register.filter
def masked(name: str) -> str:
    return masked_name(name)


@register.filter
def area_name(area: int | None) -> str:
    return tree.name(area) if area else "—"


@register.simple_tag
def standing(state: str, words: Any = "") -> SafeString:
    """Where an entry, a sign-up, a companion or a visit stands."""
    return status(TONES.get(state, "waiting"), str(words) or state)


@register.simple_tag
def cut_words(explanation: list[dict[str, Any]]) -> SafeString | str:
    """Why fewer minutes may count than were claimed."""
    if not explanation:
        return ""
    overlap = sum(row["minutes"] for row in explanation if row["why"] == "overlap")
    cap = sum(row["minutes"] for row in explanation if row["why"] == "cap")
    words = []
    if overlap:
        words.append(_("%(n)d min cut: other hours lie in that time") % {"n": overlap})
    if cap:
        words.append(_("%(n)d min cut: the day is full") % {"n": cap})
    return format_html('<span class="row-note">{}</span>', "; ".join(words))


@register.filter
def reason_title(reason: str) -> str:
    """Why somebody is on the register, in words."""
    return str(Reason(reason).label) if reason in Reason.values else reason


@register.simple_tag
def companion_cell(companions: list[Companion], role: str) -> SafeString:
    """Who is first or in reserve, by masked name and how they stand."""
    found = next((one for one in companions if one.role == role), None)
    if found is None:
        return format_html('<span class="quiet">{}</span>', _("nobody"))
    name = masked_name(found.volunteer.person.name)
    if found.state == "accepted":
        return format_html("{}", name)
    return format_html("{} {}", name, standing(found.state, found.get_state_display()))
