"""What the case page tells of a case: its story, who knew what when, and why gridloop did what it did."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import Condition, Move, Need
from gridloop.core.cases.models import Case, Category, Request, Urgency
from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.cases.requests import EXTENSION, awaits_approval, awaits_decision
from gridloop.core.cases.spots import Spot
from gridloop.core.cases.timeline import Happening, timeline
from gridloop.core.dispatch.models import Firing, Suggestion
from gridloop.core.dispatch.queries import similar_open_cases
from gridloop.core.dispatch.rules import TITLES
from gridloop.core.notices.models import Notice
from gridloop.core.people.models import Organisation, Person
from gridloop.core.territory import tree
from gridloop.web.stories import ICONS, TONES
from gridloop.web.templatetags.ui_cases import clock_title

TOGETHER = "case_joined"  # many neighbours in a row are one line: the story is about what was done
FEW = 2


def story(found: Case) -> list[dict[str, Any]]:
    """The timeline for staff, newest first."""
    told: list[dict[str, Any]] = []
    for event, run in groupby(timeline(found, staff=True), key=lambda one: one.event):
        lines = list(run)
        told += (
            [joined(lines)] if event == TOGETHER and len(lines) > FEW else [line(found, one) for one in lines]
        )
    return told[::-1]


def line(found: Case, one: Happening) -> dict[str, Any]:
    return {
        "icon": ICONS.get(one.event, "information"),
        "title": title_of(found, one),
        "who": one.who,
        "when": one.at,
        "words": one.words,
        "tone": TONES.get(one.event, ""),
    }


def title_of(found: Case, one: Happening) -> Any:
    """The move with the step it led to; a clock's line says which clock, an escalation to which level."""
    clock = clock_title(one.facts["clock"]) if one.facts.get("clock") else ""
    if one.event == "escalated" and one.facts.get("level"):
        return _("%(clock)s overdue: escalated to level %(level)s") % {
            "clock": clock,
            "level": one.facts["level"],
        }
    if one.event == "case_approval_asked":
        return _("Approval asked for: %(move)s") % {"move": one.title}
    if asked := kinds.kind(found.kind).named(one.facts.get("asked_move", "")):
        return _("%(decision)s: %(move)s") % {"decision": one.title, "move": asked[0].title}
    if clock:
        return _("%(clock)s: %(what)s") % {"clock": clock, "what": one.title}
    if one.after and one.before and one.after != one.before:
        return f"{one.title} → {kinds.kind(found.kind).step(one.after).title}"
    return one.title


def joined(lines: list[Happening]) -> dict[str, Any]:
    """Several people who said "me too", one after the other, as one line."""
    last = lines[-1]
    words = ngettext("%(n)d more has the same matter", "%(n)d more have the same matter", len(lines))
    return {
        "icon": ICONS[TOGETHER],
        "title": words % {"n": len(lines)},
        "who": "、".join(dict.fromkeys(one.who for one in lines)),
        "when": last.at,
        "words": "",
        "tone": "",
    }


def waiting(found: Case, person: Person, deciding: Sequence[Move] = ()) -> list[dict[str, Any]]:
    """What waits for a second person's word: the move, who asked for it and when, what it brings, and whose word it is;
    `deciding`: the moves by which this person gives it, each shown beside what it decides."""
    told = []
    for request in found.requests.all():
        if request.decided_at is None:
            row = kinds.kind(found.kind).named(request.move)[0]
            granting = [one for one in kinds.kind(found.kind).moves if one.when is decided_when(request)]
            told.append({
                "title": row.title,
                "who": request.asked_by.name if request.asked_by else "",
                "when": request.asked_at,
                "words": request.words,
                "own": request.asked_by == person,
                "by": row.approval.title if row.approval else granting[0].who.title if granting else "",
                "moves": [one for one in deciding if one.when is decided_when(request)],
                "brings": [(need.title, brought(need, request.facts[need.name])) for need in row.needs if need.name in request.facts],
            })  # fmt: skip
    return told


def decided_when(request: Request) -> Condition:
    return awaits_decision if request.move == EXTENSION else awaits_approval


def brought(need: Need, value: Any) -> Any:
    """One fact of a move, in words."""
    if need.kind == "choice":
        return need.choices.get(value, value)
    if need.kind in ("organisation", "organisations"):
        units = value if isinstance(value, list) else [value]
        return "、".join(Organisation.objects.filter(pk__in=units).values_list("name", flat=True))
    return len(value) if need.kind == "photos" else value


def who_knew(found: Case) -> QuerySet[Notice]:
    """Who was told what and when, and when they read it: the question after every accident."""
    return (
        Notice.objects.filter(case=found.pk)
        .select_related("person", "organisation")
        .prefetch_related("deliveries__channel")
        .order_by("id")[:200]
    )


def reasons(found: Case, person: Person) -> dict[str, Any]:
    """Why gridloop did what it did: the classifier's candidates, the rule that fired, and cases that look alike."""
    suggestion = Suggestion.objects.filter(case=found).select_related("chosen").first()
    firings = Firing.objects.filter(case=found).select_related("rule__organisation")
    candidates = suggestion.candidates if suggestion else []
    return {
        "candidates": [
            {"title": one["label"], "share": one["confidence"], "filled": round(100 * one["confidence"])}
            for one in candidates
        ],
        "corrected": suggestion.chosen if suggestion else None,
        "firings": [(firing, list(conditions(firing.reasons))) for firing in firings],
        "alike": alike_within_reach(found, person),
    }


def conditions(reasons: Iterable[dict[str, Any]]) -> Iterable[tuple[Any, str]]:
    """The conditions that held, with what they met in words: names instead of codes and numbers."""
    picture = tree.current()
    for one in reasons:
        met = one["met"]
        if one["condition"] == "area":
            met = "、".join(picture.name(area) for area in met if area in picture)
        elif one["condition"] == "category":
            named = Category.objects.filter(code=met, retired_at=None).first()
            met = named.name if named else met
        elif one["condition"] == "kind" and met in {kind.name for kind in kinds.kinds()}:
            met = kinds.kind(met).title
        elif one["condition"] == "urgency":
            met = Urgency(met).label
        elif isinstance(met, list):
            met = "、".join(map(str, met))
        yield TITLES.get(one["condition"], one["condition"]), met


def alike_within_reach(found: Case, person: Person) -> list[Any]:
    """Open cases that look like it, as far as the viewer may see them."""
    spot = Spot(found.area_id, found.longitude, found.latitude)
    alike = similar_open_cases(f"{found.title} {found.words}", spot, leave_out=found.pk)
    reach = cases_within_reach(person).filter(pk__in=[one.case.pk for one in alike])
    seen = set(reach.values_list("pk", flat=True))
    return [one for one in alike if one.case.pk in seen]
