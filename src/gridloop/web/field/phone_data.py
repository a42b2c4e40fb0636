"""What a phone keeps for working alone: today's cases, the moves open to each, and what every move needs."""

import hashlib
import json
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import SAME, Move, Need
from gridloop.core.cases.models import Urgency
from gridloop.core.notices.answer_wordings import ANSWER, wordings_for, wordings_in_use
from gridloop.core.notices.models import AnswerWording
from gridloop.core.people.models import Person
from gridloop.core.people.queries import hats
from gridloop.core.territory import tree
from gridloop.web.field.today import Job, jobs_of_today
from gridloop.web.field.words import words_for_phones
from gridloop.web.move_forms import grouped_categories, unit_choices


def data_for(person: Person) -> dict[str, Any]:
    """No reporters, no telephone numbers: only the matter, the place, and the forms, in the reader's language."""
    jobs = jobs_of_today(person)
    table: dict[str, Move] = {}
    wordings = wordings_in_use() if jobs else []
    cases = [row_of(job, person, table) | {"wordings": wordings_of(job, wordings)} for job in jobs]
    asked = {need.kind for move in table.values() for need in move.needs}
    return {
        "person": person.pk,
        "language": get_language(),
        "place": place_of(person),
        "cases": cases,
        "moves": {key: move_of(move) for key, move in table.items()},
        "classes": grouped_categories(),
        "urgencies": [[value, str(label)] for value, label in Urgency.choices],
        "units": unit_choices() if asked & {"organisation", "organisations"} else [],
        "words": words_for_phones(),
    }


def body_and_tag(data: dict[str, Any]) -> tuple[bytes, str]:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str).encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def place_of(person: Person) -> str:
    """The worker's own area, for the head of the page."""
    picture = tree.current()
    return next((picture.name(hat.area) for hat in hats(person) if hat.area and hat.area in picture), "")


def row_of(job: Job, person: Person, table: dict[str, Move]) -> dict[str, Any]:
    case, picture = job.case, tree.current()
    point = [case.longitude, case.latitude] if case.longitude is not None else None
    return {
        "number": case.number,
        "title": case.title,
        "words": case.words,
        "category": case.category.name if case.category else "",
        "category_id": case.category_id,
        "urgency": case.urgency,
        "step": str(kinds.kind(case.kind).step(case.step).title),
        "place": picture.name(case.area_id) if case.area_id in picture else "",
        "address": case.address,
        "at": point,
        "due": case.due_at.isoformat() if case.due_at else None,
        "started": job.clock.started_at.isoformat() if job.clock else None,
        "paused": case.suspended_at is not None,
        "supervised": case.supervised,
        "voices": case.voices,
        "mine": case.worker_id == person.pk,
        "photos": [reverse("file", args=[exhibit.file.key, "small"]) for exhibit in job.photos],
        "seen": job.seen,
        "moves": [key_of(case.kind, move, table) for move in job.moves],
        "after": {
            name: [key_of(case.kind, move, table) for move in moves] for name, moves in job.after.items()
        },
    }


def wordings_of(job: Job, among: list[AnswerWording]) -> dict[str, list[tuple[str, str]]]:
    """What could be answered in each move that brings an answer, now or after the next move: titles and words."""
    moves = [*job.moves, *(move for later in job.after.values() for move in later)]
    answering = {move.name for move in moves if any(need.name == ANSWER for need in move.needs)}
    offered = {name: wordings_for(job.case, name, among) for name in sorted(answering)}
    return {name: [(one.title, words) for one, words in found] for name, found in offered.items() if found}


def key_of(kind: str, move: Move, table: dict[str, Move]) -> str:
    """A row of the flow by a short name; rows of one name with different needs keep apart."""
    key = f"{kind}.{move.name}.{kinds.kind(kind).moves.index(move)}"
    table[key] = move
    return key


def move_of(move: Move) -> dict[str, Any]:
    return {
        "name": move.name,
        "title": str(move.title or move.name),
        "weight": move.weight,
        # Whether the phone knows what is open afterwards without asking: notes and corrections change no step.
        "stays": move.to == SAME and not move.pauses and not move.starts and move.weight == "quiet",
        "needs": [need_of(need) for need in move.needs],
    }


def need_of(need: Need) -> dict[str, Any]:
    return {
        "name": need.name,
        "kind": need.kind,
        "title": str(need.title),
        "required": need.required,
        "choices": [[code, str(title)] for code, title in need.choices.items()],
        "hint": str(need.hint),
        "metres": need.metres,
        "longest": need.longest,
        "public": need.public,
    }
