"""Weather and festivals: what raises the scores of an area on some days, with its reason."""

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.territory.models import Area
from gridloop.core.territory.tree import Tree
from gridloop.scenes.fire.index.models import Factor
from gridloop.scenes.fire.risk import Floats, Method


def factors_at(moment: datetime) -> QuerySet[Factor]:
    """The factors that counted at a moment, as they were known then."""
    day = timezone.localtime(moment).date()
    kept = Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment)
    return Factor.objects.filter(kept, since__lte=day, until__gte=day, made_at__lte=moment).order_by("pk")


def factor_of_grids(moment: datetime, tree: Tree, grids: Sequence[int], method: Method) -> Floats:
    """The product of the factors of each grid, never more than the method allows."""
    found = np.ones(len(grids))
    for factor in factors_at(moment):
        inside = None if factor.area_id is None else tree.within(factor.area_id)
        found *= np.array([factor.value if inside is None or grid in inside else 1.0 for grid in grids])
    clipped: Floats = np.clip(found, 1.0, method.most_factor)
    return np.round(clipped, 4)


def add_factor(
    kind: str, value: float, *, since: date, until: date, reason: str, area: Area | None, by: Actor
) -> Factor:
    """Raise the scores of an area (None: everywhere) on these days; the next count takes it in."""
    if not 1 < value <= 2:
        raise Refusal(
            _("A factor lies above 1 and up to 2: weather raises the risk, it never lowers it."),
            field="value",
        )
    if until < since:
        raise Refusal(_("The last day lies before the first."), field="until")

    with transaction.atomic():
        factor = Factor.objects.create(
            kind=kind, value=value, since=since, until=until, reason=reason, area=area, made_by_id=by.person
        )

        record(
            "risk_factor_added", by=by, subject_kind="risk_factor", subject=factor.pk, words=reason,
            area=area.pk if area else None,
            facts={"value": value, "since": since.isoformat(), "until": until.isoformat()},
        )  # fmt: skip
    return factor


def withdraw_factor(factor: Factor, *, by: Actor) -> Factor:
    """It counts no longer; scores it made keep it in their arithmetic."""
    with transaction.atomic():
        if Factor.objects.filter(pk=factor.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()) == 1:
            record("risk_factor_withdrawn", by=by, subject_kind="risk_factor", subject=factor.pk)
    factor.refresh_from_db()
    return factor
