"""Turns what the journal says of cases into notices, by the audience table; seeing an entry twice tells nobody twice."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from gridloop.core.cases import kinds
from gridloop.core.cases.models import Case, Urgency
from gridloop.core.journal.consumers import consumer
from gridloop.core.journal.models import Entry
from gridloop.core.notices.actions import tell_many
from gridloop.core.notices.audiences import AUDIENCES, Hears
from gridloop.core.notices.facts import facts_of
from gridloop.core.notices.hearers import Batch, Hearer, hearers
from gridloop.core.notices.pages import case_page, question_page
from gridloop.core.notices.shipped import words_for
from gridloop.core.notices.telling import Telling

TOO_OLD = timedelta(days=7)  # nobody is told of what an import or a replay brings up from the past


@consumer("notices", events=AUDIENCES, waited_for=True)
def tell_of_cases(entries: Sequence[Entry]) -> None:
    """Everybody the table names hears of each entry."""
    since = timezone.now() - TOO_OLD
    recent = [entry for entry in entries if entry.subject_kind == "case" and entry.at > since]
    if not recent:
        return
    batch = Batch(recent)
    tellings = [
        telling_of(entry, row, hearer, batch, facts)
        for entry in recent
        if (case := batch.cases.get(entry.subject or 0))
        and entry.event not in kinds.kind(case.kind).untold
        and (facts := facts_of(entry, case, batch))
        for row in AUDIENCES[entry.event]
        for hearer in hearers(row.who, entry, batch)
    ]
    tell_many(with_one_message_each(tellings))


def telling_of(entry: Entry, row: Hears, hearer: Hearer, batch: Batch, facts: dict[str, Any]) -> Telling:
    """What one hearer is told of one entry; its key makes a replay harmless."""
    case = batch.cases[entry.subject or 0]
    whom = f"p{hearer.person}" if hearer.person else f"o{hearer.organisation}"
    return Telling(
        event=entry.event,
        key=f"{entry.pk}:{row.words or entry.event}:{row.audience}:{whom}",
        audience=row.audience,
        person=hearer.person,
        organisation=hearer.organisation,
        case=case.pk,
        facts=facts,
        address=page_of(entry, case, row.audience),
        emergency=row.audience != "reporter" and case.urgency == Urgency.EMERGENCY,
        inside=row.inside,
        words=words_for(row.words or entry.event, row.audience, case.kind),
    )


def page_of(entry: Entry, case: Case, audience: str) -> str:
    question = entry.facts.get("question")
    return question_page(question) if question and audience == "reporter" else case_page(case, audience)


def with_one_message_each(tellings: Sequence[Telling]) -> list[Telling]:
    """When several steps of a case come at once, a resident gets a message for the last; the others are on their page.

    A question always goes out, because an answer is waited for.
    """
    last = {
        (each.person, each.case): each.key
        for each in tellings
        if each.audience == "reporter" and not each.inside and each.event != "case_question_asked"
    }
    return [
        Telling(**{name: getattr(each, name) for name in Telling.__slots__} | {"inside": True})
        if each.audience == "reporter"
        and each.event != "case_question_asked"
        and last.get((each.person, each.case), each.key) != each.key
        else each
        for each in tellings
    ]
