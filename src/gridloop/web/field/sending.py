"""What a phone sends after it was offline: each thing once, in the words of the journal, with what happened meanwhile."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from gridloop.core.cases import kinds
from gridloop.core.cases.actions import move_case
from gridloop.core.cases.flow import Move
from gridloop.core.cases.models import Case, Category, MoveKey, Urgency
from gridloop.core.cases.queries import case_within_reach, cases_within_reach, moves_open_to
from gridloop.core.cases.spots import Spot, spot_at, spot_named
from gridloop.core.cases.timeline import timeline
from gridloop.core.dispatch.intake import take_in
from gridloop.core.evidence import storage
from gridloop.core.evidence.actions import keep_photo
from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.journal.queries import entries_of
from gridloop.core.people.models import Person
from gridloop.core.people.queries import actor_of, hats, may
from gridloop.core.territory.locating import locate
from gridloop.web.field.today import FIELD_ABILITIES
from gridloop.web.models import PhoneKey

# What others did meanwhile without touching what this person does: no reason to ask them again.
HARMLESS = ("join", "add", "remind", "note", "supervise", "correct", "extend", "grant_extension", "refuse_extension",
            "assist", "co_dispatch", "release")  # fmt: skip
MOST_CELLS = 400
LONGEST_WORDS = 5000
TITLE_LENGTH = 40
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sending:
    """One thing made on a phone. `seen` is the last journal entry the phone knew of when it was made."""

    key: uuid.UUID
    kind: str
    made_at: datetime
    skew: int  # seconds the phone's clock was behind ours
    number: str = ""
    move: str = ""
    seen: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    photos: Mapping[str, Sequence[UploadedFile]] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """What history keeps of it: when it was made by our clock, and how wrong the phone's was."""
        return {"made_at": self.made_at.isoformat(), "clock_skew": self.skew}


