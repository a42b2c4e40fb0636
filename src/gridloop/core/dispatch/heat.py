"""Keeps the list of hot issues: open cases of late that many people write about, found again every few minutes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.dispatch.hotspots import Hotspot, Message, find_hotspots
from gridloop.core.dispatch.models import HotIssue
from gridloop.core.territory import tree

DAYS = 45
LOOKED_AT = 3000  # newest open cases of a county; comparing all with all grows with the square
KEPT = 20  # hottest issues of a county


def find_hot_issues() -> int:
    """Bring the rows of HotIssue in line with the open cases of late; returns how many there are.

    An issue keeps its row, and so its address, as long as it shares a case with what was found before.
    """
    now = timezone.now()
    recent = Case.objects.filter(open=True, reported_at__gte=now - timedelta(days=DAYS))
    counties = recent.order_by().values_list("county", flat=True).distinct()
    found = [spot for county in counties for spot in hotspots_in(county, now)]
    with transaction.atomic():
        return keep_issues(found, now)


def hotspots_in(county: int | None, now: datetime) -> list[Hotspot]:
    cases = Case.objects.filter(open=True, county=county, reported_at__gte=now - timedelta(days=DAYS))
    rows = cases.order_by("-id").values_list("pk", "title", "words", "reported_at", "community", "voices")[
        :LOOKED_AT
    ]
    picture = tree.current()
    messages = [
        Message(str(pk), title, words, at, picture.name(community) if community else None, voices - 1)
        for pk, title, words, at, community, voices in rows
    ]
    return find_hotspots(messages, now=now, limit=KEPT)


def keep_issues(found: Iterable[Hotspot], now: datetime) -> int:
    known = {issue.pk: issue for issue in HotIssue.objects.select_for_update()}
    row_of_case = {
        case: issue for issue, case in HotIssue.cases.through.objects.values_list("hotissue_id", "case_id")
    }
    kept: set[int] = set()
    for spot in found:
        cases = [int(each) for each in spot.message_ids]
        before = next(
            (row_of_case[case] for case in cases if row_of_case.get(case, 0) in known.keys() - kept), None
        )
        issue = keep_issue(known[before] if before else HotIssue(), spot, cases, now)
        kept.add(issue.pk)
    late = Q(last_at__gte=now - timedelta(days=DAYS))
    solved = ~Exists(Case.objects.filter(open=True, hot_issues=OuterRef("pk")))
    # What a file of older messages brought up stays until it is solved.
    HotIssue.objects.exclude(pk__in=kept).filter(late | Q(solved)).delete()
    return len(kept)


def keep_issue(issue: HotIssue, spot: Hotspot, cases: list[int], now: datetime) -> HotIssue:
    areas = Case.objects.filter(pk__in=cases).values_list("area", flat=True).distinct()
    issue.title, issue.place = spot.title[:120], (spot.place or "")[:120]
    issue.area_id = tree.current().common(areas)
    issue.heat, issue.arithmetic = spot.heat, spot.terms
    issue.first_at, issue.last_at, issue.found_at = spot.start, spot.end, now
    issue.save()
    issue.cases.set(cases)
    return issue
