"""What the scene's own effects change on a matter played in memory, and what is kept until its case is written."""

from dataclasses import dataclass, field

from gridloop.core.cases import effects as core
from gridloop.core.cases.models import Party
from gridloop.core.cases.moving import Moving
from gridloop.core.clocks import working_time
from gridloop.demo.playing import Played
from gridloop.demo.twins import TWINS, twin_of
from gridloop.scenes.enterprises import effects
from gridloop.scenes.enterprises.firms.models import Firm
from gridloop.scenes.enterprises.matters.models import Choice
from gridloop.scenes.enterprises.specialists import choosing
from gridloop.scenes.enterprises.tables.models import AgendaItem, RoundTable


@dataclass
class Kept:
    """What a played matter brings besides its case; written once the case is."""

    firm: Firm
    month: str
    choices: list[Choice] = field(default_factory=list)
    items: list[AgendaItem] = field(default_factory=list)


KEPT: dict[int, Kept] = {}  # case -> what belongs to it, while a year is played
TABLES: dict[int, RoundTable] = {}


@twin_of(effects.choose_specialist)
def choose_specialist(played: Played, moving: Moving) -> None:
    chosen: choosing.Chosen | None = getattr(played, "chosen", None)
    named, unit = moving.facts["specialist"], moving.facts["lead_unit"]
    ruled = chosen is not None and chosen.best.holder == named
    KEPT[played.case.pk].choices.append(
        Choice(
            case=played.case, specialist_id=named, organisation_id=unit, by_rule=ruled, at=moving.now,
            reasons=chosen.reasons if chosen and ruled else {},
            considered=[weighed.told() for weighed in chosen.considered] if chosen else [],
        )
    )  # fmt: skip
    moving.told |= {"by_rule": ruled, "reasons": chosen.reasons if chosen and ruled else {}}


@twin_of(effects.put_in_hand)
def put_in_hand(played: Played, moving: Moving) -> None:
    played.case.worker_id = moving.facts.get("specialist")


@twin_of(effects.let_go)
def let_go(played: Played, moving: Moving) -> None:
    played.case.worker_id = None


@twin_of(effects.back_in_hand)
def back_in_hand(played: Played, moving: Moving) -> None:
    played.case.worker_id = KEPT[played.case.pk].choices[-1].specialist_id


@twin_of(effects.call_helpers)
def call_helpers(played: Played, moving: Moving) -> None:
    known = {party.person_id for party in played.parties}
    helpers = () if not moving.facts.get("assistants") else getattr(played, "helpers", ())
    played.parties += [
        Party(case=played.case, person_id=helper, role="helper", at=moving.now)
        for helper in helpers
        if helper not in known
    ]


@twin_of(effects.judge_or_wait)
def judge_or_wait(played: Played, moving: Moving) -> None:
    if not moving.facts.get("rating"):
        return TWINS[core.await_review](played, moving)
    TWINS[core.judge](played, moving)
    played.reviews[-1].person_id, played.reviews[-1].tags = played.case.reporter_id, ["by_telephone"]
    moving.told["by_telephone"] = True
    return None


@twin_of(effects.raise_to_table)
def raise_to_table(played: Played, moving: Moving) -> None:
    KEPT[played.case.pk].items.append(
        AgendaItem(
            case=played.case, raised_at=moving.now, raised_by_id=moving.by.person, why=moving.facts["reason_code"],
            words=moving.facts["words"],
        )
    )  # fmt: skip


@twin_of(effects.decide_at_table)
def decide_at_table(played: Played, moving: Moving) -> None:
    item = KEPT[played.case.pk].items[-1]
    item.decided_at, item.unit_id, item.days = moving.now, moving.facts["lead_unit"], moving.facts["days"]
    item.decision, item.table = moving.facts["reason"], TABLES[played.case.pk]
    moving.told["table"] = item.table.pk
    for clock in played.unmet():
        if clock.name == "completion" and clock.task_id is None:
            clock.met_at, clock.paused_at = moving.now, None
    due = working_time.due(moving.now, item.days, "working_days")
    played.restart("completion", moving.now)
    clock = played.deadlines[-1]
    clock.value, clock.unit, clock.due_at = item.days, "working_days", due.at
    clock.explanation = {**due.explanation, "source": "县级会商"}


@twin_of(effects.leave_table)
def leave_table(played: Played, moving: Moving) -> None:
    for item in KEPT[played.case.pk].items:
        if item.decided_at is None:
            item.decided_at, item.closed, item.decision = moving.now, True, moving.facts.get("answer", "")
