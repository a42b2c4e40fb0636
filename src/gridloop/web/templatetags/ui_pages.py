"""Parts of a page: notices, dialogs, steps, menus, trails, people, language and display choices."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from gridloop.web.templatetags.ui_marks import button, icon

register = template.Library()


@register.simple_tag(takes_context=True)
def display(context: template.Context, theme: str = "") -> SafeString:
    """Attributes of <html>: language, theme (paper or charcoal) and size (elder), as chosen."""
    request: HttpRequest | None = context.get("request")
    cookies = request.COOKIES if request is not None else {}
    size = "elder" if cookies.get("size") == "elder" else "plain"
    shown = theme or ("charcoal" if cookies.get("theme") == "charcoal" else "paper")
    language = "zh-Hans" if (get_language() or "").startswith("zh") else to_locale(get_language() or "en")
    return format_html('lang="{}" data-theme="{}" data-size="{}"', language, shown, size)


@register.simple_tag(takes_context=True)
def charcoal(context: template.Context, when: str) -> str:
    """When the charcoal sheet holds, as a media query: at night as the phone says, unless this browser has chosen."""
    request: HttpRequest | None = context.get("request")
    chosen = request.COOKIES.get("theme") if request is not None else None
    return {"charcoal": "all", "paper": "not all"}.get(chosen or "", when)


@register.inclusion_tag("web/components/language_switch.html", takes_context=True)
def language_switch(context: template.Context) -> dict[str, Any]:
    """Chinese or English; a plain form, so that it works before any script has loaded."""
    try:
        address = reverse("set_language")
    except NoReverseMatch:
        address = "/language"
    names = {"zh-hans": "中文", "en": "English"}
    present = get_language()
    offered = [
        {"code": code, "name": names.get(code, name), "current": code == present}
        for code, name in settings.LANGUAGES
    ]
    request = context.get("request")
    return {
        "offered": offered,
        "address": address,
        "next": request.get_full_path() if request is not None else "/",
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("web/components/empty.html")
def empty(
    title: str, words: str = "", icon_name: str = "inbox", action: str = "", href: str = ""
) -> dict[str, Any]:
    """Nothing here yet: says what will appear and how to make it appear."""
    return {"title": title, "words": words, "icon_name": icon_name, "action": action, "href": href}


@register.inclusion_tag("web/components/notice.html")
def notice(
    words: str, kind: str = "information", title: str = "", action: str = "", href: str = ""
) -> dict[str, Any]:
    """A message in the page; kind is information, good, warning or bad."""
    icons = {"information": "information", "good": "check", "warning": "warning", "bad": "warning"}
    return {
        "words": words,
        "kind": kind,
        "title": title,
        "action": action,
        "href": href,
        "icon_name": icons[kind],
    }


@register.simple_block_tag
def card(content: str, title: str = "", kind: str = "", level: int = 2, **attributes: Any) -> SafeString:
    """A sheet of paper on the ground, with a heading."""
    heading = format_html("<h{} class='card-title'>{}</h{}>", level, title, level) if title else ""
    name = attributes.get("id", "")
    return format_html(
        '<section class="card {}"{}>{}{}</section>',
        kind,
        format_html(' id="{}"', name) if name else "",
        heading,
        content,
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str, kind: str = "") -> SafeString:
    """A native dialog; any element with data-dialog="<id>" opens it, Escape and the cross close it."""
    return format_html(
        '<dialog id="{0}" class="dialog {1}" aria-labelledby="{0}-title"><header><h2 id="{0}-title">{2}</h2>'
        '<button type="button" class="icon-button" data-close aria-label="{3}">{4}</button></header>'
        '<div class="dialog-body">{5}</div></dialog>',
        id,
        kind,
        title,
        _("Close"),
        icon("close"),
        content,
    )


@register.simple_block_tag
def disclosure(content: str, words: str, open: bool = False, kind: str = "") -> SafeString:
    """Something most people need not read, one touch away."""
    return format_html(
        '<details class="disclosure {}"{}><summary>{}{}</summary><div>{}</div></details>',
        kind,
        " open" if open else "",
        icon("chevron-right"),
        words,
        content,
    )


@register.inclusion_tag("web/components/stepper.html")
def stepper(steps: Sequence[str], current: int = 1) -> dict[str, Any]:
    """Where one is in a short sequence; steps are counted from 1."""
    marked = [
        {
            "number": number,
            "words": words,
            "state": "past" if number < current else "now" if number == current else "next",
        }
        for number, words in enumerate(steps, start=1)
    ]
    return {"steps": marked, "current": current, "total": len(marked)}


@register.inclusion_tag("web/components/menu.html")
def menu(
    label: str, items: Iterable[Mapping[str, Any]], icon_name: str = "more", show_label: bool = False
) -> dict[str, Any]:
    """Actions kept out of the way: items {title, url, icon, danger, method, separator}."""
    return {"label": label, "items": items, "icon_name": icon_name, "show_label": show_label}


@register.inclusion_tag("web/components/breadcrumb.html")
def breadcrumb(trail: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """The way here: {title, url}; the last one is where one is."""
    return {"trail": list(trail)}


@register.inclusion_tag("web/components/person_line.html")
def person_line(
    name: str, role: str = "", organisation: str = "", phone: str = "", href: str = "", note: str = ""
) -> dict[str, Any]:
    """A person in one line, without a picture: name, role, organisation, masked telephone."""
    return {
        "name": name,
        "role": role,
        "organisation": organisation,
        "phone": phone,
        "href": href,
        "note": note,
    }


@register.inclusion_tag("web/components/facts.html")
def facts(pairs: Iterable[Sequence[Any]], kind: str = "") -> dict[str, Any]:
    """Name and value, one below the other: pairs of (term, value)."""
    return {"pairs": list(pairs), "kind": kind}


@register.inclusion_tag("web/components/next_step.html")
def next_step(words: str, by: Any = None, who: str = "", title: str = "") -> dict[str, Any]:
    """What happens next, who does it and by when, in plain words for the person who asked."""
    return {"words": words, "by": by, "who": who, "title": title or _("What happens next")}


@register.simple_tag
def copy_button(text: str, words: str, kind: str = "secondary") -> SafeString:
    """Copies a text, and says that it did."""
    return button(words, kind, "copy", data_copy=text, data_copied=_("Copied."))


@register.simple_tag
def share_button(address: str, title: str, words: str, kind: str = "secondary") -> SafeString:
    """Hands a page on through the phone's own sheet; where there is none, its address is copied."""
    return button(
        words, kind, "share", data_share=address, data_title=title, data_copied=_("The link is copied.")
    )
