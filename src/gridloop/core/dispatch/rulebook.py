"""The rules in use: consulted for every new matter, switched off when they break, tried on the past before use."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.clocks.editions import Shelf
from gridloop.core.dispatch.models import Rule
from gridloop.core.dispatch.rules import Matter, Outcome, first_that_fires, reasons_for
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM


def _active_rules(_token: str = "") -> tuple[Rule, ...]:
    return tuple(Rule.objects.filter(active=True).select_related("organisation"))


RULES: Shelf[tuple[Rule, ...]] = Shelf("rules", _active_rules, _active_rules)


def consult(matter: Matter) -> Outcome:
    """The first active rule that fires; rules that raise are switched off with an alarm."""
    outcome = first_that_fires(RULES.current(), matter)
    for rule, trouble in outcome.broken:
        disable_broken(rule, trouble)
    return outcome


def disable_broken(rule: Rule, trouble: str) -> None:
    """A rule that raises harms every case after it: off at once, and the journal says why."""
    with transaction.atomic():
        if Rule.objects.filter(pk=rule.pk, active=True).update(
            active=False, trouble=trouble, changed_at=timezone.now()
        ):
            RULES.renew()
            record("rule_disabled", by=SYSTEM, subject_kind="rule", subject=rule.pk, words=trouble)


def matter_of(case: Case) -> Matter:
    """A stored case as rules see it."""
    areas = (case.area_id, case.grid_id, case.community_id, case.town_id, case.county_id)
    return Matter(
        kind=case.kind,
        category=case.category.code if case.category else "",
        areas=frozenset(area for area in areas if area),
        source=case.source,
        words=f"{case.title}\n{case.words}",
        urgency=case.urgency,
        at=case.reported_at,
    )


@dataclass
class DryRun:
    """What a rule would have done: how many cases it would fire on, how many of those went there anyway."""

    tried: int = 0
    fired: int = 0
    same_unit: int = 0
    trouble: str = ""
    examples: list[Case] = field(default_factory=list)


def dry_run(rule: Rule, cases: Iterable[Case], *, examples: int = 20) -> DryRun:
    """Try a rule on past cases without touching them."""
    result = DryRun()
    for case in cases:
        result.tried += 1
        try:
            reasons = reasons_for(rule.conditions, matter_of(case))
        except Exception as mistake:  # the point of a dry run: the mistake is shown to who wrote the rule
            result.trouble = f"{type(mistake).__name__}: {mistake}"
            return result
        if reasons is None:
            continue
        result.fired += 1
        result.same_unit += rule.organisation_id is not None and case.lead_unit_id == rule.organisation_id
        if len(result.examples) < examples:
            result.examples.append(case)
    return result
