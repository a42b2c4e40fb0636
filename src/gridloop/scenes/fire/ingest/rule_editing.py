"""The county's own alarm rules: every change is a version of its own, told in the journal and heard by the listener."""

import re
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotFound, Refusal, TooLate
from gridloop.core.people.queries import require
from gridloop.scenes.fire.ingest.models import AlarmRule
from gridloop.scenes.fire.ingest.registering import newest_rules, rule_edition, rule_of
from gridloop.scenes.fire.ingest.rule_words import MEASURES, RAISES, amount, kinds_words, title_of
from gridloop.scenes.fire.ingest.rules import SHIPPED, Rule, lay_over, problem_with
from gridloop.scenes.fire.registry.models import DeviceKind

SHIPPED_RULES = {rule.name: rule for rule in SHIPPED}
NAME = re.compile(r"[\w-]+( [\w-]+)*")  # any script; it stands in addresses
LONGEST = 31 * 86400.0
SHORTEST_SILENCE = 30.0  # devices beat once a minute at most
SHORTEST_REASON = 4


class Version(NamedTuple):
    """One version of a rule, and who made it; the shipped one was made by nobody."""

    rule: Rule
    active: bool
    made: AlarmRule | None = None


def rule_versions(name: str) -> list[Version]:
    """All versions of a rule, the newest first; empty: there is no such rule."""
    rows = AlarmRule.objects.filter(name=name).order_by("-version")
    shipped = [Version(SHIPPED_RULES[name], True)] if name in SHIPPED_RULES else []
    return [*(Version(rule_of(row), row.active, row) for row in rows), *shipped]


def newest_versions() -> list[Version]:
    """The newest version of every rule, shipped ones first, in the order they are shipped in."""
    newest = {name: Version(rule, True) for name, rule in SHIPPED_RULES.items()}
    for row in AlarmRule.objects.order_by("version", "pk"):
        newest[row.name] = Version(rule_of(row), row.active, row)
    return list(newest.values())


@transaction.atomic
def save_rule(rule: Rule, *, seen: int, by: Actor, reason: str = "") -> AlarmRule:
    """In force as the next version from now on. `seen`: the version it was made from; 0 for a new rule."""
    require(by, "administer")
    refuse_wrong(rule)

    kept = add_version(rule, seen=seen, active=True, by=by)

    record("alarm_rule_kept", by=by, subject_kind="alarm_rule", subject=kept.pk, words=reason.strip(),
           facts={"name": title_of(kept.name), "rule": kept.name, "version": kept.version})  # fmt: skip
    rule_edition.renew()
    return kept


@transaction.atomic
def retire_rule(name: str, *, seen: int, reason: str, by: Actor) -> AlarmRule:
    """Out of force from now on; its versions stay, and any of them can be taken again."""
    require(by, "administer")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(_("Say in a few words why nobody need be alarmed by this any more."), field="reason")
    versions = rule_versions(name)
    if not versions:
        raise NotFound(_("There is no such rule."))
    if not versions[0].active:
        raise TooLate(_("This rule was retired already."))

    kept = add_version(versions[0].rule, seen=seen, active=False, by=by)

    record("alarm_rule_retired", by=by, subject_kind="alarm_rule", subject=kept.pk, words=reason.strip(),
           facts={"name": title_of(kept.name), "rule": kept.name, "version": kept.version})  # fmt: skip
    rule_edition.renew()
    return kept


def add_version(rule: Rule, *, seen: int, active: bool, by: Actor) -> AlarmRule:
    """The next version; whoever started from an older one than the newest is told so."""
    stored = AlarmRule.objects.filter(name=rule.name).aggregate(newest=Max("version"))["newest"] or 0
    newest = max(stored, 1 if rule.name in SHIPPED_RULES else 0)
    if newest and not seen:
        raise Refusal(_("Another rule has this name already."), field="name")
    late = TooLate(_("Somebody has changed this rule meanwhile. Look at it again before you change it."))
    if newest != seen:
        raise late
    try:
        with transaction.atomic():
            return AlarmRule.objects.create(
                name=rule.name, version=newest + 1, shape=rule.shape, kinds=list(rule.kinds), quantity=rule.quantity,
                above=rule.above, on_limit=rule.on_limit, off_limit=rule.off_limit, seconds=rule.seconds,
                times=rule.times, days=list(rule.days), hours=[list(each) for each in rule.hours],
                raises=rule.raises, active=active, made_by=by.person,
            )  # fmt: skip
    except IntegrityError as clash:
        raise late from clash


def refuse_wrong(rule: Rule) -> None:
    """Everything about a rule that could not work or was hardly meant, each in words beside its field."""
    if not NAME.fullmatch(rule.name) or len(rule.name) > 40:
        raise Refusal(_("A name has up to 40 letters and digits, with single blanks."), field="name")
    if not rule.kinds or not set(rule.kinds) <= set(DeviceKind.values):
        raise Refusal(_("Choose the kinds of devices it watches."), field="kinds")
    if not 0 <= rule.seconds <= LONGEST:
        raise Refusal(_("At most 31 days."), field="seconds")
    if rule.shape == "silence":
        refuse_wrong_silence(rule)
    else:
        refuse_wrong_limits(rule)
        refuse_wrong_times(rule)


def refuse_wrong_silence(rule: Rule) -> None:
    if rule.seconds < SHORTEST_SILENCE:
        raise Refusal(_("Devices may be silent for at least 30 seconds."), field="seconds")
    laid = lay_over(SHIPPED_RULES, newest_rules().values())
    for other in laid.values():
        both = tuple(kind for kind in other.kinds if kind in rule.kinds)
        if other.shape == "silence" and other.name != rule.name and both:
            told = {"rule": title_of(other.name), "kinds": kinds_words(Rule(name="", kinds=both))}
            raise Refusal(_("“%(rule)s” says already how long these may be silent: %(kinds)s. Take them out there first.") % told, field="kinds")  # fmt: skip


def refuse_wrong_limits(rule: Rule) -> None:
    measure = MEASURES.get(rule.quantity)
    if measure is None:
        raise Refusal(_("Choose what is measured."), field="quantity")
    for field in ("on_limit", "off_limit"):
        if not measure.least <= getattr(rule, field) <= measure.most:
            told = {
                "least": amount(measure.least, rule.quantity),
                "most": amount(measure.most, rule.quantity),
            }
            raise Refusal(_("A limit lies between %(least)s and %(most)s.") % told, field=field)
    if problem_with(rule) == "off_limit":
        begin = amount(rule.on_limit, rule.quantity)
        words = (
            _("A rule that begins above %(limit)s is over at or below it.")
            if rule.above
            else _("A rule that begins below %(limit)s is over at or above it.")
        )
        raise Refusal(words % {"limit": begin}, field="off_limit")
    if rule.raises not in RAISES:
        raise Refusal(_("Choose what it raises."), field="raises")


def refuse_wrong_times(rule: Rule) -> None:
    if rule.shape in ("duration", "repeat") and rule.seconds < 1:
        raise Refusal(_("Say within how long: at least one second."), field="seconds")
    if rule.shape == "repeat" and not 2 <= rule.times <= 1000:
        raise Refusal(_("To repeat means at least twice; at most 1,000 times."), field="times")
    if not set(rule.days) <= set(range(7)):
        raise Refusal(_("A week has seven days."), field="days")
    for begin, end in rule.hours:
        if not (0 <= begin < 1440 and 0 < end <= 1440 and begin != end):
            raise Refusal(_("Hours lie between 00:00 and 24:00 and have a length."), field="hours")
