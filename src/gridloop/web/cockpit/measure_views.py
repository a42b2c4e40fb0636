"""The measures page: every indicator of an area, unit, class or post, with its arithmetic, compared and drawn over time."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridloop.core.journal.actions import record
from gridloop.core.measures.daily import by_day, parts_of, times_between
from gridloop.core.measures.indicators import INDICATORS
from gridloop.core.spreadsheets import XLSX_TYPE, write_rows
from gridloop.web.acting import actor_of, staff_only
from gridloop.web.cockpit.case_views import whose_words
from gridloop.web.cockpit.choosing import ABILITIES, Chosen, chosen
from gridloop.web.cockpit.comparing import (
    SPANS,
    Span,
    charts,
    compared,
    compared_rows,
    earliest_day,
    span_of,
)
from gridloop.web.cockpit.lists import ranked
from gridloop.web.cockpit.views import AREA_HEADS, area_rows, ranking_dimensions
from gridloop.web.cockpit.words import LEVELS
from gridloop.web.move_forms import grouped_categories, unit_choices

TIMES = tuple(name for name, each in INDICATORS.items() if each.shape in {"median", "p90"})
COUNTED = tuple(name for name in INDICATORS if name not in TIMES)


@require_safe
@staff_only(*ABILITIES)
def measures(request: HttpRequest) -> HttpResponse:
    """The table and the charts; the times, which cost more, are fetched by the page after it stands."""
    choice = chosen(request)
    span = span_of(request.GET.get("span", ""), choice.day)
    daily = by_day(choice.scope, sorted(parts_of(COUNTED)), earliest_day(span), span.until)
    own = {} if choice.by == "area" else {"by": choice.by, "member": choice.member}
    context = {
        "choice": choice,
        "trail": choice.trail(),
        "span": span,
        "whose": whose_words(choice),
        "rows": compared_rows(choice, span, compared(span, COUNTED, daily)),
        "charts": charts(span, daily),
        "times_url": reverse("cockpit:times") + choice.address(shade="", span=span.name, **own),
        "export_url": reverse("cockpit:export") + choice.address(shade="", span=span.name, **own),
        "span_tabs": [
            {"title": title, "url": choice.address(shade="", span=name, **own), "current": name == span.name}
            for name, title in SPANS.items()
        ],
        "units": unit_choices(),
        "categories": grouped_categories(),
    }
    return render(request, "web/cockpit/measures.html", context)


@require_safe
@staff_only(*ABILITIES)
def times(request: HttpRequest) -> HttpResponse:
    """Medians and ninetieth percentiles, exact, of this period and of those it is compared with."""
    choice = chosen(request)
    span = span_of(request.GET.get("span", ""), choice.day)
    return render(request, "web/cockpit/measure_rows.html", {"rows": time_rows(choice, span), "span": span})


def time_rows(choice: Chosen, span: Span) -> list[dict[str, Any]]:
    stretches = (span.now, span.before, span.last_year)
    now, before, year = (times_between(choice.scope, *stretch) for stretch in stretches)
    return compared_rows(choice, span, [(name, now[name], before[name], year[name]) for name in TIMES])


@require_safe
@staff_only("export", *ABILITIES)
def export(request: HttpRequest) -> HttpResponseBase:
    """The measures, a ranking or the areas below as a spreadsheet; that it was taken is journalled."""
    choice = chosen(request)
    what = request.GET.get("what", "measures")
    if what == "ranking":
        heads, rows = ranking_sheet(choice, request.GET.get("of", ""))
    elif what == "areas":
        heads, rows = area_sheet(choice)
    else:
        heads, rows = measures_sheet(choice, span_of(request.GET.get("span", ""), choice.day))
    with transaction.atomic():
        record(
            "measures_exported",
            by=actor_of(request),
            area=choice.area,
            facts={"query": request.GET.urlencode()},
        )
    answer = StreamingHttpResponse(write_rows(heads, rows), content_type=XLSX_TYPE)
    answer["Content-Disposition"] = (
        f'attachment; filename="gridloop-{what if what.isalpha() else "measures"}-{choice.day:%Y%m%d}.xlsx"'
    )
    return answer


def measures_sheet(choice: Chosen, span: Span) -> tuple[list[Any], list[list[Any]]]:
    daily = by_day(choice.scope, sorted(parts_of(COUNTED)), earliest_day(span), span.until)
    rows = [*compared_rows(choice, span, compared(span, COUNTED, daily)), *time_rows(choice, span)]
    heads = [_("Whose"), _("Indicator"), _("From"), _("Until"), _("Value"), _("Unit"), _("Numerator"), _("Denominator"),
             _("Arithmetic"), _("Period before"), _("A year ago"), _("Meaning")]  # fmt: skip
    whose = whose_words(choice)
    return heads, [
        [whose, row["title"], span.now[0], span.now[1], rounded(row["now"].value), row["indicator"].unit,
         row["now"].numerator, row["now"].denominator, row["now"].words, rounded(row["before"].value),
         rounded(row["last_year"].value), row["indicator"].words]
        for row in rows
    ]  # fmt: skip


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def ranking_sheet(choice: Chosen, of: str) -> tuple[list[Any], list[list[Any]]]:
    offered = ranking_dimensions(choice)
    dimension = of if of in offered else offered[0]
    heads = [
        _("Rank"),
        LEVELS[dimension],
        _("Score"),
        _("Part"),
        _("Numerator"),
        _("Denominator"),
        _("Counts as"),
        _("Weight"),
        _("Points"),
    ]
    return heads, [
        [row["place"], row["title"], row["exact"], part["label"], float(part["numerator"]), float(part["denominator"]),
         float(part["worth"]), part["weight"], float(part["points"])]
        for row in ranked(choice, dimension)
        for part in row["parts"]
    ]  # fmt: skip


def area_sheet(choice: Chosen) -> tuple[list[Any], list[list[Any]]]:
    heads = [LEVELS.get(choice.below, _("Area")), *AREA_HEADS, _("Score")]
    return heads, [
        [row["title"], *(value for value, _url in row["numbers"]), row["score"]]
        for row in area_rows(choice, choice.children())
    ]
