"""What the county decides about routing: its rules are written, ordered, switched on and off, and removed."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.dispatch.models import Rule
from gridloop.core.dispatch.rulebook import RULES
from gridloop.core.dispatch.rules import CONDITIONS
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.people.models import Organisation

LEVELS = ("", "grid", "town", "county")


@transaction.atomic
def save_rule(
    rule: Rule | None,
    *,
    name: str,
    conditions: Mapping[str, Any],
    organisation: Organisation | None = None,
    level: str = "",
    urgency: int | None = None,
    automatic: bool = False,
    by: Actor,
) -> Rule:
    """Write a rule, or write it anew. A new one stands last and is off until somebody switches it on."""
    guard_rule(name, conditions, organisation, level, urgency, automatic)

    before = content_of(rule) if rule else {}
    rule = rule or Rule(position=Rule.objects.count() + 1)
    rule.name, rule.conditions = name.strip()[:80], dict(conditions)
    rule.organisation, rule.level, rule.urgency, rule.automatic = organisation, level, urgency, automatic
    rule.trouble, rule.changed_at = "", timezone.now()
    rule.save()
    RULES.renew()

    record(
        "rule_saved",
        by=by,
        subject_kind="rule",
        subject=rule.pk,
        facts={"name": rule.name, "before": before, "after": content_of(rule)},
    )
    return rule


def guard_rule(
    name: str,
    conditions: Mapping[str, Any],
    organisation: Organisation | None,
    level: str,
    urgency: int | None,
    automatic: bool,
) -> None:
    if not name.strip():
        raise Refusal(_("Give the rule a name people recognise."), field="name")
    if level not in LEVELS:
        raise Refusal(_("Choose the grid, the town or the county."), field="level")
    if organisation is None and not level and urgency is None:
        raise Refusal(_("Say what the rule does: a unit, a level, or an urgency."), field="organisation")
    if automatic and organisation is None:
        raise Refusal(_("Only a rule with a unit can dispatch by itself."), field="automatic")
    if organisation is not None and organisation.retired_at is not None:
        raise Refusal(_("This unit has been dissolved. Choose another."), field="organisation")
    for condition, wanted in conditions.items():
        if condition not in CONDITIONS or not wanted:
            raise Refusal(_("The condition “%(name)s” is not complete.") % {"name": condition})
    if "hours" in conditions:
        try:
            since, until = (time.fromisoformat(clock) for clock in conditions["hours"])
        except (TypeError, ValueError):
            raise Refusal(_("The time of day needs a beginning and an end."), field="since") from None
        if since == until:
            raise Refusal(_("The time of day needs a beginning and an end that differ."), field="until")


def content_of(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "conditions": rule.conditions,
        "organisation": rule.organisation_id,
        "level": rule.level,
        "urgency": rule.urgency,
        "automatic": rule.automatic,
    }


@transaction.atomic
def switch_rule(rule: Rule, *, active: bool, by: Actor) -> Rule:
    """On or off, for every case from now on."""
    changed = Rule.objects.filter(pk=rule.pk, active=not active).update(
        active=active, trouble="", changed_at=timezone.now()
    )
    if changed != 1:
        raise TooLate(_("Somebody has switched this rule meanwhile."))
    RULES.renew()

    record(
        "rule_switched",
        by=by,
        subject_kind="rule",
        subject=rule.pk,
        before="off" if active else "on",
        after="on" if active else "off",
        facts={"name": rule.name},
    )
    rule.refresh_from_db()
    return rule


@transaction.atomic
def order_rules(order: Sequence[int], *, by: Actor) -> list[Rule]:
    """The order in which rules are tried; every rule is named once."""
    rules = {rule.pk: rule for rule in Rule.objects.all()}
    if sorted(order) != sorted(rules):
        raise TooLate(_("Somebody has added or removed a rule meanwhile. Look at the list again."))

    before = [rule.pk for rule in Rule.objects.all()]
    for position, pk in enumerate(order, start=1):
        Rule.objects.filter(pk=pk).exclude(position=position).update(position=position)
    RULES.renew()

    record("rules_ordered", by=by, facts={"before": before, "after": list(order)})
    return list(Rule.objects.all())


@transaction.atomic
def remove_rule(rule: Rule, *, by: Actor) -> None:
    """A rule nobody needs; what it fired on keeps its reasons."""
    if rule.active:
        raise Refusal(_("Switch the rule off first."))
    facts = {"name": rule.name, "before": content_of(rule)}
    removed, _each = Rule.objects.filter(pk=rule.pk, active=False).delete()
    if not removed:
        raise TooLate(_("Somebody has switched this rule on or removed it meanwhile."))
    RULES.renew()

    record("rule_removed", by=by, facts=facts)
