"""Matters and who may see them: a firm's own people theirs alone, staff what lies within their reach."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case, Category, Party
from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.models import Person
from gridloop.core.people.queries import hats
from gridloop.scenes.enterprises.firms.models import Firm
from gridloop.scenes.enterprises.matters.models import Choice, Matter

EDITION = "enterprise-2026"
CONTACT = "firm_contact"


def firms_of(person: Person) -> list[int]:
    """The firms somebody speaks for today."""
    return [hat.organisation for hat in hats(person) if hat.role == CONTACT and hat.organisation]


def own_firms(person: Person) -> QuerySet[Firm]:
    return Firm.objects.filter(pk__in=firms_of(person)).select_related("organisation")


def matters_behind(person: Person) -> QuerySet[Matter]:
    """What a person reads on the phone: matters of firms they speak for, and those they asked themselves."""
    asked = Party.objects.behind().filter(person=person).values("case")
    own = Matter.objects.filter(Q(firm__in=firms_of(person)) | Q(case__in=asked))
    return own.select_related("case__category", "case__lead_unit", "firm__organisation").order_by("-case")


def matter_behind(person: Person, number: str) -> Matter:
    """One of them; another firm's and none at all are the same answer."""
    found = matters_behind(person).filter(case__number=number).first()
    if found is None:
        raise NotFound(_("There is no such matter, or it is not your firm's."))
    return found


def matters_within_reach(person: Person) -> QuerySet[Matter]:
    """What staff may open at the desk."""
    reached = cases_within_reach(person).filter(pk=OuterRef("pk"))  # asked matter by matter: there are few
    return Matter.objects.filter(Exists(reached)).select_related(
        "case__category", "case__lead_unit", "case__worker", "firm__organisation"
    )


def matter_of(case: Case) -> Matter | None:
    return (
        Matter.objects.filter(case=case).select_related("firm__organisation__area", "claim__person").first()
    )


def latest_choice(case: Case) -> Choice | None:
    choices = Choice.objects.filter(case=case).select_related("specialist", "stands_in_for", "organisation")
    return choices.order_by("-pk").first()


def classes() -> QuerySet[Category]:
    """The classes of matters, major ones first."""
    return Category.objects.filter(edition=EDITION, retired_at=None).order_by("code")


def major_classes() -> QuerySet[Category]:
    return classes().filter(parent=None)


def class_for(words: str, listed: Iterable[Category] | None = None) -> Category | None:
    """The class whose examples the words name most; None where they name none."""
    best, most = None, 0
    for category in classes() if listed is None else listed:
        found = sum(len(example) for example in category.words.split() if example in words)
        if found > most or (found == most and found and best is not None and best.parent_id is None):
            best, most = category, found
    return best
