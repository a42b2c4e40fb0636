"""Cases over the JSON API: reported, listed, read, moved; always within the token's reach."""

import json
import uuid
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Schema
from pydantic import Field, StringConstraints

from gridloop.api import schemas, showing
from gridloop.api.bearer import MOVE, READ, UNMASK, WRITE, person_in, token_in
from gridloop.api.intake import class_with_code, key_of, photos_of, spot_of, take_report
from gridloop.api.moving import facts_for
from gridloop.api.queries import acting_as, is_staff_for, plain_actor_of
from gridloop.core.cases import kinds
from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import case_within_reach, moves_open_to
from gridloop.core.cases.worklist import Filters, queues_of, worklist
from gridloop.core.journal.errors import NotAllowed, NotFound, Refusal
from gridloop.core.people.actions import person_by_phone, unmask
from gridloop.core.people.models import Person
from gridloop.core.people.queries import may
from gridloop.core.spreadsheets import write_csv

router = Router(tags=["cases"])
MOST_EXPORTED = 20_000
HEADERS = (
    "number",
    "class",
    "title",
    "step",
    "outcome",
    "urgency",
    "area",
    "unit",
    "reported_at",
    "due_at",
    "closed_at",
)
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="Yours, one for each sending: sent again it is taken once.",
    ),
]


class Asked(Schema):
    """What a list is narrowed by; the same as on the worklist."""

    state: Literal["open", "closed", "all"] = "open"
    step: Annotated[str, StringConstraints(max_length=24)] = Field(
        "", description="A step of the flow, e.g. handling."
    )
    kind: Annotated[str, StringConstraints(max_length=40)] = Field(
        "", description="A kind of case, e.g. report."
    )
    class_code: Annotated[str, StringConstraints(max_length=24)] = Field(
        "", alias="class", description="The code of a class."
    )
    unit: schemas.Id | None = Field(None, description="The id of the lead unit.")
    area: schemas.Id | None = Field(None, description="The id of an area, with all below it.")
    urgency: Annotated[int, Field(ge=1, le=4)] | None = Field(None, description="1 is an emergency.")
    source: Annotated[str, StringConstraints(max_length=16)] = Field(
        "", description="How it came in, e.g. api, open311, field."
    )
    level: Literal["", "grid", "town", "county"] = Field("", description="Who has it now.")
    overdue: bool = False
    supervised: bool = False
    q: Annotated[str, StringConstraints(max_length=100)] = Field(
        "", description="Words, or the beginning of a number."
    )
    since: schemas.Moment | None = Field(None, description="Reported at or after.")
    until: schemas.Moment | None = Field(None, description="Reported before.")


class AskedPage(Asked):
    queue: Annotated[str, StringConstraints(max_length=40)] = Field(
        "", description="One of the person's queues: mine, area-ID, lead-ID, assist-ID."
    )
    page: Annotated[
        str, StringConstraints(pattern=r"^([<>]\d{1,12}(\.\d{1,6})?(_\d{1,15})?)?$", max_length=40)
    ] = Field("", description="`older` or `newer` of the page before; empty: the first.")
    size: Annotated[int, Field(ge=1, le=200)] = 50


def filters_of(asked: Asked) -> Filters:
    return Filters(
        state=asked.state,
        step=asked.step,
        kind=asked.kind,
        category=class_with_code(asked.class_code).pk if asked.class_code else None,
        unit=asked.unit,
        area=asked.area,
        urgency=asked.urgency,
        source=asked.source,
        overdue=asked.overdue,
        supervised=asked.supervised,
        level=asked.level,
        words=asked.q,
        since=asked.since,
        until=asked.until,
    )


def person_needed(request: HttpRequest) -> Person:
    person = person_in(request)
    if person is None:
        raise NotAllowed(
            _("This token belongs to no person and so has no reach. Ask for one made for a person.")
        )
    return person


@router.post("", auth=WRITE, response={201: schemas.Opened, 200: schemas.Opened}, summary="Report a matter")
def create_case(request: HttpRequest, given: schemas.NewCase, key: Key = "") -> HttpResponse:
    """Takes a matter in: located, classified, ruled, its clocks started. Sent again with the same Idempotency-Key it
    answers 200 with the case of the first time."""
    token = token_in(request)
    by = plain_actor_of(token)
    place = given.place
    case, fresh = take_report(
        kind=given.kind,
        title=given.title,
        words=given.words,
        spot=spot_of(
            place.longitude, place.latitude, system=place.system, code=place.code, address=place.address
        ),
        by=by,
        source="api",
        category=class_with_code(given.class_code) if given.class_code else None,
        urgency=given.urgency,
        reporter=reporter_of(request, given),
        photos=photos_of(token, given.photos),
        public=given.public,
        key=key_of(token, key),
    )
    body = json.dumps(showing.shown_opened(case), ensure_ascii=False)
    answer = HttpResponse(body, status=201 if fresh else 200, content_type="application/json; charset=utf-8")
    answer["Location"] = f"/api/v1/cases/{case.number}"
    return answer


def reporter_of(request: HttpRequest, given: schemas.NewCase) -> Person | None:
    if given.reporter is not None:
        return person_by_phone(
            given.reporter.phone, name=given.reporter.name, by=plain_actor_of(token_in(request))
        )
    return person_in(request) if given.mine else None


