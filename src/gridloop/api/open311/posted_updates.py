"""Updates sent to us (POST servicerequestupdates), as FixMyStreet and its like post what their people say after the report.

What a client calls an update is a move here: words added, a question answered, the matter taken up again, or withdrawn.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from gridloop.api.intake import key_of
from gridloop.api.models import Token
from gridloop.api.open311.asking import Given, Mistake, token_in
from gridloop.api.open311.formats import answer
from gridloop.api.open311.requests import brought_by, links_in, photos_in, readable
from gridloop.api.queries import plain_actor_of
from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import CaseError
from gridloop.core.cases.models import Case, MoveKey
from gridloop.core.cases.queries import moves_open_to
from gridloop.core.cases.standing import Standing
from gridloop.core.journal.actor import Actor
from gridloop.core.people.validity import tidy_phone

OVER = frozenset(
    {"closed", "fixed"}
)  # of the statuses clients send, those that say it is over for the reporter


@dataclass
class Update:
    """One update: for which case, by whom, what it says, and the key under which it is taken in once."""

    case: Case
    by: Actor
    key: uuid.UUID
    words: str
    status: str
    photos: list[int] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)

    def make(self, move: str, *, key: uuid.UUID | None = None, **facts: Any) -> None:
        self.case = move_case(self.case, move, by=self.by, facts=facts, key=key or self.key, told=self.told)


def take_update(given: Given, ending: str) -> HttpResponse:
    """Made once for each update_id; the answer names the entry of the journal, as reading the updates does."""
    token = token_in(given, scope="cases:write", needed=True)
    assert token is not None
    number = given.text("service_request_id", 24)
    if not number:
        raise Mistake(400, _("service_request_id was not provided."))
    case = case_for(token, number)
    sent = given.text("update_id", 100) or given.text("update_id_ext", 100)
    key = key_of(token, f"{number}:{sent}" if sent else given.request.headers.get("Idempotency-Key", ""))
    with transaction.atomic():
        entry = entry_of(key, case) or take(given, token, case, key or uuid.uuid4())
    return answer(given.request, "service_request_updates", [{"update_id": str(entry)}], named=ending)


def case_for(token: Token, number: str) -> Case:
    case = readable(token, [number]).first()
    if case is None:
        raise Mistake(404, _("service_request_id %(number)s was not found.") % {"number": number})
    return case


def entry_of(key: uuid.UUID | None, case: Case) -> int | None:
    if key is None:
        return None
    return MoveKey.objects.filter(key=key, case=case).values_list("entry", flat=True).first()


def take(given: Given, token: Token, case: Case, key: uuid.UUID) -> int:
    by, told = speaker(given, token, case)
    if at := given.moment("updated_datetime"):
        told["made_at"] = at.isoformat()
    update = Update(
        case,
        by,
        key,
        words="\n".join((*filter(None, [given.text("description", 4000)]), *links_in(given))),
        status=given.text("status", 40).lower(),
        photos=[file.pk for file in photos_in(given, by=by)],
        told=told,
    )
    make_of(update)
    entry = entry_of(key, case)
    assert entry is not None
    return entry


def speaker(given: Given, token: Token, case: Case) -> tuple[Actor, dict[str, Any]]:
    """The reporter, for whom the app that brought the report stands; or a neighbour who speaks through the same app.

    Whoever names another phone number or address than the reporter's is a neighbour: adds words, decides nothing.
    """
    own = plain_actor_of(token)
    if token.person is not None and Standing.of(case, own).is_reporter():
        return own, {}
    if not brought_by(token, Case.objects.filter(pk=case.pk)).exists():
        raise Mistake(403, _("This report did not come with this api_key, so it takes no updates with it."))
    holder = Actor(kind="token", name=f"case:{case.pk}")
    phone, email = tidy_phone(given.text("phone", 40)), given.text("email", 120).lower()
    reporter = case.reporter
    if reporter is None or not (phone or email):
        return holder, {}
    if (phone and phone == tidy_phone(reporter.phone)) or (email and email == reporter.email.lower()):
        return Actor(kind="person", person=reporter.pk, name=own.name), {}
    return holder, {"neighbour": True}


def make_of(update: Update) -> None:
    """The move the update means, by its status and by how the case stands."""
    if update.told.get("neighbour"):
        return update.make("add", words=update.words, photos=update.photos)
    if not update.case.open:
        return reopen(update)
    offered = {move.name for move in moves_open_to(update.case, update.by)}
    if "answer" in offered and update.words and update.status not in OVER:
        return update.make("answer", words=update.words, photos=update.photos)
    if update.status in OVER and "withdraw" in offered:
        return withdraw(update)
    return update.make("add", words=update.words, photos=update.photos)


def reopen(update: Update) -> None:
    if update.status in OVER:
        raise Mistake(400, _("It is closed already. With the status OPEN it is taken up again."))
    update.make("reopen", reason_code="not_fixed", words=update.words, evidence=update.photos)


def withdraw(update: Update) -> None:
    """It is over for the reporter: the words are kept, and the case ends unless others stand behind it as well."""
    said = bool(update.words or update.photos)
    if said:
        first = uuid.uuid5(update.key, "words")
        update.make("add", key=first, words=update.words, photos=update.photos)
    try:
        update.make("withdraw", reason_code="solved_itself")
    except CaseError:
        if not said:
            raise
        MoveKey.objects.filter(key=first).update(key=update.key)
