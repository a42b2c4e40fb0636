"""What a move shows and says: facts corrected, photos shown, the public answer."""

from gridloop.core.cases import deadlines
from gridloop.core.cases.models import Exhibit
from gridloop.core.cases.moving import Moving
from gridloop.core.cases.opening import place_case
from gridloop.core.cases.spots import Spot


def correct_facts(moving: Moving) -> None:
    """Class and urgency as a person sees them; a changed class recounts the clocks and is training data."""
    case, facts = moving.case, moving.facts
    if "category" in facts and facts["category"] != case.category_id:
        moving.told["category_before"] = case.category_id
        case.category_id = facts["category"]
        deadlines.recount_deadlines(case)
    if "urgency" in facts:
        case.urgency = facts["urgency"]


def place_anew(moving: Moving) -> None:
    """Where it truly lies: whoever works there has it now, by the limits of that place.

    The address stays out of the journal. A case nobody could place lay with the county; now the grid looks at it first.
    """
    case, before = moving.case, moving.case.grid_id
    moving.told["area_before"] = case.area_id
    if case.placed_by == "none":
        case.level = "grid"
    place_case(case, Spot(**moving.facts.pop("place")))
    if case.grid_id != before:
        case.worker_id = None
    deadlines.recount_deadlines(case)


def take_in_person(moving: Moving) -> None:
    """Whoever takes it holds it."""
    moving.case.worker_id = moving.by.person


def show_photos(moving: Moving) -> None:
    """Photos the move brought become exhibits; those of public needs residents may see."""
    purposes = {"photos_before": "before", "photos_after": "after", "evidence": "evidence"}
    exhibits = [
        Exhibit(case=moving.case, file_id=file, purpose=purposes.get(need.name, "answer"), public=need.public)
        for need in moving.move.needs
        if need.kind == "photos"
        for file in moving.facts.get(need.name, ())
    ]
    Exhibit.objects.bulk_create(exhibits)


def answer_publicly(moving: Moving) -> None:
    moving.case.answer = moving.facts.get("answer", moving.case.answer)
    moving.case.completed_at = moving.now
