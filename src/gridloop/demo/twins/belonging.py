"""Cases that belong together: joined, folded into one another, split."""

from typing import TYPE_CHECKING

from gridloop.core.cases import effects
from gridloop.core.cases.models import Party
from gridloop.core.cases.moving import Moving
from gridloop.demo.twins.registry import twin_of

if TYPE_CHECKING:
    from gridloop.demo.playing import Played


@twin_of(effects.join)
def join(played: "Played", moving: Moving) -> None:
    played.parties.append(Party(case=played.case, person_id=moving.by.person, role="joined", at=moving.now))
    played.case.voices += 1


@twin_of(effects.speak_for_oneself)
def speak_for_oneself(played: "Played", moving: Moving) -> None:
    if any(party.person_id != moving.by.person for party in played.parties):
        raise ValueError(f"{played.case.number}: a story lets somebody withdraw what others stand behind")


@twin_of(effects.fold_into)
def fold_into(played: "Played", moving: Moving) -> None:
    """The other case has taken its new voice already, in its own life (`lives.Cluster`)."""
    played.case.duplicate_of_id = moving.facts["case"]


@twin_of(effects.split)
def split(played: "Played", moving: Moving) -> None:
    from gridloop.demo.playing import Played

    case = played.case
    for title in moving.facts["parts"]:
        part = Played(
            played.stage, case.kind, title=title, words=case.words, spot=played.spot, by=moving.by, at=moving.now,
            category=case.category, urgency=case.urgency, source=case.source, parent=played, public=case.public,
            photos=tuple(one.file_id for one in played.exhibits if one.purpose == "report"),
        )  # fmt: skip
        played.parts.append(part)
    moving.told["parts"] = [part.case.pk for part in played.parts]


@twin_of(effects.wait_for_parts)
def wait_for_parts(played: "Played", moving: Moving) -> None:
    assert all(not part.case.open or part.case.completed_at for part in played.parts)
