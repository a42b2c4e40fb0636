"""The cases behind a number: exactly as many as it says, page by page; and those of one hot issue."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.dispatch.models import HotIssue
from gridloop.core.journal.errors import NotFound
from gridloop.core.measures.daily import by_day, facts_behind, summed
from gridloop.core.measures.indicators import INDICATORS
from gridloop.core.measures.models import CaseFact, Spell
from gridloop.core.measures.open_cases import NOTHING, counts_of, spells
from gridloop.core.measures.open_cases import PARTS as STANDING_PARTS
from gridloop.core.measures.queries import measures_of
from gridloop.core.people.models import Person
from gridloop.web.acting import person_of, staff_only
from gridloop.web.cockpit.choosing import ABILITIES, Chosen, chosen, number
from gridloop.web.cockpit.lists import names_of
from gridloop.web.cockpit.words import LEVELS, MEASURES, PARTS

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the case as far as the viewer may see it, and the day it counts for."""

    case: Case | None
    place: str
    day: date | None = None
    value: str = ""


@require_safe
@staff_only(*ABILITIES)
def cases(request: HttpRequest) -> HttpResponse:
    """One page of the cases behind one number."""
    choice, person = chosen(request), person_of(request)
    assert person is not None
    part = request.GET.get("part", "open")
    after = number(request.GET.get("after"))
    if part in STANDING_PARTS and "since" not in request.GET and "length" not in request.GET:
        found = standing_page(choice, person, part, after)
    else:
        found = facts_page(request, choice, person, part)
    context = {
        "choice": choice, "trail": choice.trail(), "part": part, "whose": whose_words(choice),
        "live_part": part in STANDING_PARTS and not choice.past, **found,
    }  # fmt: skip
    fragment = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    return render(request, "web/cockpit/case_rows.html" if fragment else "web/cockpit/cases.html", context)


def whose_words(choice: Chosen) -> str:
    if choice.by == "area":
        return choice.picture.full_name(choice.area)
    name = names_of(choice.by, [choice.member], choice.picture).get(choice.member, "")
    return f"{choice.picture.full_name(choice.area)} · {LEVELS[choice.by]} {name}"


def standing_page(choice: Chosen, person: Person, part: str, after: int | None) -> dict[str, Any]:
    field, member = (choice.level, choice.area) if choice.by == "area" else (choice.by, choice.member)
    rows = spells(part, field, member, choice.as_of)
    if choice.by != "area":
        rows = rows.filter(**{choice.level: choice.area})
        total = rows.count()
    else:
        total = getattr(counts_of([member], choice.as_of).get(member, NOTHING), part)
    rows = rows.filter(case__lt=after) if after else rows
    page: list[Spell] = list(rows.order_by("-case")[: PAGE + 1])
    more, page = len(page) > PAGE, page[:PAGE]
    seen = cases_seen(person, [spell.case for spell in page])
    return {
        "title": PARTS[part],
        "total": total,
        "rows": [row_of(choice, seen.get(spell.case)) for spell in page],
        "tabs": [
            {"title": words, "url": case_address(choice, part=name), "current": name == part}
            for name, words in PARTS.items()
        ],
        "older": case_address(choice, part=part, after=page[-1].case) if more else "",
        "newest": case_address(choice, part=part) if after else "",
    }


def facts_page(request: HttpRequest, choice: Chosen, person: Person, part: str) -> dict[str, Any]:
    measures = known_measures(part)
    since = since_of(request, choice)
    rows: QuerySet[CaseFact] = facts_behind(choice.scope, part, since, choice.day)
    sums = summed(by_day(choice.scope, measures, since, choice.day), since, choice.day)
    total = int(sum(sums.get(measure, (0, 0))[0] for measure in measures))
    day, pk = key_of(request.GET.get("after", ""))
    if day:
        rows = rows.filter(day__lte=day).exclude(day=day, pk__gte=pk)
    page = list(rows[: PAGE + 1])
    more, page = len(page) > PAGE, page[:PAGE]
    seen = cases_seen(person, [fact.case for fact in page])
    own = {"since": since.isoformat(), "part": part}
    return {
        "title": MEASURES[measures[0]],
        "total": total,
        "since": since,
        "rows": [row_of(choice, seen.get(fact.case), fact) for fact in page],
        "tabs": sides(choice, part, since),
        "meaning": INDICATORS[part.partition(".")[0]].words if "." in part else "",
        "older": case_address(choice, **own, after=f"{page[-1].day:%Y%m%d}-{page[-1].pk}") if more else "",
        "newest": case_address(choice, **own) if day else "",
    }


def known_measures(part: str) -> tuple[str, ...]:
    name, dot, side = part.partition(".")
    known = name in INDICATORS and side in {"numerator", "denominator"} if dot else name in MEASURES
    measures = measures_of(part) if known else ()
    if not measures or any(measure not in MEASURES for measure in measures):
        raise NotFound(_("There is no such number."))
    return measures


def sides(choice: Chosen, part: str, since: date) -> list[dict[str, Any]]:
    """Both sides of a rate, one click apart."""
    name, dot, _side = part.partition(".")
    if not dot or not INDICATORS[name].denominator:
        return []
    listed = []
    for side in ("numerator", "denominator"):
        measure = measures_of(f"{name}.{side}")[0]
        url = case_address(choice, part=f"{name}.{side}", since=since.isoformat())
        listed.append({"title": MEASURES[measure], "url": url, "current": part == f"{name}.{side}"})
    return listed


def since_of(request: HttpRequest, choice: Chosen) -> date:
    try:
        given = parse_date(request.GET.get("since", ""))
    except ValueError:
        given = None
    length = number(request.GET.get("length"))
    if given:
        return min(given, choice.day)
    return choice.day - timedelta(days=min(length, 3660) - 1) if length else choice.since


def key_of(text: str) -> tuple[date | None, int]:
    day, _dash, pk = text.partition("-")
    try:
        return (date(int(day[:4]), int(day[4:6]), int(day[6:8])), int(pk))
    except ValueError:
        return None, 0


def case_address(choice: Chosen, **more: Any) -> str:
    whose = {} if choice.by == "area" else {"by": choice.by, "member": choice.member}
    return choice.address(shade="", **whose, **more)


def cases_seen(person: Person, ids: list[int]) -> dict[int, Case]:
    seen = cases_within_reach(person).filter(pk__in=ids).select_related("category", "lead_unit")
    return {case.pk: case for case in seen}


def row_of(choice: Chosen, case: Case | None, fact: CaseFact | None = None) -> Row:
    place = choice.picture.name_from(case.area_id, choice.area) if case else ""
    value = f"{fact.value:g}" if fact and fact.measure in {"reviewed", "reviewed_again"} else ""
    return Row(case, place, fact.day if fact else None, value)


@require_safe
@staff_only(*ABILITIES)
def hot_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """One hot issue: the sum its heat is made of, and its cases within reach."""
    choice, person = chosen(request), person_of(request)
    issue = HotIssue.objects.filter(pk=pk, cases__in=cases_within_reach(person)).distinct().first()
    if issue is None:
        raise NotFound(_("This issue is not hot any more, or not yours to see."))
    found = (
        cases_within_reach(person)
        .filter(hot_issues=issue)
        .select_related("category", "lead_unit")
        .order_by("-id")
    )
    context = {
        "choice": choice, "trail": choice.trail(), "issue": issue,
        "rows": [row_of(choice, case) for case in found[:200]],
    }  # fmt: skip
    return render(request, "web/cockpit/hot_issue.html", context)
