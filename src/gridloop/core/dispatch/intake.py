"""Taking a matter in: classified, held against rules and the admission list, opened as a case, all with its reasons."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from gridloop.core.cases import kinds
from gridloop.core.cases.models import Case, Category, Urgency
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.spots import Spot
from gridloop.core.dispatch import classifier, rulebook
from gridloop.core.dispatch.admission import is_admitted
from gridloop.core.dispatch.models import Firing, Suggestion
from gridloop.core.dispatch.rules import Matter, Outcome
from gridloop.core.evidence.models import File
from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Person
from gridloop.core.territory import tree


@dataclass(frozen=True, slots=True)
class Plan:
    """What gridloop would do with a matter, and why; nothing is stored yet (a dry run stops here)."""

    category: Category | None
    candidates: list[dict[str, Any]]
    edition: int | None
    outcome: Outcome
    level: str
    urgency: int


def plan_matter(
    kind: str,
    *,
    words: str,
    spot: Spot,
    source: str = "web",
    category: Category | None = None,
    urgency: int = Urgency.NORMAL,
    at: datetime | None = None,
) -> Plan:
    """Class (the person's own choice wins; else the classifier's, if sure enough), rule, and the level that starts."""
    guess = classifier.guess(words) if words.strip() else classifier.Guess()
    if guess.category is not None and not kinds.has_class(kinds.kind(kind), guess.category.edition):
        guess = classifier.Guess()  # it learned other classes than this kind has
    chosen = category or guess.category
    chain = tree.current().chain(spot.area)
    areas = frozenset(area for area in (*chain, spot.area) if area)
    matter = Matter(
        kind=kind,
        category=chosen.code if chosen else "",
        areas=areas,
        source=source,
        words=words,
        urgency=urgency,
        at=at or timezone.now(),
    )
    outcome = rulebook.consult(matter)
    level = outcome.rule.level if outcome.rule and outcome.rule.level else ""
    if outcome.broken or (chain.grid and not is_admitted(chosen, areas)):
        level = level or "town"  # not for grids, or a rule broke: a person in the command room decides
    wanted = outcome.rule.urgency if outcome.rule and outcome.rule.urgency else urgency
    return Plan(chosen, guess.candidates, guess.edition, outcome, level, min(wanted, urgency))


@transaction.atomic
def take_in(
    kind: str,
    *,
    title: str,
    spot: Spot,
    by: Actor,
    words: str = "",
    source: str = "web",
    category: Category | None = None,
    urgency: int = Urgency.NORMAL,
    reporter: Person | None = None,
    anonymous: bool = False,
    tracking_code: str = "",
    photos: Sequence[File] = (),
    key: uuid.UUID | None = None,
    public: bool = False,
    facts: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Case:
    """Open a case with everything gridloop can tell beforehand; every door (page, phone, API, import) goes through here."""
    plan = plan_matter(
        kind, words=f"{title}\n{words}", spot=spot, source=source, category=category, urgency=urgency, at=at
    )

    case = open_case(
        kind,
        title=title,
        words=words,
        spot=spot,
        by=by,
        category=plan.category,
        urgency=plan.urgency,
        reporter=reporter,
        anonymous=anonymous,
        tracking_code=tracking_code,
        source=source,
        photos=photos,
        key=key,
        public=public,
        facts=facts,
        at=at,
        level=plan.level,
    )
    if case.fresh:  # else this sending has been here before
        keep_plan(case, plan)

    return case


def keep_plan(case: Case, plan: Plan) -> None:
    """Write down why: the classifier's candidates and the rule that fired with the conditions that held."""
    if plan.candidates:
        suggestion = Suggestion(case=case, edition_id=plan.edition, candidates=plan.candidates)
        Suggestion.objects.bulk_create([suggestion], ignore_conflicts=True)  # one statement, no savepoint
    if plan.outcome.rule is not None:
        reasons = [reason.as_json() for reason in plan.outcome.reasons]
        Firing.objects.create(case=case, rule=plan.outcome.rule, reasons=reasons)