def read_sending(
    envelope: Any, photos: Mapping[str, Sequence[UploadedFile]], *, now: datetime | None = None
) -> Sending:
    """An envelope as a phone writes it; refuses what it cannot read. The phone's clock is set right by its skew."""
    now = now or timezone.now()
    try:
        made = parse_datetime(str(envelope["made_at"]))
        sent = parse_datetime(str(envelope.get("sent_at", "")))
        if made is None or timezone.is_naive(made):
            raise ValueError
        skew = _skew(envelope.get("skew"), sent, now)
        facts = envelope.get("facts") or {}
        if not isinstance(facts, dict) or envelope["kind"] not in TAKERS:
            raise ValueError
        return Sending(
            key=uuid.UUID(str(envelope["key"])),
            kind=str(envelope["kind"]),
            made_at=min(made + timedelta(seconds=skew), now),
            skew=skew,
            number=str(envelope.get("case") or ""),
            move=str(envelope.get("move") or ""),
            seen=int(envelope.get("seen") or 0),
            facts=facts,
            photos=photos,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise Refusal(
            _("This could not be read. Open the app once more and try again."), code="unreadable"
        ) from None


def _skew(given: Any, sent: datetime | None, now: datetime) -> int:
    """The phone estimates its skew from our answers; where it does not, its clock at sending tells."""
    if isinstance(given, int | float) and abs(given) < 10 * 365 * 86400:
        return round(given)
    return round((now - sent).total_seconds()) if sent is not None and timezone.is_aware(sent) else 0


def take_sending(sending: Sending, person: Person) -> Answer:
    """Do what was sent, or say why not: done, conflict (others were faster) or refused; never twice."""
    try:
        return TAKERS[sending.kind](sending, person, actor_of(person))
    except TooLate as refusal:
        return _conflict(sending, person, str(refusal.words))
    except Refusal as refusal:
        return {"state": "refused", "words": str(refusal.words), "field": refusal.field, "code": refusal.code}


def make_move(sending: Sending, person: Person, by: Actor) -> Answer:
    """One move; if somebody else moved the case since the phone last saw it, the worker decides again."""
    if (made := MoveKey.objects.select_related("case").filter(key=sending.key).first()) is not None:
        return _done(made.case)
    case = case_within_reach(person, sending.number)
    row = next((move for move in moves_open_to(case, by, person) if move.name == sending.move), None)
    if row is None:
        move_case(case, sending.move, by=by)  # says in words why it cannot be made
        raise TooLate(_("This cannot be done any more."))
    if row.weight != "quiet" and _moved_by_others(case, sending.seen, person):
        raise TooLate(
            _("While you were away, others went on with this case. See what happened, then decide.")
        )
    files: list[File] = []
    try:
        facts = _facts(row, sending, by, files)
        moved = move_case(
            case, row.name, by=by, facts=facts, key=sending.key, turn=case.turn, told=sending.told()
        )
    except Refusal:
        _drop(files)
        raise
    return _done(moved)


def _facts(row: Move, sending: Sending, by: Actor, files: list[File]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for need in row.needs:
        if need.kind != "photos":
            facts[need.name] = sending.facts.get(need.name)
            continue
        kept = [keep_photo(upload, by=by) for upload in sending.photos.get(need.name, ())[:9]]
        files.extend(kept)
        facts[need.name] = kept
    return facts


def _drop(files: Sequence[File]) -> None:
    """Photos of a move that was not made: the phone still has them and will send them again."""
    for file in files:
        storage.remove_bytes(file)
        file.delete()


def _moved_by_others(case: Case, seen: int, person: Person) -> bool:
    later = entries_of("case", case.pk).filter(pk__gt=seen).exclude(person=person.pk)
    return any(move and move not in HARMLESS for move in later.values_list("facts__move", flat=True))


def _done(case: Case) -> Answer:
    return {"state": "done", "number": case.number, "step": str(kinds.kind(case.kind).step(case.step).title)}


def _conflict(sending: Sending, person: Person, words: str) -> Answer:
    """What happened meanwhile, and whether the move could still be made."""
    case = case_within_reach(person, sending.number)
    last = entries_of("case", case.pk).order_by("-pk").values_list("pk", flat=True).first() or 0
    happened = [
        {"title": str(one.title), "who": one.who, "at": one.at.isoformat(), "words": one.words}
        for one in timeline(case, staff=True)
        if one.entry > sending.seen
    ]
    open_now = {move.name for move in moves_open_to(case, actor_of(person), person)}
    return {
        "state": "conflict",
        "words": words,
        "happened": happened[-6:],
        "possible": sending.move in open_now,
        "seen": last,
        "number": case.number,
        "step": str(kinds.kind(case.kind).step(case.step).title),
    }


def take_snap(sending: Sending, person: Person, by: Actor) -> Answer:
    """A report found on the spot: nobody else stands behind it, so no reporter is written down."""
    if (known := Case.objects.filter(key=sending.key).first()) is not None:
        return _done(known)
    if not any(may(person, ability) for ability in FIELD_ABILITIES):
        raise NotAllowed(_("None of your posts may report from the field."))
    given = sending.facts
    words = str(given.get("words") or "").strip()[:LONGEST_WORDS]
    if not words:
        raise Refusal(_("Say in a few words what it is about."), field="words")
    spot = _spot(given, person)
    category = Category.objects.filter(pk=_whole(given.get("category")) or 0, retired_at=None).first()
    urgency = _whole(given.get("urgency"))
    files: list[File] = []
    try:
        files.extend(keep_photo(upload, by=by) for upload in sending.photos.get("photos", ())[:9])
        case = take_in(
            "report",
            title=title_of(words),
            words=words,
            spot=spot,
            by=by,
            photos=files,
            category=category,
            urgency=urgency if urgency in Urgency.values else Urgency.NORMAL,
            source="field",
            key=sending.key,
            facts=sending.told(),
        )
    except Refusal:
        _drop(files)
        raise
    return _done(case)


def title_of(words: str) -> str:
    """The first sentence, cut to a line: on the spot nobody writes a title."""
    first = re.split(r"[。！？!?\n]", words, maxsplit=1)[0].strip() or words
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


def _spot(given: Mapping[str, Any], person: Person) -> Spot:
    """The phone's position; else the place in words; else the worker's own grid."""
    address = str(given.get("address") or "")[:200]
    position = given.get("position")
    if isinstance(position, dict):
        try:
            return spot_at(float(position["longitude"]), float(position["latitude"]), address)
        except (KeyError, TypeError, ValueError):
            pass
    if (spot := spot_named(address)) is not None:
        return spot
    own = next((hat.area for hat in hats(person) if hat.area is not None), None)
    if own is None:
        raise Refusal(_("Where is it? Turn on the position, or write the place in words."), field="address")
    return Spot(own, address=address, placed_by="person")


def take_patrol(sending: Sending, person: Person, by: Actor) -> Answer:
    """A walk through the grid: its length, and which areas and cases it passed. The track stays on the phone."""
    given = sending.facts
    worn = next((hat for hat in hats(person) if any(hat.may(ability) for ability in FIELD_ABILITIES)), None)
    if worn is None:
        raise NotAllowed(_("None of your posts goes on patrol."))
    with transaction.atomic():
        _made, fresh = PhoneKey.objects.get_or_create(key=sending.key, defaults={"person": person})
        if fresh:
            record(
                "patrol_done",
                by=by,
                subject_kind="person",
                subject=person.pk,
                area=worn.area,
                facts={
                    **sending.told(),
                    "metres": min(max(_whole(given.get("metres")) or 0, 0), 200_000),
                    "minutes": min(max(_whole(given.get("minutes")) or 0, 0), 24 * 60),
                    "areas": _areas(given.get("cells")),
                    "cases": _numbers(given.get("cases"), person),
                },
            )
    return {"state": "done"}


def _areas(cells: Any) -> list[int]:
    """The areas that coarse points (about 100 m) lie in; the points themselves are not kept."""
    found: set[int] = set()
    for cell in cells[:MOST_CELLS] if isinstance(cells, list) else ():
        try:
            located = locate(float(cell[0]), float(cell[1]))
        except (TypeError, ValueError, IndexError, KeyError):
            continue
        if located is not None:
            found.add(located.area)
    return sorted(found)


def _numbers(given: Any, person: Person) -> list[str]:
    wanted = [str(number) for number in given[:200]] if isinstance(given, list) else []
    return sorted(cases_within_reach(person).filter(number__in=wanted).values_list("number", flat=True))


def _whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


TAKERS = {"move": make_move, "snap": take_snap, "patrol": take_patrol}
