"""Asking: fields, error summary, cards to choose from, photo and place pickers, rating."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, Select, Textarea
from django.utils.translation import gettext as _

register = template.Library()


def rating_words() -> dict[int, str]:
    """The five levels of the service rating, best first; the last two are bad."""
    return {
        5: _("Very satisfied"),
        4: _("Satisfied"),
        3: _("Fairly satisfied"),
        2: _("Not satisfied"),
        1: _("Not satisfied at all"),
    }


@register.inclusion_tag("web/components/field.html")
def field(
    bound: BoundField, label: str = "", hint: str = "", optional: bool | None = None, **attributes: Any
) -> dict[str, Any]:
    """Any Django field with its label, hint, error and what was typed; attributes go to the control."""
    widget = bound.field.widget
    shape = getattr(widget, "shape", "text")
    if shape == "place":
        words, longitude, latitude = (
            widget.decompress(bound.value()) if not isinstance(bound.value(), list) else bound.value()
        )
        return {"shape": shape, "bound": bound, "label": label or bound.label, "hint": hint or bound.help_text,
                "words": words, "longitude": longitude, "latitude": latitude}  # fmt: skip
    if isinstance(widget, CheckboxInput):
        shape = "check"
    elif getattr(widget, "input_type", "") in {"radio", "checkbox"} or bound.use_fieldset:
        shape = "choices"
    elif isinstance(widget, Select):
        shape = "select"
    elif isinstance(widget, Textarea):
        shape = "area"
    given = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    if shape in {"text", "area", "select"}:
        given["class"] = f"control {given.get('class', '')} {widget.attrs.get('class', '')}".strip()
    if hint and not bound.help_text:
        given["aria-describedby"] = " ".join(
            [f"{bound.auto_id}_helptext", *([f"{bound.auto_id}_error"] if bound.errors else [])]
        )
    return {
        "bound": bound,
        "control": "" if shape == "choices" else bound.as_widget(attrs=given),
        "shape": shape,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "optional": not bound.field.required if optional is None else optional,
    }


@register.inclusion_tag("web/components/suggestions.html")
def suggestions(bound: BoundField, picks: Iterable[Any]) -> dict[str, Any]:
    """What could stand in a field, each one touch away with its reason: picks {value, name, why, sure}."""
    return {"name": bound.html_name, "picks": picks}


def target_of(form: BaseForm, name: str) -> str:
    """Where a line of the error summary leads: the control, or the group of choices."""
    return f"#{form[name].id_for_label or form[name].auto_id}" if name in form.fields else ""


def worded(form: BaseForm, name: str, words: str) -> str:
    """An error with the field it belongs to, since the summary stands far from it; a question is no name."""
    if name not in form.fields or str(form[name].label).endswith(("?", "？")):
        return words
    return _("%(field)s: %(words)s") % {"field": form[name].label, "words": words}


@register.inclusion_tag("web/components/error_summary.html")
def error_summary(form: BaseForm, title: str = "") -> dict[str, Any]:
    """What to put right, at the top of the page, each line a link to its field, in the order of the fields."""
    order = {name: at for at, name in enumerate(form.fields)}
    lines = [
        (target_of(form, name), worded(form, name, str(words)))
        for name, found in sorted(form.errors.items(), key=lambda each: order.get(each[0], -1))
        for words in found
    ]
    return {"lines": lines, "title": title or _("There is a problem")}


@register.inclusion_tag("web/components/radio_cards.html")
def radio_cards(
    bound: BoundField,
    hints: Mapping[Any, str] | None = None,
    icons: Mapping[Any, str] | None = None,
    label: str = "",
    columns: int = 1,
) -> dict[str, Any]:
    """Choices as large cards, one touch each; hints and icons are keyed by the choice's value."""
    cards = []
    for choice in bound.subwidgets:
        value = str(choice.data["value"])
        cards.append(
            {
                "control": choice.tag(),
                "id": choice.id_for_label,
                "label": choice.choice_label,
                "hint": (hints or {}).get(value, ""),
                "icon": (icons or {}).get(value, ""),
            }
        )
    return {"bound": bound, "cards": cards, "label": label or bound.label, "columns": columns}


@register.inclusion_tag("web/components/photo_picker.html")
def photo_picker(
    name: str = "photos",
    label: str = "",
    hint: str = "",
    most: int = 6,
    required: bool = False,
    errors: Iterable[str] = (),
    camera: bool = False,
) -> dict[str, Any]:
    """Photos from camera or album: previewed and made smaller in the browser before they are sent."""
    return {
        "name": name,
        "label": label or _("Photos"),
        "hint": hint,
        "most": most,
        "required": required,
        "errors": list(errors),
        "camera": camera,
    }


@register.inclusion_tag("web/components/place_picker.html", takes_context=True)
def place_picker(
    context: template.Context,
    name: str = "place",
    label: str = "",
    hint: str = "",
    words: str = "",
    longitude: Any = "",
    latitude: Any = "",
    errors: Iterable[str] = (),
    grids: str = "",
    suggest: str = "",
    scan: str = "",
    map_open: bool = False,
    locate: bool = True,
    here: str = "",
    eager: bool = False,
) -> dict[str, Any]:
    """A place by words, phone position, QR code or a touch on the map.

    `locate=False`: who fills it in sits elsewhere. `here` names the ground under a point; `eager` takes the phone's
    position unasked where it may. Posts <name>, <name>_longitude, <name>_latitude and <name>_source (phone, unasked,
    map, address or nothing).
    """
    return {
        "name": name,
        "label": label or _("Where is it?"),
        "hint": hint,
        "words": words or "",
        "longitude": longitude if longitude is not None else "",
        "latitude": latitude if latitude is not None else "",
        "errors": list(errors),
        "grids": grids,
        "suggest": suggest,
        "scan": scan,
        "map_open": map_open,
        "locate": locate,
        "here": here,
        "eager": eager,
        "request": context.get("request"),
    }


@register.inclusion_tag("web/components/send_bar.html")
def send_bar(words: str, icon_name: str = "", hint: str = "", kind: str = "primary") -> dict[str, Any]:
    """The way out of a form that may carry photos: sent once, with progress, kept and tried again on a bad network."""
    return {"words": words, "icon_name": icon_name, "hint": hint, "kind": kind}


@register.inclusion_tag("web/components/draft_found.html")
def draft_found() -> dict[str, Any]:
    """In a form with data-draft: says when words of last time came back, and offers to begin anew."""
    return {}


@register.inclusion_tag("web/components/rating.html")
def rating(
    name: str = "rating", value: Any = None, label: str = "", errors: Iterable[str] = ()
) -> dict[str, Any]:
    """Five levels as large cards with a word each; arrow keys move, two of them are bad ratings."""
    levels = [
        {"value": level, "words": words, "checked": str(level) == str(value)}
        for level, words in rating_words().items()
    ]
    return {
        "name": name,
        "levels": levels,
        "label": label or _("Are you satisfied with how it was handled?"),
        "errors": list(errors),
    }


@register.inclusion_tag("web/components/rating_shown.html")
def rating_shown(value: int) -> dict[str, Any]:
    """A rating that was given: five marks and its word."""
    return {
        "marks": [level <= value for level in range(1, 6)],
        "words": rating_words()[value],
        "value": value,
    }
