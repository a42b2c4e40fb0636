"""What happens when nobody came to a standing visit: a grid worker checks at the door and accounts for it."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import effects, needs
from gridloop.core.cases.flow import CaseKind, Move, Need, Step
from gridloop.core.cases.universal import UNIVERSAL
from gridloop.core.cases.who import command_room, grid_worker, system

STEPS = (
    Step("reported", _("Nobody came"), _("the grid worker goes to the door"), shape="open"),
    Step("checking", _("On the way to the door"), _("the grid worker says how the person is")),
    Step("helping", _("Needs help"), _("the community and the command room get help")),
    Step(
        "searching", _("Nobody there"), _("the command room finds out where the person is"), shape="waiting"
    ),
    Step("well", _("Found well"), outcome="fixed", shape="ended"),
    Step("closed", _("Helped and accounted for"), outcome="fixed", shape="ended"),
    Step("visited", _("A companion came after all"), outcome="withdrawn", shape="ended"),
)

account = Need("account", "text", _("How the person is, what was done"))
handed = Need("words", "text", _("Who helps now"), longest=120)  # words: a name that can be erased
seen = needs.position.optional()

MOVES = (
    #    from          move          to           who                         needs
    Move("reported", "take", "checking", grid_worker, (), _("I am going there"), "door_check_begun",
         meets=("first_response",), starts=("completion",), then=(effects.take_in_person,), weight="main"),
    Move(("reported", "checking"), "found_well", "well", grid_worker | command_room, (account, seen),
         _("Found well"), "door_found_well", meets=("first_response", "completion"), weight="main"),
    Move(("reported", "checking", "searching"), "needs_help", "helping", grid_worker | command_room, (handed, account, seen),
         _("Needs help, hand on"), "door_needs_help", meets=("first_response",), starts=("completion",)),
    Move(("reported", "checking"), "nobody_there", "searching", grid_worker, (account, seen, needs.photos_after.optional()),
         _("Nobody there"), "door_nobody_there", meets=("first_response",), starts=("completion",),
         then=(effects.show_photos,)),
    Move("searching", "found_well", "well", grid_worker | command_room, (account,), _("Found, and well"),
         "door_found_well", meets=("completion",), weight="main"),
    Move("helping", "close", "closed", grid_worker | command_room, (account,), _("Helped, account for it"),
         "door_accounted", meets=("completion",), weight="main"),
    Move(("reported", "checking"), "visited", "visited", system, (), _("A companion came after all"), "door_check_spared"),
    *[move for move in UNIVERSAL if move.name in ("remind", "supervise", "acknowledge", "note")],
)  # fmt: skip

missed_visit = CaseKind(
    "missed_visit",
    title=_("Missed visit"),
    own_door=True,
    steps=STEPS,
    moves=MOVES,
    first="reported",
    default_limits={"first_response": (1, "hours"), "completion": (4, "hours")},
)
