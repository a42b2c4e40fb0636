"""What a matter adds to the desk's case page: the firm, why this specialist, and answers that may help."""

from collections.abc import Mapping
from typing import Any

from gridloop.core.cases.models import Case
from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.personal_data import masked_name, masked_phone
from gridloop.core.people.queries import may, staff_hats
from gridloop.core.territory import tree
from gridloop.scenes.enterprises.answers.models import Article
from gridloop.scenes.enterprises.answers.queries import suggestions
from gridloop.scenes.enterprises.firms.queries import contacts_of
from gridloop.scenes.enterprises.matters.models import Choice
from gridloop.scenes.enterprises.matters.queries import classes, latest_choice, matter_of
from gridloop.scenes.enterprises.specialists.choosing import Chosen
from gridloop.scenes.enterprises.specialists.queries import choice_for, names_of, returned_by
from gridloop.scenes.enterprises.tables.models import AgendaItem

HELPED_BY_ANSWERS = ("asked", "dispatched", "handling", "rectifying")


def matter_facts(case: Case, person: Person) -> Mapping[str, Any] | None:
    """The panel's context; nobody who is no staff sees it."""
    if not staff_hats(person):
        return None
    matter = matter_of(case)
    firm = matter.firm if matter else None
    dispatcher = may(person, "dispatch")
    suggested = choice_for(case, without=returned_by(case)) if case.step == "asked" and dispatcher else None
    choice = latest_choice(case)
    return {
        "case": case,
        "matter": matter,
        "firm": firm,
        "contacts": [(masked_name(each.name), masked_phone(each.phone)) for each in contacts_of(firm)]
        if firm
        else [],
        "dispatcher": dispatcher,
        "register": may(person, "enter_for_others") or may(person, "see_measures"),
        "choice": told_choice(choice) if choice else None,
        "candidates": told_candidates(suggested) if suggested else [],
        "alike": suggestions(f"{case.title} {case.words}", case.category)
        if case.step in HELPED_BY_ANSWERS
        else [],
        "items": AgendaItem.objects.filter(case=case).select_related("table", "unit").order_by("-pk"),
        "article": Article.objects.filter(case=case, retired_at=None).first() if not case.open else None,
        "can_write": case.outcome == "fixed" and not case.open,
    }


def told_choice(choice: Choice) -> dict[str, Any]:
    """Why this specialist, in names instead of numbers."""
    people = {row["person"] for row in choice.considered} | {row["holder"] for row in choice.considered}
    names, units = names_of(people), unit_names(row["organisation"] for row in choice.considered)
    return {
        "specialist": choice.specialist.name,
        "unit": choice.organisation.name,
        "at": choice.at,
        "by_rule": choice.by_rule,
        "for": choice.stands_in_for.name if choice.stands_in_for else "",
        "reasons": choice.reasons,
        "class_name": class_name(str(choice.reasons.get("class", ""))),
        "town": area_name(choice.reasons.get("town")),
        "considered": [in_names(row, names, units) for row in choice.considered],
    }


def area_name(area: int | None) -> str:
    picture = tree.current()
    return picture.name(area) if area and area in picture else ""


def class_name(code: str) -> str:
    named = classes().filter(code=code).values_list("name", flat=True).first() if code else None
    return named or code


def told_candidates(chosen: Chosen) -> list[dict[str, Any]]:
    rows = [weighed.told() for weighed in chosen.considered[:5]]
    names = names_of({row["person"] for row in rows} | {row["holder"] for row in rows})
    units = unit_names(row["organisation"] for row in rows)
    return [in_names(row, names, units) for row in rows]


def in_names(row: Mapping[str, Any], names: Mapping[int, str], units: Mapping[int, str]) -> dict[str, Any]:
    return {
        **row,
        "name": names.get(row["person"], "—"),
        "holder_name": names.get(row["holder"], "—") if row["holder"] != row["person"] else "",
        "unit": units.get(row["organisation"], "—"),
    }


def unit_names(ids: Any) -> dict[int, str]:
    return dict(Organisation.objects.filter(pk__in=set(ids)).values_list("pk", "name"))
