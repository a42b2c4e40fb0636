"""What the moves of a hazard change besides the step: its grade, who put it right, that it is closed."""

from gridloop.core.cases.models import Urgency
from gridloop.core.cases.moving import Moving
from gridloop.scenes.fire.hazards.kinds import HazardGrade
from gridloop.scenes.fire.hazards.models import Hazard


def grade(moving: Moving) -> None:
    """A major one presses."""
    given = moving.facts["grade"]
    Hazard.objects.filter(case=moving.case).update(grade=given)
    moving.case.facts = {**moving.case.facts, "grade": given}
    if given == HazardGrade.MAJOR:
        moving.case.urgency = Urgency.URGENT


def keep_rectifier(moving: Moving) -> None:
    """Whoever puts it right does not judge it: the flow asks the case for this person."""
    Hazard.objects.filter(case=moving.case).update(rectified_by=moving.by.person, rectified_at=moving.now)
    moving.case.facts = {**moving.case.facts, "rectified_by": moving.by.person}
    moving.case.completed_at = moving.now


def close_hazard(moving: Moving) -> None:
    Hazard.objects.filter(case=moving.case, closed_at=None).update(closed_at=moving.now)
    hazard = Hazard.objects.filter(case=moving.case).values_list("premises", "kind", "grade").first()
    if hazard is not None:
        moving.told |= dict(zip(("premises", "hazard_kind", "grade"), hazard, strict=True))
