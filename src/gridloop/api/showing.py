"""Cases, areas and the rest as the JSON API shows them; personal data only ever masked."""

from typing import Any

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import Move
from gridloop.core.cases.models import Case, Category
from gridloop.core.cases.requests import awaited_approval
from gridloop.core.cases.timeline import timeline
from gridloop.core.evidence.models import File
from gridloop.core.people.models import Organisation
from gridloop.core.people.personal_data import masked_name, masked_phone
from gridloop.core.territory.tree import Tree, current


def shown_opened(case: Case) -> dict[str, Any]:
    """The answer to a report, without another query."""
    picture = current()
    return {
        "number": case.number,
        "url": f"/api/v1/cases/{case.number}",
        "kind": case.kind,
        "step": case.step,
        "class": case.category.code if case.category else None,
        "class_name": case.category.name if case.category else None,
        "area": picture.full_name(case.area_id),
        "level": case.level,
        "due_at": case.due_at.isoformat() if case.due_at else None,
        "reported_at": case.reported_at.isoformat(),
    }


def shown_line(case: Case) -> dict[str, Any]:
    kind, picture = kinds.kind(case.kind), current()
    return {
        "number": case.number,
        "kind": case.kind,
        "title": case.title,
        "step": case.step,
        "step_title": str(kind.step(case.step).title),
        "open": case.open,
        "outcome": case.outcome,
        "class": case.category.code if case.category else None,
        "class_name": case.category.name if case.category else None,
        "urgency": case.urgency,
        "source": case.source,
        "level": case.level,
        "area": case.area_id,
        "area_name": picture.full_name(case.area_id),
        "longitude": case.longitude,
        "latitude": case.latitude,
        "unit": case.lead_unit_id,
        "unit_name": case.lead_unit.name if case.lead_unit else None,
        "turn": case.turn,
        "overdue": case.overdue,
        "supervised": case.supervised,
        "voices": case.voices,
        "rating": case.rating,
        "due_at": case.due_at,
        "reported_at": case.reported_at,
        "closed_at": case.closed_at,
    }


def shown_whole(case: Case, *, staff: bool) -> dict[str, Any]:
    """One case; `staff` sees internal files and the masked reporter, those behind it what is public."""
    exhibits = case.exhibits.select_related("file").filter(file__erased_at=None).order_by("id")
    clocks = case.deadlines.order_by("id")
    return {
        **shown_line(case),
        "words": case.words,
        "address": case.address,
        "answer": case.answer,
        "public": case.public,
        "deadlines": [
            {
                name: getattr(clock, name)
                for name in (
                    "name",
                    "started_at",
                    "due_at",
                    "met_at",
                    "breached_at",
                    "paused_at",
                    "value",
                    "unit",
                )
            }
            | {"explanation": clock.explanation if staff else {}}
            for clock in clocks
        ],
        "files": [
            shown_file(exhibit.file, exhibit.purpose)
            for exhibit in exhibits
            if staff or exhibit.public or exhibit.purpose == "report"
        ],
        "reporter": shown_reporter(case) if staff else None,
        "waits_for_approval": waits_for_approval(case) if staff else "",
    }


def waits_for_approval(case: Case) -> str:
    waiting = awaited_approval(case)
    return waiting.move if waiting else ""


def shown_reporter(case: Case) -> dict[str, str] | None:
    if case.reporter is None or case.anonymous:
        return None
    return {"name": masked_name(case.reporter.name), "phone": masked_phone(case.reporter.phone)}


def shown_file(file: File, purpose: str = "") -> dict[str, Any]:
    return {
        "key": file.key,
        "url": f"/api/v1/files/{file.key}",
        "purpose": purpose,
        "media_type": file.media_type,
        "size": file.size,
        "width": file.width,
        "height": file.height,
        "digest": file.digest,
    }


def shown_story(case: Case, *, staff: bool) -> list[dict[str, Any]]:
    return [
        {
            "entry": one.entry,
            "at": one.at,
            "event": one.event,
            "title": str(one.title),
            "who": one.who,
            "words": one.words,
            "before": one.before,
            "after": one.after,
        }
        for one in timeline(case, staff=staff)
    ]


def shown_move(move: Move) -> dict[str, Any]:
    return {
        "name": move.name,
        "title": str(move.title or move.name),
        "weight": move.weight,
        "approval": str(move.approval.title) if move.approval else "",
        "bulk": move.bulk,
        "needs": [
            {
                "name": need.name,
                "kind": need.kind,
                "title": str(need.title),
                "required": need.required,
                "choices": {code: str(words) for code, words in need.choices.items()},
            }
            for need in move.needs
        ],
    }


def shown_class(category: Category) -> dict[str, Any]:
    return {
        "id": category.pk,
        "edition": category.edition,
        "code": category.code,
        "name": category.name,
        "english": category.english,
        "parent": category.parent.code if category.parent else None,
    }


def shown_area(area: int, picture: Tree | None = None) -> dict[str, Any]:
    picture = picture or current()
    return {
        "id": area,
        "code": picture.code(area),
        "name": picture.name(area),
        "full_name": picture.full_name(area),
        "level": picture.level(area),
        "parent": picture.parent(area),
    }


def shown_organisation(organisation: Organisation) -> dict[str, Any]:
    return {
        "id": organisation.pk,
        "code": organisation.code,
        "name": organisation.name,
        "kind": organisation.kind,
        "parent": organisation.parent_id,
        "area": organisation.area_id,
    }
