"""What moves show and say: facts corrected, places, photos, the public answer."""

from typing import TYPE_CHECKING

from gridloop.core.cases import deadlines as clocks
from gridloop.core.cases import effects
from gridloop.core.cases.models import Category, Exhibit
from gridloop.core.cases.moving import Moving
from gridloop.core.cases.opening import place_case
from gridloop.core.cases.spots import Spot
from gridloop.demo.twins.registry import twin_of

if TYPE_CHECKING:
    from gridloop.demo.playing import Played

PURPOSES = {"photos_before": "before", "photos_after": "after", "evidence": "evidence"}
categories: dict[int, Category] = {}


def category_with(pk: int) -> Category:
    if pk not in categories:
        categories[pk] = Category.objects.get(pk=pk)
    return categories[pk]


@twin_of(effects.correct_facts)
def correct_facts(played: "Played", moving: Moving) -> None:
    case, facts = played.case, moving.facts
    if "category" in facts and facts["category"] != case.category_id:
        moving.told["category_before"] = case.category_id
        case.category = category_with(facts["category"])
        recount(played)
    if "urgency" in facts:
        case.urgency = facts["urgency"]


def recount(played: "Played") -> None:
    own = [clock for clock in played.unmet() if clock.task_id is None]
    found = clocks.allowed_for(played.case, [clock.name for clock in own])
    for clock in own:
        limit = found.get(clock.name)
        if limit is not None and (limit.value, limit.unit) != (clock.value, clock.unit):
            clocks.count_anew(clock, limit)


@twin_of(effects.place_anew)
def place_anew(played: "Played", moving: Moving) -> None:
    case, before = played.case, played.case.grid_id
    moving.told["area_before"] = case.area_id
    if case.placed_by == "none":
        case.level = "grid"
    played.spot = Spot(**moving.facts.pop("place"))
    place_case(case, played.spot)
    if case.grid_id != before:
        case.worker_id = None
    recount(played)


@twin_of(effects.take_in_person)
def take_in_person(played: "Played", moving: Moving) -> None:
    played.case.worker_id = moving.by.person


@twin_of(effects.show_photos)
def show_photos(played: "Played", moving: Moving) -> None:
    played.exhibits += [
        Exhibit(case=played.case, file_id=file, purpose=PURPOSES.get(need.name, "answer"), public=need.public)
        for need in moving.move.needs
        if need.kind == "photos"
        for file in moving.facts.get(need.name, ())
    ]


@twin_of(effects.take_addition)
def take_addition(played: "Played", moving: Moving) -> None:
    assert moving.facts


@twin_of(effects.bring_photos)
def bring_photos(played: "Played", moving: Moving) -> None:
    played.exhibits += [
        Exhibit(case=played.case, file_id=file, purpose="report") for file in moving.facts.get("photos", ())
    ]


@twin_of(effects.answer_publicly)
def answer_publicly(played: "Played", moving: Moving) -> None:
    played.case.answer = moving.facts.get("answer", played.case.answer)
    played.case.completed_at = moving.now
