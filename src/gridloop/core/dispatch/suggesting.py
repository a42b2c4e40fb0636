"""Suggestions for whoever dispatches, each with its reason: who could lead a case, and which class it could be."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case, Category
from gridloop.core.dispatch.models import Rule, Suggestion
from gridloop.core.dispatch.rulebook import RULES, matter_of
from gridloop.core.dispatch.rules import first_that_fires
from gridloop.core.people.models import Organisation

LOOKED_AT = 100  # the last cases of the class: habits older than these are no guide
ENOUGH = 5  # fewer cases are no habit
SURE = 0.6  # from this share on the choice is made beforehand; whoever dispatches sees why and may change it
SHOWN = 3
UNLIKELY = 0.05  # nobody chooses a class the classifier thinks less likely than this


@dataclass(frozen=True, slots=True)
class Suggested:
    """One choice for a field: its value and name, why, and whether it is sure enough to stand there beforehand."""

    value: int | str
    name: str
    why: str
    sure: bool = False


def units_for(case: Case) -> list[Suggested]:
    """Who could lead: the unit of the rule that fits the case as it stands, then who led the last ones like it."""
    rule = rule_for(case)
    found = []
    if rule is not None and rule.organisation is not None and rule.organisation.retired_at is None:
        why = _("Rule “%(rule)s”") % {"rule": rule.name}
        found.append(Suggested(rule.organisation.pk, rule.organisation.name, why, sure=True))
    known = {one.value for one in found}
    return [*found, *(one for one in usual_units(case) if one.value not in known)][:SHOWN]


def rule_for(case: Case) -> Rule | None:
    """The first active rule that fits now, with the class and urgency people gave it; nothing is written down."""
    return first_that_fires(RULES.current(), matter_of(case)).rule


def usual_units(case: Case) -> list[Suggested]:
    """Who led most of the last cases of this class in this town; two statements."""
    if case.category_id is None:
        return []
    alike = Case.objects.filter(category=case.category_id, lead_unit__isnull=False).exclude(pk=case.pk)
    if case.town_id is not None:
        alike = alike.filter(town=case.town_id)
    led = Counter(alike.order_by("-id").values_list("lead_unit", flat=True)[:LOOKED_AT])
    total, most = sum(led.values()), led.most_common(SHOWN)
    names = Organisation.objects.filter(retired_at=None).in_bulk([pk for pk, _times in most if pk])
    said = _("Led %(led)d of the last %(total)d of this class here")
    return [
        Suggested(
            unit.pk,
            unit.name,
            said % {"led": times, "total": total},
            sure=total >= ENOUGH and times >= SURE * total,
        )
        for pk, times in most
        if times > 1 and pk and (unit := names.get(pk))
    ]


def classes_for(case: Case) -> list[Suggested]:
    """Which class it could be, as the classifier thought when the case came in."""
    suggestion = Suggestion.objects.filter(case=case).first()
    thought = {
        one["category"]: one["confidence"]
        for one in (suggestion.candidates[:SHOWN] if suggestion else [])
        if one.get("category") and one["confidence"] >= UNLIKELY
    }
    classes = Category.objects.filter(retired_at=None).in_bulk(list(thought)) if thought else {}
    return [
        Suggested(pk, classes[pk].name, _("Classifier: %(share)s") % {"share": f"{confidence:.0%}"})
        for pk, confidence in thought.items()
        if pk in classes
    ]
