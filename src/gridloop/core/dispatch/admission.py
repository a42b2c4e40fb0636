"""The admission list (网格事项准入): what may be given to grids at all, and how a task type asks to be admitted."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Category
from gridloop.core.dispatch.models import Admission
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.people.models import Organisation
from gridloop.core.territory.models import Area


def is_admitted(category: Category | None, areas: frozenset[int], on: date | None = None) -> bool:
    """Whether matters of this class may reach a grid in one of these areas; an unclassed matter may, to be looked at."""
    if category is None:
        return True
    today = on or timezone.localdate()
    return (
        Admission.objects.filter(Q(category=category) | Q(category=category.parent_id), state="admitted")
        .filter(Q(area=None) | Q(area__in=areas))
        .filter(Q(since=None) | Q(since__lte=today))
        .filter(Q(until=None) | Q(until__gte=today))
        .exists()
    )


@transaction.atomic
def ask_admission(
    category: Category, *, words: str, by: Actor, area: Area | None = None, organisation: Organisation | None = None
) -> Admission:
    """A unit asks that a class of tasks may be given to grids."""
    if not words.strip():
        raise Refusal(_("Say why grids should do this, and for how long."), field="words")

    asked = Admission.objects.create(category=category, area=area, asked_by=organisation, words=words.strip())

    record("admission_asked", by=by, subject_kind="admission", subject=asked.pk, words=words, facts={"category": category.pk})

    return asked


@transaction.atomic
def decide_admission(admission: Admission, *, admit: bool, words: str, by: Actor, until: date | None = None) -> Admission:
    """Admit or refuse; decided once, with words."""
    state = "admitted" if admit else "refused"

    changed = Admission.objects.filter(pk=admission.pk, state="asked").update(
        state=state, decided_by=by.person, decided_at=timezone.now(), since=timezone.localdate(), until=until
    )
    if changed != 1:
        raise TooLate(_("This request has been decided already."))

    record("admission_decided", by=by, subject_kind="admission", subject=admission.pk, after=state, words=words)

    return Admission.objects.get(pk=admission.pk)


@transaction.atomic
def end_admission(admission: Admission, *, words: str, by: Actor) -> None:
    """Take a class off the list; what grids already hold they finish."""
    if Admission.objects.filter(pk=admission.pk, state="admitted").update(state="ended", until=timezone.localdate()) != 1:
        raise TooLate(_("This class is not on the list any more."))

    record("admission_ended", by=by, subject_kind="admission", subject=admission.pk, after="ended", words=words)
