"""Lists: table headers and selection, pager, tabs, filters, timeline, ranking, figures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gridloop.web.templatetags.ui_marks import icon

register = template.Library()


def address_with(request: HttpRequest | None, drop: Sequence[str] = (), **changes: str) -> str:
    """The present address with some of its query changed; used by sorting, paging and filters."""
    query = request.GET.copy() if request is not None else None
    if query is None:
        return "?" + "&".join(f"{name}={value}" for name, value in changes.items())
    for name in drop:
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def column(
    context: template.Context,
    words: str,
    sort: str = "",
    kind: str = "",
    hidden: bool = False,
    direction: str = "",
    current: bool = False,
) -> SafeString:
    """A header cell; with sort it is a link that orders the list and says how it is ordered.

    `direction`: a list that can be ordered one way by this column (ascending or descending) and is now, if `current`.
    """
    inside = format_html('<span class="sr">{}</span>', words) if hidden else words
    if not sort:
        return format_html('<th scope="col" class="{}">{}</th>', kind, inside)
    request = context.get("request")
    present = request.GET.get("sort", "") if request is not None else ""
    up, down = present == sort, present == f"-{sort}"
    if direction:
        up, down = current and direction == "ascending", current and direction == "descending"
    target = address_with(
        request, ("after", "before", "page"), sort=f"-{sort}" if up and not direction else sort
    )
    order = "ascending" if up else "descending" if down else "none"
    mark = icon("arrow-up" if up else "arrow-down" if down else "sort")
    return format_html(
        '<th scope="col" class="{} sortable" aria-sort="{}"><a href="{}">{}{}</a></th>',
        kind,
        order,
        target,
        inside,
        mark,
    )


@register.simple_tag
def select_all() -> SafeString:
    """The header cell that selects every row shown."""
    return format_html(
        '<th scope="col" class="pick"><input type="checkbox" data-select-all aria-label="{}"></th>',
        _("Select every row shown"),
    )


@register.simple_tag
def select_row(value: Any, words: str = "", name: str = "selected", form: str = "bulk") -> SafeString:
    """The cell that selects one row; its value is posted by the bulk bar's form."""
    label = _("Select %(words)s") % {"words": words or value}
    return mark_safe(  # noqa: S308 - every word is escaped
        f'<td class="pick"><input type="checkbox" name="{escape(name)}" value="{escape(value)}" form="{escape(form)}"'
        f' data-select aria-label="{escape(label)}"></td>'
    )


@register.simple_block_tag
def bulk_bar(content: str, action: str = "", form: str = "bulk", token: str = "") -> SafeString:
    """What can be done with the selected rows; appears once a row is selected."""
    return format_html(
        '<form class="bulk-bar" id="{}" method="post" action="{}" data-bulk hidden>'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<p role="status"><b data-bulk-count class="number">0</b> {}</p><div class="actions">{}</div>'
        '<button type="button" class="button quiet" data-bulk-clear>{}</button></form>',
        form,
        action,
        token,
        _("selected"),
        content,
        _("Clear"),
    )


@register.inclusion_tag("web/components/pager.html")
def pager(newer: str = "", older: str = "", words: str = "", total: Any = None) -> dict[str, Any]:
    """Newer and older by key, never by page number, so that the thousandth page is as quick as the first."""
    return {"newer": newer, "older": older, "words": words, "total": total}


@register.inclusion_tag("web/components/sift.html")
def sift() -> dict[str, Any]:
    """For a table that is whole on the page: shows only the rows that hold what is typed. Needs the script, so it hides without."""
    return {}


@register.inclusion_tag("web/components/tabs.html")
def tabs(items: Iterable[Mapping[str, Any]], label: str = "", target: str = "") -> dict[str, Any]:
    """Views of one thing as links: {title, url, current, count}; with target they are swapped in place."""
    return {"items": items, "label": label or _("Views"), "target": target}


@register.inclusion_tag("web/components/saved_filters.html")
def saved_filters(filters: Iterable[Mapping[str, Any]], save_url: str = "") -> dict[str, Any]:
    """Filters kept by name as chips: {title, url, current, count, urgent}."""
    return {"filters": filters, "save_url": save_url}


@register.inclusion_tag("web/components/timeline.html")
def timeline(entries: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """What happened: entries {icon, title, who, when, words, proof, photos, tone, ahead}."""
    return {"entries": entries, "label": label or _("What happened")}


@register.inclusion_tag("web/components/figure.html")
def figure(
    label: str,
    value: Any,
    unit: str = "",
    href: str = "",
    change: Any = None,
    better: str = "up",
    since: str = "",
    note: str = "",
    points: Sequence[float] = (),
    tone: str = "",
) -> dict[str, Any]:
    """One number with its trend; the number opens the cases behind it."""
    direction = ""
    if change is not None:
        text = str(change).strip()
        direction = "down" if text.startswith(("-", "−")) else "flat" if text.strip("+0.% ") == "" else "up"
    good = direction == better
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "href": href,
        "change": str(change).lstrip("+-−") if change is not None else "",
        "direction": direction,
        "judged": "" if direction in {"", "flat"} or not better else "good" if good else "bad",
        "since": since,
        "note": note,
        "line": sparkline(points),
        "tone": tone,
    }


def sparkline(points: Sequence[float]) -> str:
    """Points of a small trend line on a field of 100 by 24, or nothing when there is no trend to show."""
    if len(points) < 2:
        return ""
    low, high = min(points), max(points)
    span = (high - low) or 1
    step = 100 / (len(points) - 1)
    return " ".join(
        f"{index * step:.1f},{22 - 20 * (value - low) / span:.1f}" for index, value in enumerate(points)
    )


@register.inclusion_tag("web/components/ranking.html")
def ranking(
    rows: Iterable[Mapping[str, Any]], label: str = "", top: float | None = None, unit: str = ""
) -> dict[str, Any]:
    """Places in order with their arithmetic: rows {title, score, url, change, parts}.

    A part is {label, value, weight, points}.
    """
    listed = [dict(row) for row in rows]
    most = top or max((float(row["score"]) for row in listed), default=1) or 1
    for place, row in enumerate(listed, start=1):
        row.setdefault("place", place)
        row["filled"] = round(100 * float(row["score"]) / most, 1)
        step = int(row.get("change") or 0)
        row["moved"] = "up" if step > 0 else "down" if step < 0 else ""
        row["moved_by"] = abs(step)
    return {"rows": listed, "label": label or _("Ranking"), "unit": unit}
