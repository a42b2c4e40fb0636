"""What the JSON API takes and gives, typed; the OpenAPI document is drawn from here."""

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

Id = Annotated[int, Field(ge=1, le=2**53)]
Number = Annotated[str, StringConstraints(min_length=1, max_length=24)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


def usual(moment: datetime) -> datetime:
    """Years that every clock can hold; a moment without an offset is local."""
    if not 1970 <= moment.year <= 2200:
        raise ValueError("give a year between 1970 and 2200")
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def usual_day(day: date) -> date:
    if not 1970 <= day.year <= 2200:
        raise ValueError("give a year between 1970 and 2200")
    return day


Moment = Annotated[datetime, AfterValidator(usual)]
Day = Annotated[date, AfterValidator(usual_day)]


def example(body: dict[str, Any]) -> ConfigDict:
    """What such a body may look like, for the OpenAPI document and its page."""
    return ConfigDict(json_schema_extra={"examples": [body]})


class Place(Schema):
    """Where: a point, the code of a place or an area, or an address; the first that is given counts."""

    longitude: Longitude | None = None
    latitude: Latitude | None = None
    system: Literal["wgs84", "gcj02", "bd09", "cgcs2000"] = "wgs84"
    code: Annotated[str, StringConstraints(max_length=24)] = ""
    address: Annotated[str, StringConstraints(max_length=200)] = ""


class Reporter(Schema):
    """Who reports: stored encrypted, shown masked."""

    phone: Annotated[str, StringConstraints(max_length=20)]
    name: Annotated[str, StringConstraints(max_length=40)] = ""


class NewCase(Schema):
    """A matter to take in. Without `class` gridloop classifies it; without `reporter` nobody is told."""

    model_config = example(
        {
            "words": "小区门口的垃圾三天没人收。",
            "place": {"longitude": 121.21, "latitude": 28.11},
            "reporter": {"phone": "13800138000", "name": "李居民"},
        }
    )

    words: Annotated[str, StringConstraints(max_length=5000)] = ""
    title: Annotated[str, StringConstraints(max_length=120)] = ""
    place: Place
    kind: Annotated[str, StringConstraints(max_length=40)] = "report"
    class_code: Annotated[str, StringConstraints(max_length=24)] = Field("", alias="class")
    urgency: Annotated[int, Field(ge=1, le=4)] = 3
    reporter: Reporter | None = None
    mine: bool = Field(False, description="The token's person is the reporter.")
    public: bool = False
    photos: Annotated[list[uuid.UUID], Field(max_length=9)] = []


class Opened(Schema):
    """The case a report became."""

    number: str
    url: str
    kind: str
    step: str
    class_code: str | None = Field(None, alias="class")
    class_name: str | None = None
    area: str
    level: str
    due_at: datetime | None = None
    reported_at: datetime


class CaseLine(Schema):
    """A case in a list."""

    number: str
    kind: str
    title: str
    step: str
    step_title: str
    open: bool
    outcome: str
    class_code: str | None = Field(None, alias="class")
    class_name: str | None = None
    urgency: int
    source: str
    level: str
    area: int
    area_name: str
    longitude: float | None = None
    latitude: float | None = None
    unit: int | None = None
    unit_name: str | None = None
    turn: int
    overdue: bool
    supervised: int
    voices: int
    rating: int | None = None
    due_at: datetime | None = None
    reported_at: datetime
    closed_at: datetime | None = None


class CasePage(Schema):
    """A page of cases; `older` and `newer` are the `page` of the next request, null at the ends."""

    cases: list[CaseLine]
    newer: str | None = None
    older: str | None = None


class DeadlineLine(Schema):
    name: str
    started_at: datetime
    due_at: datetime | None = None
    met_at: datetime | None = None
    breached_at: datetime | None = None
    paused_at: datetime | None = None
    value: float
    unit: str
    explanation: dict[str, Any]


class FileLine(Schema):
    key: uuid.UUID
    url: str
    purpose: str = ""
    media_type: str
    size: int
    width: int
    height: int
    digest: str


class MaskedPerson(Schema):
    name: str
    phone: str


class CaseWhole(CaseLine):
    """Everything about one case its reader may see."""

    words: str
    address: str
    answer: str
    public: bool
    deadlines: list[DeadlineLine]
    files: list[FileLine]
    reporter: MaskedPerson | None = None
    waits_for_approval: str = Field(
        "", description="The move that is made once another person has approved it."
    )


class Happening(Schema):
    entry: int
    at: datetime
    event: str
    title: str
    who: str
    words: str
    before: str
    after: str


class NeedLine(Schema):
    """What a move must bring: `kind` says in which form."""

    name: str
    kind: str
    title: str
    required: bool
    choices: dict[str, str]


class MoveLine(Schema):
    name: str
    title: str
    weight: str
    approval: str = Field("", description="Who else must approve it before it takes effect; empty: nobody.")
    bulk: bool
    needs: list[NeedLine]


class MakeMove(Schema):
    """A move: `turn` is the turn the sender saw; if the case has moved on since, the answer is 409."""

    model_config = example({"move": "dispatch", "facts": {"lead_unit": "bureau-enforcement"}, "turn": 1})

    move: Annotated[str, StringConstraints(min_length=1, max_length=24)]
    facts: dict[str, Any] = {}
    turn: Annotated[int, Field(ge=0, le=2**31)] | None = None


class MakeMoves(Schema):
    """One move for many cases, each guarded and journalled by itself."""

    model_config = example({"numbers": ["20261130-123456"], "move": "remind", "facts": {"words": "请尽快。"}})

    numbers: Annotated[list[Number], Field(min_length=1, max_length=200)]
    move: Annotated[str, StringConstraints(min_length=1, max_length=24)]
    facts: dict[str, Any] = {}


class MoveOutcome(Schema):
    number: str
    done: bool
    step: str = ""
    code: str = ""
    words: str = ""


class Unmask(Schema):
    field: Literal["name", "phone"]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=400)]


