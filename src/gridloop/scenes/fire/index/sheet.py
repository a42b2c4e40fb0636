"""The shipped method as a sheet: every indicator, what it counts, where it comes from, and how it is weighed."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gridloop.scenes.fire.risk import Method, Yardstick

Words = str | Promise
Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """What people need to know of an indicator; its arithmetic stands in the edition's yardsticks."""

    name: str
    family: str
    title: Words
    unit: Words
    source: Words
    remedy: Words  # what lowers it


FAMILIES: dict[str, Words] = {
    "hazard": _("What could burn"),
    "history": _("What has happened"),
    "protection": _("What protects"),
    "management": _("How it is looked after"),
}

SHARE = _("of 100 premises")
ADDRESSES = _("per 1,000 addresses")  # households and premises
DEVICES = _("of 100 devices")
REGISTRY = _("Register of premises")
DEVICE_LIST = _("Register of devices, open alarms")
HAZARD_CASES = _("Hazard cases")

INDICATORS: dict[str, Indicator] = {
    each.name: each
    for each in (
        Indicator("three_in_one", "hazard", _("Living, storing and working under one roof"), SHARE, REGISTRY,
                  _("Separate sleeping from storing and working, then change the kind in the register.")),
        Indicator("rentals", "hazard", _("Self-built houses for rent"), SHARE, REGISTRY,
                  _("Fit escape ladders and linked smoke alarms; check the number of tenants.")),
        Indicator("small_places", "hazard", _("Nine-small places"), SHARE, REGISTRY,
                  _("Walk them with the checklist of nine-small places.")),
        Indicator("storage", "hazard", _("Warehouses and factories"), SHARE, REGISTRY,
                  _("Agree on stacking heights and hot-work permits with their owners.")),
        Indicator("old_buildings", "hazard", _("Built before 2000"), _("of 100 premises whose year is known"), REGISTRY,
                  _("Renew old wiring; enter the years that are not known.")),
        Indicator("electric_bikes", "hazard", _("E-bikes charged inside"), _("of 100 premises where it is known"), REGISTRY,
                  _("Set up charging shelters; move batteries out of stairwells.")),
        Indicator("fires", "history", _("Fires in 24 months"), ADDRESSES, _("Verified alarms, the fire brigade’s list"),
                  _("Falls by itself when two years pass without a fire.")),
        Indicator("real_alarms", "history", _("Real alarms in 12 months"), ADDRESSES, _("Verified alarms"),
                  _("Look for what caused them: kitchens, chargers, wiring.")),
        Indicator("open_hazards", "history", _("Open hazards"), ADDRESSES, HAZARD_CASES,
                  _("Put the open hazards right and have them checked.")),
        Indicator("overdue_hazards", "history", _("Days overdue of open hazards"), _("days per 1,000 addresses"), HAZARD_CASES,
                  _("Close the hazards that are past their deadline first.")),
        Indicator("uncovered", "protection", _("Premises without a working device"), SHARE, DEVICE_LIST,
                  _("Fit wireless smoke alarms; bring silent ones back.")),
        Indicator("offline", "protection", _("Devices that are silent"), DEVICES, DEVICE_LIST,
                  _("Visit devices that do not report.")),
        Indicator("low_battery", "protection", _("Devices with a low battery"), DEVICES, DEVICE_LIST,
                  _("Change batteries on the next round.")),
        Indicator("shielded", "protection", _("Points taken out of service"), DEVICES, DEVICE_LIST,
                  _("Ask owners why points are shielded and until when.")),
        Indicator("station_minutes", "protection", _("Way to the nearest micro station"), _("minutes"), _("Register of stations"),
                  _("Found a micro station nearer, or bring the nearest back on duty.")),
        Indicator("water", "protection", _("Water supply in fault"), _("of 100 water devices"), DEVICE_LIST,
                  _("Have pumps, tanks and hydrants put in order.")),
        Indicator("uninspected", "management", _("Not inspected in 12 months"), SHARE, _("Inspections"),
                  _("Inspect the premises that nobody has seen for a year.")),
        Indicator("late_rectification", "management", _("Hazards put right late"), _("of 100 closed in 12 months"), HAZARD_CASES,
                  _("Put hazards right within their deadline.")),
        Indicator("false_alarms", "management", _("False alarms"), _("of 100 verified alarms"), _("Verified alarms"),
                  _("Move or exchange the detectors that keep crying wolf.")),
        Indicator("duty_missed", "management", _("Duty checks not answered"), _("of 100 duty checks"), _("Duty checks"),
                  _("See who sits in the control rooms.")),
    )
}  # fmt: skip


def row(
    name: str, weight: float, points: Points, scale: float = 100, minimum: float = 1, strength: float = 0
) -> Yardstick:
    return Yardstick(name, weight, points, scale, minimum, strength)


SHIPPED = Method(
    yardsticks=(
        #   indicator      weight, (value, share) ...                            scale, minimum, strength
        row("three_in_one",   9, ((3, 0), (7, 0.3), (12, 0.7), (20, 1)),                  100, 3, 10),
        row("rentals",        6, ((5, 0), (15, 0.3), (25, 0.7), (40, 1)),                 100, 3, 10),
        row("small_places",   5, ((10, 0), (20, 0.3), (32, 0.7), (50, 1)),                 100, 3, 10),
        row("storage",        4, ((1, 0), (4, 0.3), (12, 0.7), (30, 1)),                  100, 3, 10),
        row("old_buildings",  6, ((25, 0), (45, 0.3), (60, 0.7), (80, 1)),                 100, 3, 8),
        row("electric_bikes", 6, ((3, 0), (10, 0.3), (20, 0.7), (35, 1)),                 100, 3, 8),
        row("fires",          10, ((0.6, 0), (1.5, 0.3), (3, 0.7), (6, 1)),                   1000, 20, 300),
        row("real_alarms",    6, ((0, 0), (0.5, 0.3), (2, 0.7), (6, 1)),                  1000, 20, 300),
        row("open_hazards",   5, ((0, 0), (1, 0.3), (4, 0.7), (12, 1)),                   1000, 20, 100),
        row("overdue_hazards",3, ((0, 0), (5, 0.3), (40, 0.7), (200, 1)),                 1000, 20, 100),
        row("uncovered",      8, ((10, 0), (40, 0.3), (65, 0.7), (90, 1)),                 100, 3, 8),
        row("offline",        6, ((0, 0), (3, 0.2), (10, 0.6), (25, 1)),                  100, 5, 15),
        row("low_battery",    2, ((0, 0), (5, 0.3), (20, 1)),                             100, 5, 15),
        row("shielded",       2, ((0, 0), (1, 0.3), (8, 1)),                              100, 5, 15),
        row("station_minutes",4, ((2, 0), (5, 0.4), (10, 0.8), (20, 1)),                  1, 1, 0),
        row("water",          2, ((0, 0), (10, 0.4), (40, 1)),                            100, 1, 4),
        row("uninspected",    6, ((0, 0), (20, 0.2), (60, 0.7), (100, 1)),                100, 3, 8),
        row("late_rectification",4, ((0, 0), (10, 0.3), (50, 1)),                            100, 3, 10),
        row("false_alarms",   3, ((30, 0), (70, 0.4), (95, 1)),                           100, 5, 20),
        row("duty_missed",    3, ((0, 0), (10, 0.4), (50, 1)),                            100, 3, 10),
    )
)  # fmt: skip
OVERRIDES = ("alarm", "hazard")
