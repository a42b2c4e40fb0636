"""The admission list (网格事项准入): what may be given to grids at all, and how a task type asks to be admitted."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Category
from gridloop.core.clocks.editions import Shelf
from gridloop.core.dispatch.models import Admission
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.people.models import Organisation
from gridloop.core.territory.models import Area


@dataclass(frozen=True, slots=True)
class Admitted:
    """One line of the list: a class, for an area (None: everywhere), within dates."""

    category: int
    area: int | None
    since: date | None
    until: date | None


def _admitted(_token: str = "") -> tuple[Admitted, ...]:
    lines = Admission.objects.filter(state="admitted").values_list("category", "area", "since", "until")
    return tuple(Admitted(*line) for line in lines)


LIST: Shelf[tuple[Admitted, ...]] = Shelf("admissions", _admitted, _admitted)


def is_admitted(category: Category | None, areas: frozenset[int], on: date | None = None) -> bool:
    """Whether matters of this class may reach a grid in one of these areas; an unclassed matter may, to be looked at."""
    if category is None:
        return True
    today = on or timezone.localdate()
    wanted = {category.pk, category.parent_id}
    return any(
        line.category in wanted
        and (line.area is None or line.area in areas)
        and (line.since is None or line.since <= today)
        and (line.until is None or today <= line.until)
        for line in LIST.current()
    )


@transaction.atomic
def ask_admission(
    category: Category,
    *,
    words: str,
    by: Actor,
    area: Area | None = None,
    organisation: Organisation | None = None,
) -> Admission:
    """A unit asks that a class of tasks may be given to grids."""
    if not words.strip():
        raise Refusal(_("Say why grids should do this, and for how long."), field="words")

    asked = Admission.objects.create(category=category, area=area, asked_by=organisation, words=words.strip())

    record(
        "admission_asked",
        by=by,
        subject_kind="admission",
        subject=asked.pk,
        words=words,
        facts={"category": category.pk},
    )

    return asked


@transaction.atomic
def decide_admission(
    admission: Admission, *, admit: bool, words: str, by: Actor, until: date | None = None
) -> Admission:
    """Admit or refuse; decided once, with words."""
    state = "admitted" if admit else "refused"

    changed = Admission.objects.filter(pk=admission.pk, state="asked").update(
        state=state, decided_by=by.person, decided_at=timezone.now(), since=timezone.localdate(), until=until
    )
    if changed != 1:
        raise TooLate(_("This request has been decided already."))

    LIST.renew()
    record(
        "admission_decided", by=by, subject_kind="admission", subject=admission.pk, after=state, words=words
    )

    return Admission.objects.get(pk=admission.pk)


@transaction.atomic
def end_admission(admission: Admission, *, words: str, by: Actor) -> None:
    """Take a class off the list; what grids already hold they finish."""
    if (
        Admission.objects.filter(pk=admission.pk, state="admitted").update(
            state="ended", until=timezone.localdate()
        )
        != 1
    ):
        raise TooLate(_("This class is not on the list any more."))

    LIST.renew()
    record(
        "admission_ended", by=by, subject_kind="admission", subject=admission.pk, after="ended", words=words
    )