@router.get("", auth=READ, response=schemas.CasePage, summary="List cases", by_alias=True)
def list_cases(request: HttpRequest, asked: Query[AskedPage]) -> dict[str, Any]:
    """Cases within reach: open ones by what is due next, others newest first; pages by key, so the last costs what the first does."""
    person = person_needed(request)
    queue = None
    if asked.queue:
        queue = next((one for one in queues_of(person) if one.name == asked.queue), None)
        if queue is None:
            raise NotFound(_("There is no such queue."), field="queue")
    page = worklist(person, filters_of(asked), queue=queue, key=asked.page, size=asked.size)
    return {
        "cases": [showing.shown_line(case) for case in page.cases],
        "newer": page.newer,
        "older": page.older,
    }


@router.get("/export.csv", auth=READ, summary="Export cases as CSV", include_in_schema=False)
def export_cases(request: HttpRequest, asked: Query[Asked]) -> StreamingHttpResponse:
    """The same list as a table, for those whose post may export."""
    person = person_needed(request)
    if not may(person, "export"):
        raise NotAllowed(_("None of your posts allows exports."))
    answer = StreamingHttpResponse(
        write_csv(HEADERS, rows_of(person, filters_of(asked))), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="cases.csv"'
    return answer


def rows_of(person: Person, filters: Filters) -> Iterator[list[Any]]:
    key, told = "", 0
    while told < MOST_EXPORTED:
        page = worklist(person, filters, key=key, size=500)
        for case in page.cases:
            line = showing.shown_line(case)
            yield [
                *(
                    line[name]
                    for name in (
                        "number",
                        "class_name",
                        "title",
                        "step_title",
                        "outcome",
                        "urgency",
                        "area_name",
                        "unit_name",
                    )
                ),
                case.reported_at.isoformat(),
                case.due_at.isoformat() if case.due_at else "",
                case.closed_at.isoformat() if case.closed_at else "",
            ]
        told += len(page.cases)
        if page.older is None:
            return
        key = page.older


@router.post("/moves", auth=MOVE, response=list[schemas.MoveOutcome], summary="Make one move for many cases")
def make_moves(request: HttpRequest, given: schemas.MakeMoves) -> list[dict[str, Any]]:
    """Each case is guarded by itself; what is refused says why, the others are made."""
    person, by = person_needed(request), acting_as(token_in(request))
    if not any(move.bulk for kind in kinds.kinds() for move in kind.named(given.move)):
        raise Refusal(_("This move is made one case at a time."), field="move", code="not_in_bulk")
    told = []
    for number in dict.fromkeys(given.numbers):
        try:
            case = case_within_reach(person, number)
            facts = facts_for(token_in(request), case, given.move, given.facts)
            case = move_case(case, given.move, by=by, facts=facts)
            told.append({"number": number, "done": True, "step": case.step})
        except Refusal as refusal:
            told.append({"number": number, "done": False, "code": refusal.code, "words": str(refusal.words)})
    return told


@router.get("/{number}", auth=READ, response=schemas.CaseWhole, summary="Read a case", by_alias=True)
def read_case(request: HttpRequest, number: schemas.Number) -> dict[str, Any]:
    """One case; out of reach and absent are the same answer."""
    person = person_needed(request)
    case = case_within_reach(person, number)
    return showing.shown_whole(case, staff=is_staff_for(person, case))


@router.get("/{number}/story", auth=READ, response=list[schemas.Happening], summary="Read a case's story")
def read_story(request: HttpRequest, number: schemas.Number) -> list[dict[str, Any]]:
    """What happened, oldest first: everything for staff, what is meant for them for those behind the case."""
    person = person_needed(request)
    case = case_within_reach(person, number)
    return showing.shown_story(case, staff=is_staff_for(person, case))


@router.get(
    "/{number}/moves", auth=READ, response=list[schemas.MoveLine], summary="List the moves open to me"
)
def list_moves(request: HttpRequest, number: schemas.Number) -> list[dict[str, Any]]:
    """What the token's person could do now, main moves first, with what each must bring."""
    person = person_needed(request)
    case = case_within_reach(person, number)
    return [showing.shown_move(move) for move in moves_open_to(case, acting_as(token_in(request)), person)]


@router.post("/{number}/moves", auth=MOVE, response=schemas.CaseWhole, summary="Make a move", by_alias=True)
def make_move(
    request: HttpRequest, number: schemas.Number, given: schemas.MakeMove, key: Key = ""
) -> dict[str, Any]:
    """Makes one move as the token's person. Sent again with the same Idempotency-Key it is made once."""
    person, token = person_needed(request), token_in(request)
    case = case_within_reach(person, number)
    once: uuid.UUID | None = key_of(token, f"{key}:{number}") if key.strip() else None
    facts = facts_for(token, case, given.move, given.facts)
    move_case(case, given.move, by=acting_as(token), facts=facts, key=once, turn=given.turn)
    moved: Case = Case.objects.select_related("category", "lead_unit", "reporter").get(pk=case.pk)
    return showing.shown_whole(moved, staff=is_staff_for(person, moved))


@router.post(
    "/{number}/unmask", auth=UNMASK, response=schemas.Unmasked, summary="Read the reporter's name or number"
)
def unmask_reporter(request: HttpRequest, number: schemas.Number, given: schemas.Unmask) -> dict[str, Any]:
    """Needs a post that may; the reason is journalled and the reporter can see who looked."""
    person = person_needed(request)
    case = case_within_reach(person, number)
    if case.reporter is None or case.anonymous:
        raise NotFound(_("Nobody is named as the reporter of this case."))
    value = unmask(case.reporter, given.field, reason=given.reason, by=acting_as(token_in(request)))
    return {"field": given.field, "value": value}
