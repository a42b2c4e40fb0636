"""When the county changes its rules: what a rule has raised that nobody weighs any more is over, and it is forgotten.

Otherwise an alarm of a retired rule would stay open for ever, and the next reading beyond a limit would only count as
one more of it.
"""

from gridloop.scenes.fire.ingest.receiving import Intake
from gridloop.scenes.fire.ingest.rules import Rule, RuleSet
from gridloop.scenes.fire.ingest.state import DEVICE_KINDS
from gridloop.scenes.fire.ingest.storing import Unit


def let_go(intake: Intake, before: RuleSet, now: float) -> Unit:
    """After the intake took its new rules; `before`: those it had. What must be written, often nothing."""
    unit = Unit([], [])
    for (device, name), held in list(intake.memory.items()):
        row = intake.fleet.row_of_device(device)
        if name == "offline" or row < 0:
            continue
        old = before.rules.get(name) or intake.rules.retired.get(name)
        if goes_on(old, intake.rules.rules.get(name), DEVICE_KINDS[int(intake.fleet.kind[row])]):
            continue
        intake.keep(device, row, name, None, unit)
        if held.on and old is not None:
            facts = {"rule_changed": True, "quantity": old.quantity, "version": old.version}
            intake.raise_rule(old, row, False, now, now, facts, unit)
    return unit


def goes_on(old: Rule | None, new: Rule | None, kind: str) -> bool:
    """Whether a rule watches such a device as before; other limits and other hours are no reason to forget."""
    if new is None or new.shape == "silence" or kind not in new.kinds:
        return False
    return old is None or watched(old) == watched(new)


def watched(rule: Rule) -> tuple[str, str, bool, str]:
    return rule.shape, rule.quantity, rule.above, rule.raises
