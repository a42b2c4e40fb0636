"""How a fire alarm travels, from the detector to the verdict of somebody on the spot; and how a device fault does."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import effects, needs
from gridloop.core.cases.flow import ANY_OPEN, SAME, CaseKind, Move, Need, Step
from gridloop.core.cases.universal import UNIVERSAL
from gridloop.core.cases.who import grid_worker, handler, system
from gridloop.scenes.fire.alarms import effects as own
from gridloop.scenes.fire.alarms.kinds import OWNER_WORDS, VERDICT_WORDS, Verdict
from gridloop.scenes.fire.alarms.people import crew, duty_room, owner

USUAL = tuple(move for move in UNIVERSAL if move.name in ("remind", "supervise", "note"))

ALARM_STEPS = (
    Step("raised", _("Alarm"), _("somebody acknowledges it"), shape="open"),
    Step("acknowledged", _("Acknowledged"), _("a crew or the grid worker goes there")),
    Step("on_the_way", _("On the way"), _("whoever goes arrives")),
    Step("on_site", _("On site"), _("whoever is there says what it is")),
    Step("fighting", _("Real: rescue"), _("the crew puts it out")),
    Step("closed", _("Closed"), outcome="fixed", shape="ended"),
)
BEFORE_SITE = ("raised", "acknowledged", "on_the_way")
ON_SITE = ("on_site", "fighting")

arrival = Need("position", "position", _("Position on site"), metres=500)
verdict = Need("verdict", "choice", _("What was it?"), choices=VERDICT_WORDS, public=True)
said = Need("said", "choice", _("What do you see?"), choices=OWNER_WORDS, public=True)


def is_real(facts: Mapping[str, Any]) -> bool:
    return facts.get("verdict") == Verdict.REAL


ALARM_MOVES = (
    #    from           move             to               who                          needs
    Move("raised", "acknowledge", "acknowledged", grid_worker | duty_room | owner, (needs.words.optional(),),
         _("Acknowledge the alarm"), "fire_acknowledged", meets=("first_response",), starts=("arrival",),
         then=(own.acknowledge,), weight="main"),
    Move(("raised", "acknowledged"), "go", "on_the_way", crew | grid_worker, (), _("On the way"), "fire_on_the_way",
         meets=("first_response",), starts=("arrival",), then=(own.acknowledge, own.set_out), weight="main"),
    Move(("on_the_way", *ON_SITE), "go", SAME, crew, (), _("On the way"), "fire_on_the_way", then=(own.set_out,)),
    Move(BEFORE_SITE, "arrive", "on_site", crew | grid_worker, (arrival,), _("Arrived"), "fire_arrived",
         meets=("first_response", "arrival"), starts=("completion",), then=(own.acknowledge, own.arrive), weight="main"),
    Move(ON_SITE, "arrive", SAME, crew, (arrival,), _("Arrived"), "fire_arrived", then=(own.arrive,)),
    Move("on_site", "verdict", "fighting", grid_worker | crew | duty_room,
         (verdict, needs.words.optional(), needs.photos_after.optional()), _("Say what it is"), "fire_verdict",
         given=is_real, then=(effects.show_photos, own.keep_verdict), weight="main"),
    Move("on_site", "verdict", "closed", grid_worker | crew | duty_room,
         (verdict, needs.words.optional(), needs.photos_after.optional()), _("Say what it is"), "fire_verdict",
         meets=("completion",), then=(effects.show_photos, own.keep_verdict, own.end_episode), weight="main"),
    Move("fighting", "put_out", "closed", crew | duty_room | grid_worker, (needs.account, needs.photos_after.optional()),
         _("It is out"), "fire_put_out", meets=("completion",), then=(effects.show_photos, own.end_episode), weight="main"),
    Move((*BEFORE_SITE, *ON_SITE), "call_stations", SAME, duty_room | system, (), _("Call further stations"),
         "fire_stations_called", then=(own.call_stations,)),
    Move((*BEFORE_SITE, *ON_SITE), "busy", SAME, crew, (needs.words.optional(),), _("We cannot come"), "fire_station_busy",
         then=(own.decline_call,)),
    Move((*BEFORE_SITE, *ON_SITE), "confirm", SAME, owner, (said, needs.words.optional()), _("Say what you see"),
         "fire_owner_said", then=(own.keep_owner_word,)),
    *USUAL,
)  # fmt: skip

fire_alarm = CaseKind(
    "fire_alarm",
    title=_("Fire alarm"),
    own_door=True,
    steps=ALARM_STEPS,
    moves=ALARM_MOVES,
    first="raised",
    page="/fire/case/{number}/",
    untold=frozenset({"case_reported", "deadline_due_soon"}),
    default_limits={
        "first_response": (5, "minutes"),
        "arrival": (10, "minutes"),
        "completion": (1, "hours"),
    },
)

FAULT_STEPS = (
    Step("reported", _("Fault reported"), _("whoever looks after the devices takes it"), shape="open"),
    Step("handling", _("Being repaired"), _("whoever took it repairs it")),
    Step(
        "done",
        _("Repaired, to be checked"),
        _("somebody else checks, or the devices report again"),
        shape="done",
    ),
    Step("closed", _("Closed"), outcome="fixed", shape="ended"),
)

FAULT_MOVES = (
    Move("reported", "take", "handling", owner | grid_worker | duty_room, (), _("Take it on"), "fault_taken",
         meets=("first_response",), starts=("completion",), then=(effects.take_in_person,), bulk=True, weight="main"),
    Move(("reported", "handling"), "fix", "done", owner | grid_worker | duty_room,
         (needs.account, needs.photos_after.optional()), _("Repaired"), "case_fixed", meets=("first_response", "completion"),
         starts=("verification",), then=(effects.show_photos,), weight="main"),
    Move("done", "verify", "closed", (grid_worker | duty_room).but(handler), (needs.words.optional(),), _("Check passed"),
         "case_verified", meets=("verification",), then=(own.end_episode,), bulk=True, weight="main"),
    Move("done", "rework", "handling", (grid_worker | duty_room).but(handler), (needs.reason,), _("Not repaired"),
         "case_reworked", meets=("verification",), then=(effects.count_rework,)),
    Move(ANY_OPEN, "recover", "closed", system, (), _("Devices report again"), "fault_recovered", then=(own.end_episode,)),
    *USUAL,
)  # fmt: skip

device_fault = CaseKind(
    "device_fault",
    title=_("Device fault"),
    own_door=True,
    steps=FAULT_STEPS,
    moves=FAULT_MOVES,
    page="/fire/case/{number}/",
    default_limits={
        "first_response": (8, "working_hours"),
        "completion": (5, "working_days"),
        "verification": (2, "working_days"),
    },
)
