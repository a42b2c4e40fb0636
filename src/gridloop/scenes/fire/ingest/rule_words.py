"""Alarm rules in words: what is measured and in which unit, how a rule looks at it, and the whole rule as a sentence."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.scenes.fire.alarms.kinds import AlarmKind
from gridloop.scenes.fire.ingest.rules import Rule
from gridloop.scenes.fire.registry.models import DeviceKind


class Measure(NamedTuple):
    """A quantity with its unit, and what a limit on it may be."""

    title: Promise
    unit: str
    least: float
    most: float


MEASURES = {
    "temperature": Measure(gettext_lazy("Temperature"), "°C", -50, 1500),
    "smoke": Measure(gettext_lazy("Smoke"), "dB/m", 0, 20),
    "gas": Measure(gettext_lazy("Gas"), "% LEL", 0, 100),
    "pressure": Measure(gettext_lazy("Water pressure"), "MPa", 0, 20),
    "level": Measure(gettext_lazy("Water level"), "m", 0, 200),
    "current": Measure(gettext_lazy("Current"), "A", 0, 10_000),
    "leakage": Measure(gettext_lazy("Leakage current"), "mA", 0, 30_000),
    "voltage": Measure(gettext_lazy("Voltage"), "V", 0, 50_000),
    "battery": Measure(gettext_lazy("Battery"), "%", 0, 100),
    "value": Measure(gettext_lazy("Value of the device"), "", -1e9, 1e9),
}
# What a rule on readings may raise; silence always raises that a device is offline.
RAISES = (
    AlarmKind.READING, AlarmKind.FIRE, AlarmKind.GAS, AlarmKind.FAULT, AlarmKind.BATTERY, AlarmKind.SUPERVISION,
    AlarmKind.MAIN_POWER, AlarmKind.BACKUP_POWER,
)  # fmt: skip
WEEKDAYS = (
    gettext_lazy("Mon"), gettext_lazy("Tue"), gettext_lazy("Wed"), gettext_lazy("Thu"), gettext_lazy("Fri"),
    gettext_lazy("Sat"), gettext_lazy("Sun"),
)  # fmt: skip
SHIPPED_TITLES = {
    "hot": gettext_lazy("Too hot"),
    "warm_long": gettext_lazy("Warm for long"),
    "smoke_repeated": gettext_lazy("Smoke, seen twice"),
    "gas_leak": gettext_lazy("Gas leak"),
    "gas_traces": gettext_lazy("Traces of gas"),
    "water_low": gettext_lazy("Too little water pressure"),
    "tank_low": gettext_lazy("Fire water tank low"),
    "leakage": gettext_lazy("Leakage current"),
    "night_charging": gettext_lazy("Charging at night"),
    "battery_low": gettext_lazy("Battery nearly empty"),
    "silent_point": gettext_lazy("Detector silent"),
    "silent_meter": gettext_lazy("Meter silent"),
    "silent_panel": gettext_lazy("Panel silent"),
}


def title_of(name: str) -> str:
    return str(SHIPPED_TITLES.get(name, name))


def kinds_words(rule: Rule) -> str:
    titles = dict(DeviceKind.choices)
    return _(", ").join(str(titles.get(kind, kind)) for kind in rule.kinds)


def raises_words(rule: Rule) -> str:
    kind = AlarmKind.OFFLINE if rule.shape == "silence" else rule.raises
    return str(dict(AlarmKind.choices).get(kind, kind))


def amount(value: float, quantity: str) -> str:
    measure = MEASURES.get(quantity)
    return f"{value:g} {measure.unit}".strip() if measure else f"{value:g}"


def span_words(seconds: float) -> str:
    """A length of time in the largest unit that gives a round number."""
    for size, words in ((3600, _("%(n)s h")), (60, _("%(n)s min"))):
        if seconds >= size and seconds % size == 0:
            return words % {"n": f"{seconds / size:g}"}
    return _("%(n)s s") % {"n": f"{seconds:g}"}


def clock_words(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def hours_words(rule: Rule) -> str:
    """23:00–06:00; 12:00–14:00, as it is typed too."""
    return "; ".join(f"{clock_words(begin)}–{clock_words(end)}" for begin, end in rule.hours)


def schedule_words(rule: Rule) -> str:
    """When the rule looks; empty when it always does."""
    days = _(", ").join(str(WEEKDAYS[day]) for day in rule.days if day in range(7))
    return " ".join(part for part in (days, hours_words(rule)) if part)


def begin_words(rule: Rule) -> str:
    facts = {
        "what": MEASURES[rule.quantity].title if rule.quantity in MEASURES else rule.quantity,
        "limit": amount(rule.on_limit, rule.quantity),
        "span": span_words(rule.seconds),
        "times": rule.times,
    }
    beyond = (_("%(what)s above %(limit)s") if rule.above else _("%(what)s below %(limit)s")) % facts
    if rule.shape == "duration":
        return _("%(beyond)s for %(span)s") % {"beyond": beyond, **facts}
    if rule.shape == "repeat":
        return _("%(beyond)s %(times)s times within %(span)s") % {"beyond": beyond, **facts}
    return beyond


def sentence(rule: Rule) -> str:
    """The whole rule: when it begins, and when it is over."""
    if rule.shape == "silence":
        said = _("Nothing heard for %(span)s; over with the next message")
        return said % {"span": span_words(rule.seconds)}
    end = amount(rule.off_limit, rule.quantity)
    over = (_("over below %(limit)s") if rule.above else _("over above %(limit)s")) % {"limit": end}
    said = _("%(begin)s; %(over)s") % {"begin": begin_words(rule), "over": over}
    if looks := schedule_words(rule):
        said = _("%(rule)s; looks only %(when)s") % {"rule": said, "when": looks}
    return said
