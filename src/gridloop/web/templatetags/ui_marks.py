"""Small marks: icons, buttons, statuses and tags."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

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


@register.filter
def grouped(number: int | None) -> str:
    """A large number in groups of three; nothing counted is a dash."""
    return f"{number:,}" if number else "—"


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """One drawn icon; silent to screen readers unless it stands alone and carries a label."""
    return drawn_icon(name, str(label), size)


# A page draws the same dozen again and again; safe text is not plain text.
@lru_cache(maxsize=1024, typed=True)
def drawn_icon(name: str, label: str, size: str) -> SafeString:
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
    return drawn_status(shown, str(words or tone), strong)


@lru_cache(maxsize=1024, typed=True)
def drawn_status(shown: str, words: str, strong: bool) -> SafeString:
    return format_html(
        '<span class="status {}{}">'
        '<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">{}</svg>{}</span>',
        shown,
        " strong" if strong else "",
        mark_safe(STATUS_SHAPES[shown]),  # noqa: S308 - our own drawings
        words,
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
