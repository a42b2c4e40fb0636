"""/desk/enterprises/: everything on one page, each number leading to the matters behind it."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from gridloop.core.cases.models import Category
from gridloop.core.people.models import Organisation
from gridloop.core.territory import tree
from gridloop.scenes.enterprises.figures.counting import Count, Figures
from gridloop.scenes.enterprises.figures.counting import figures as counted
from gridloop.scenes.enterprises.matters.queries import matters_within_reach
from gridloop.scenes.enterprises.pages import show
from gridloop.web.acting import staff_only, viewer

PERIODS = {"month": 30, "quarter": 91, "year": 365}
MONTHS = 12


@require_safe
@staff_only()
def figures(request: HttpRequest) -> HttpResponse:
    """Taken, closed, on time, satisfied; by department, town, class and month."""
    period = request.GET.get("period", "all")
    since = timezone.localdate() - timedelta(days=PERIODS[period]) if period in PERIODS else None
    found = counted(matters_within_reach(viewer(request)).select_related(None), since)
    narrow = {"since": since.isoformat()} if since else {}
    return show(
        request,
        "figures/page",
        "figures",
        {
            "total": found.total,
            "headline": headline(found.total, narrow),
            "columns": [
                [
                    (_("By department and town"), _("Unit"), lines(found, "unit", unit_names(found), narrow)),
                    (_("By month"), pgettext("heading", "Month"), months(found)),
                ],
                [
                    (_("By town"), _("Town"), lines(found, "town", town_names(found), narrow)),
                    (_("By class"), _("Class"), lines(found, "class", class_names(found), narrow)),
                ],
            ],
            "chart": chart(found),
            "periods": periods(period),
        },
    )


def periods(period: str) -> list[dict[str, Any]]:
    titles = {
        "all": _("Since the beginning"),
        "year": _("A year"),
        "quarter": _("A quarter"),
        "month": _("30 days"),
    }
    return [
        {"title": title, "url": f"?period={name}", "current": name == period}
        for name, title in titles.items()
    ]


def address(**narrow: Any) -> str:
    return f"{reverse('enterprises:cases')}?{urlencode(narrow)}"


def percent(part: int, whole: int) -> str:
    """To one place; 99.96 % never reads as 100 % when one was bad."""
    if not whole:
        return "—"
    shown = f"{100 * part / whole:.1f}"
    return (
        "99.9" if shown == "100.0" and part < whole else shown.removesuffix(".0") if part == whole else shown
    )


def headline(total: Count, narrow: dict[str, str]) -> list[dict[str, Any]]:
    """The figures at the top, each with how it came about."""
    return [
        {"label": _("Matters taken"), "value": f"{total.taken:,}", "href": address(**narrow), "unit": "", "note": _("%(open)d open now") % {"open": total.open}},
        {"label": _("Closed"), "value": f"{total.closed:,}", "href": address(what="closed", **narrow), "unit": "", "note": arithmetic(total.closed, total.taken)},
        {"label": _("Answered on time"), "value": percent(total.on_time, total.answered), "unit": "%", "href": address(what="on_time", **narrow), "note": arithmetic(total.on_time, total.answered)},
        {"label": _("Satisfied"), "value": percent(total.satisfied, total.reviewed), "unit": "%", "href": address(what="satisfied", **narrow), "note": arithmetic(total.satisfied, total.reviewed)},
        {"label": _("Not satisfied"), "value": f"{total.reviewed - total.satisfied:,}", "unit": "", "href": address(what="unsatisfied", **narrow), "note": _("of %(n)s judged") % {"n": f"{total.reviewed:,}"}},
    ]  # fmt: skip


def arithmetic(part: int, whole: int) -> str:
    return f"{part:,} / {whole:,} = {percent(part, whole)}%" if whole else "—"


def line(title: str, count: Count, narrow: dict[str, Any]) -> dict[str, Any]:
    """One row of a table: five numbers, each with its address."""
    return {
        "title": title,
        "url": address(**narrow),
        "count": count,
        "open_url": address(what="open", **narrow),
        "closed_url": address(what="closed", **narrow),
        "on_time_url": address(what="on_time", **narrow),
        "satisfied_url": address(what="satisfied", **narrow),
        "on_time": percent(count.on_time, count.answered),
        "on_time_note": arithmetic(count.on_time, count.answered),
        "satisfied": percent(count.satisfied, count.reviewed),
        "satisfied_note": arithmetic(count.satisfied, count.reviewed),
    }


def lines(found: Figures, name: str, titles: dict[int, str], narrow: dict[str, str]) -> list[dict[str, Any]]:
    field = "category" if name == "class" else name
    ordered = sorted(found.by[name].items(), key=lambda item: -item[1].taken)
    return [
        line(titles.get(member, "—"), count, {field: member, **narrow})
        for member, count in ordered
        if member is not None
    ]


def unit_names(found: Figures) -> dict[int, str]:
    wanted = [unit for unit in found.by["unit"] if unit]
    return dict(Organisation.objects.filter(pk__in=wanted).values_list("pk", "name"))


def town_names(found: Figures) -> dict[int, str]:
    picture = tree.current()
    return {town: picture.name(town) for town in found.by["town"] if town in picture}


def class_names(found: Figures) -> dict[int, str]:
    return dict(
        Category.objects.filter(pk__in=[each for each in found.by["class"] if each]).values_list("pk", "name")
    )


def month_narrow(said: str) -> dict[str, str]:
    year, month = (int(part) for part in said.split("-"))
    following = date(year + month // 12, month % 12 + 1, 1)
    return {"since": date(year, month, 1).isoformat(), "until": (following - timedelta(days=1)).isoformat()}


def months(found: Figures) -> list[dict[str, Any]]:
    newest = sorted(found.by["month"].items(), reverse=True)[:MONTHS]
    return [line(month, count, month_narrow(month)) for month, count in newest]


def chart(found: Figures) -> dict[str, Any]:
    """Matters a month, for the drawn line; the table beside it has the same numbers."""
    oldest_first = sorted(found.by["month"].items())[-MONTHS:]
    return {
        "labels": [month for month, _count in oldest_first],
        "series": [
            {"name": str(_("Taken in")), "values": [count.taken for _month, count in oldest_first]},
            {
                "name": str(_("Closed")),
                "values": [count.closed for _month, count in oldest_first],
                "soft": True,
            },
        ],
        "unit": "",
    }
