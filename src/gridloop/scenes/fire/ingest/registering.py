"""The registry as the listener needs it: every device in service, read in one go, and read again when it changed."""

import time
from collections.abc import Iterator

from django.db.models import Count, Max

from gridloop.core.clocks.editions import Shelf
from gridloop.scenes.fire.ingest.models import AlarmRule
from gridloop.scenes.fire.ingest.rules import SHIPPED, Rule, RuleSet, lay_over, problem_with
from gridloop.scenes.fire.ingest.state import DEVICE_KINDS, Registered, name_of
from gridloop.scenes.fire.registry.models import Device

LOOK_EVERY = 5.0
COUNT_EVERY = 60.0


def token_alone(token: str = "") -> str:
    return token


# Whoever changes devices, premises or vendors calls `registry_edition.renew()` inside the changing transaction.
registry_edition: Shelf[str] = Shelf("fire_registry", token_alone, token_alone)


def rule_of(row: AlarmRule) -> Rule:
    """A stored version as the arithmetic wants it."""
    return Rule(
        name=row.name, kinds=tuple(row.kinds), shape=row.shape, quantity=row.quantity,  # type: ignore[arg-type]
        above=row.above, on_limit=row.on_limit, off_limit=row.off_limit, seconds=row.seconds, times=row.times,
        days=tuple(row.days), hours=tuple((begin, end) for begin, end in row.hours), raises=row.raises,
        version=row.version,
    )  # fmt: skip


def newest_rules() -> dict[str, tuple[Rule, bool]]:
    """The newest version of each rule the county has edited."""
    return {row.name: (rule_of(row), row.active) for row in AlarmRule.objects.order_by("version")}


def shipped_rules() -> RuleSet:
    return RuleSet(SHIPPED, DEVICE_KINDS)


def rules_in_force(_token: str = "") -> RuleSet:
    newest = newest_rules().values()
    laid = lay_over({rule.name: rule for rule in SHIPPED}, newest)
    sound = [rule for rule in laid.values() if not problem_with(rule)]
    return RuleSet(sound, DEVICE_KINDS, retired=[rule for rule, active in newest if not active])


# Whoever edits a rule adds an AlarmRule version and calls `rule_edition.renew()` in the same transaction.
rule_edition: Shelf[RuleSet] = Shelf("fire_rules", shipped_rules, rules_in_force)


def registered(rules: RuleSet) -> Iterator[Registered]:
    """Every device in service. One that is silent longer than its limit is offline: its own limit, else its kind's;
    what stands behind a panel has none of its own."""
    limits = dict(zip(DEVICE_KINDS, rules.silence, strict=True))
    rows = (
        Device.objects.filter(retired_at=None, vendor__active=True)
        .order_by()
        .values_list(
            "vendor__code", "code", "id", "premises_id", "premises__grid_id", "panel_id", "kind", "silence"
        )
    )
    for vendor, code, device, premises, grid, panel, kind, silence in rows.iterator(chunk_size=20_000):
        # What is wired to a panel only speaks when something happens: whether it lives, its panel tells.
        limit = silence or (0.0 if panel else limits[kind])
        yield Registered(name_of(vendor, code), device, premises or 0, grid or 0, panel or 0, kind, limit)


class Watch:
    """Tells whether the registry or the rules changed since the last look, at the price of one small query."""

    def __init__(self) -> None:
        self.edition: str | None = None
        self.rules: RuleSet | None = None
        self.count: tuple[int, int] = (-1, -1)
        self.count_again = 0.0

    def has_changed(self) -> bool:
        edition, rules = registry_edition.current(), rule_edition.current()
        changed = edition != self.edition or rules is not self.rules
        if time.monotonic() >= self.count_again:  # rows that came around the edition, as imports may
            count = Device.objects.aggregate(newest=Max("id"), number=Count("id"))
            found = count["newest"] or 0, count["number"]
            changed, self.count = changed or found != self.count, found
            self.count_again = time.monotonic() + COUNT_EVERY
        self.edition, self.rules = edition, rules
        return changed
