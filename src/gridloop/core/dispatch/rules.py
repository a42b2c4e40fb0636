"""Routing rules: ordered, readable, tried on facts alone, so that they can be dry-run on the past."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.dispatch.models import Rule


@dataclass(frozen=True, slots=True)
class Matter:
    """What a rule may look at: codes and ids, the words, and the local time; nothing about the reporter."""

    kind: str
    category: str = ""
    areas: frozenset[int] = frozenset()
    source: str = ""
    words: str = ""
    urgency: int = 3
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition that held: what the rule wanted and what it met."""

    condition: str
    wanted: Any
    met: Any

    def as_json(self) -> dict[str, Any]:
        return {"condition": self.condition, "wanted": self.wanted, "met": self.met}


Condition = Callable[[Any, Matter], Any]  # what was met, or None when it does not hold


def _category(wanted: Sequence[str], matter: Matter) -> str | None:
    return (
        matter.category
        if any(matter.category.startswith(code) for code in wanted) and matter.category
        else None
    )


def _area(wanted: Sequence[int], matter: Matter) -> list[int] | None:
    return sorted(matter.areas.intersection(int(area) for area in wanted)) or None


def _words(wanted: Sequence[str], matter: Matter) -> list[str] | None:
    return [word for word in wanted if word in matter.words] or None


def _hours(wanted: Sequence[str], matter: Matter) -> str | None:
    """From-to in local time; "22:00" to "06:00" goes over midnight."""
    since, until = time.fromisoformat(wanted[0]), time.fromisoformat(wanted[1])
    now = timezone.localtime(matter.at or timezone.now()).time()
    inside = since <= now < until if since <= until else now >= since or now < until
    return now.isoformat("minutes") if inside else None


CONDITIONS: Mapping[str, Condition] = {
    "kind": lambda wanted, matter: matter.kind if matter.kind in wanted else None,
    "category": _category,
    "area": _area,
    "source": lambda wanted, matter: matter.source if matter.source in wanted else None,
    "words": _words,
    "hours": _hours,
    "urgency": lambda wanted, matter: matter.urgency if matter.urgency in wanted else None,
}
TITLES = {
    "kind": _("Kind"),
    "category": _("Class"),
    "area": _("Area"),
    "source": _("Source"),
    "words": _("Words"),
    "hours": _("Time of day"),
    "urgency": _("Urgency"),
}


def reasons_for(conditions: Mapping[str, Any], matter: Matter) -> list[Reason] | None:
    """Why a rule with these conditions fires on the matter, or None when one does not hold. Raises what a broken
    condition raises (KeyError for an unknown one): the caller decides what that means."""
    reasons = []
    for name, wanted in conditions.items():
        met = CONDITIONS[name](wanted, matter)
        if met is None:
            return None
        reasons.append(Reason(name, wanted, met))
    return reasons


@dataclass(frozen=True, slots=True)
class Outcome:
    """The first rule that fired with its reasons, and the rules that broke on the way."""

    rule: Rule | None = None
    reasons: tuple[Reason, ...] = ()
    broken: tuple[tuple[Rule, str], ...] = ()


def first_that_fires(rules: Iterable[Rule], matter: Matter) -> Outcome:
    broken: list[tuple[Rule, str]] = []
    for rule in rules:
        try:
            reasons = reasons_for(rule.conditions, matter)
        except Exception as mistake:  # a rule is data people write: whatever it does wrong, cases must go on
            broken.append((rule, f"{type(mistake).__name__}: {mistake}"))
            continue
        if reasons is not None and (not rule.kind or rule.kind == matter.kind):
            return Outcome(rule, tuple(reasons), tuple(broken))
    return Outcome(broken=tuple(broken))