class Unmasked(Schema):
    field: str
    value: str


class ClassLine(Schema):
    id: int
    edition: str
    code: str
    name: str
    english: str
    parent: str | None = None


class AreaLine(Schema):
    id: int
    code: str
    name: str
    full_name: str
    level: str
    parent: int | None = None


class AreaPage(Schema):
    areas: list[AreaLine]
    older: int | None = None


class LocatedAt(Schema):
    """The deepest area there, the areas around it from the largest, and how it was found."""

    area: AreaLine
    around: list[AreaLine]
    how: str
    metres: float


class AddressGuess(Schema):
    area: AreaLine
    score: float
    matched: str


class OrganisationLine(Schema):
    id: int
    code: str
    name: str
    kind: str
    parent: int | None = None
    area: int | None = None


class FigureLine(Schema):
    indicator: str
    title: str
    value: float | None = None
    unit: str
    numerator: float
    denominator: float
    arithmetic: str


class NewWebhook(Schema):
    model_config = example(
        {"address": "https://county.example/gridloop", "events": ["case_reported", "case_closed"]}
    )

    address: Annotated[str, StringConstraints(min_length=8, max_length=400)]
    events: Annotated[list[Annotated[str, StringConstraints(max_length=60)]], Field(max_length=100)] = []


class WebhookLine(Schema):
    id: int
    address: str
    events: list[str]
    active: bool
    trouble: str


class WebhookMade(WebhookLine):
    secret: str = Field(description="For checking signatures; shown this once.")


class SwitchWebhook(Schema):
    active: bool


class CallLine(Schema):
    id: int
    entry: int
    state: Literal["waiting", "sent", "dead"]
    attempts: int
    due_at: datetime
    sent_at: datetime | None = None
    answer: str


class SealLine(Schema):
    size: int
    root: str
    sealed_at: str


class Problem(Schema):
    """What went wrong (RFC 9457): `words` for people, `code` for programs, `field` where one is to blame."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    words: str
    field: str
    mistakes: list[dict[str, str]] = []
