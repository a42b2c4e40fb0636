"""Editions of the method: drafted by one person, tried, approved by another, in force from a day; never changed after."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.people.queries import require
from gridloop.scenes.fire.index.editions import edition_in_force
from gridloop.scenes.fire.index.models import EditionState, IndexEdition
from gridloop.scenes.fire.index.sheet import INDICATORS, OVERRIDES
from gridloop.scenes.fire.risk import Method, plain_of, troubles

TROUBLES = {
    "negative_weight": _("a weight is below zero"),
    "values_not_rising": _("the values of its breakpoints do not rise"),
    "shares_falling": _("a share falls as the value rises: more must never count for less"),
    "shares_out_of_range": _("a share lies outside 0 to 1"),
    "no_weight": _("all weights are zero"),
    "not_rising": _("yellow, orange and red must rise"),
    "out_of_range": _("a number lies outside its range"),
}
PARTS = {"weights": _("Weights"), "thresholds": _("Thresholds"), "most_factor": _("Weather and festivals")}


def draft_edition(*, by: Actor, title: str = "", words: str = "") -> IndexEdition:
    """Begin a new edition as a copy of the one in force."""
    require(by, "administer")
    present = edition_in_force()

    with transaction.atomic():
        number = (IndexEdition.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        edition = IndexEdition.objects.create(
            number=number, title=title or f"{timezone.localdate():%Y-%m}", words=words, method=present.method,
            overrides=present.overrides, drafted_by_id=by.person,
        )  # fmt: skip

        record(
            "risk_edition_drafted", by=by, subject_kind="risk_edition", subject=edition.pk, words=words,
            facts={"number": number, "from": present.number},
        )  # fmt: skip
    return edition


def change_draft(
    edition: IndexEdition, method: Method, *, overrides: list[str], title: str, words: str, by: Actor
) -> IndexEdition:
    """Write a draft's sheet anew. An approved edition is never changed: draft a new one."""
    require(by, "administer")
    refuse_unsound(method)
    kept: dict[str, Any] = {
        "method": plain_of(method), "title": title, "words": words, "drafted_by_id": by.person,
        "overrides": [each for each in OVERRIDES if each in overrides], "drafted_at": timezone.now(),
    }  # fmt: skip

    with transaction.atomic():
        if IndexEdition.objects.filter(pk=edition.pk, state=EditionState.DRAFT).update(**kept) != 1:
            raise TooLate(_("Only a draft can be changed. Draft a new edition from it."))

        record("risk_edition_changed", by=by, subject_kind="risk_edition", subject=edition.pk, words=words)
    edition.refresh_from_db()
    return edition


def refuse_unsound(method: Method) -> None:
    found = troubles(method)
    if found:
        name, code = found[0]
        title = INDICATORS[name].title if name in INDICATORS else PARTS.get(name, name)
        raise Refusal(
            _("%(part)s: %(trouble)s.") % {"part": title, "trouble": TROUBLES[code]}, code=code, field=name
        )


def approve_edition(edition: IndexEdition, *, since: date, by: Actor) -> IndexEdition:
    """A second person puts a draft in force from a day on; who wrote it cannot."""
    if by.person is None or by.person == edition.drafted_by_id:
        raise NotAllowed(_("Whoever wrote this edition cannot approve it. Ask a second person."))
    if since < timezone.localdate():
        raise Refusal(
            _("It can come into force today or later: past scores keep the edition they were made by."),
            field="since",
        )

    with transaction.atomic():
        approved = IndexEdition.objects.filter(
            pk=edition.pk, state=EditionState.DRAFT, drafted_at=edition.drafted_at
        )
        if approved.update(
            state=EditionState.APPROVED, approved_by=by.person, approved_at=timezone.now(), since=since
        ) != 1:  # fmt: skip
            raise TooLate(_("This draft was changed or decided on meanwhile. Open it again and look at it."))

        record(
            "risk_edition_approved", by=by, subject_kind="risk_edition", subject=edition.pk,
            facts={"number": edition.number, "since": since.isoformat(), "drafted_by": edition.drafted_by_id},
        )  # fmt: skip
    edition.refresh_from_db()
    return edition


def withdraw_draft(edition: IndexEdition, *, by: Actor) -> IndexEdition:
    """A draft nobody wants any more; it stays on record."""
    with transaction.atomic():
        if IndexEdition.objects.filter(pk=edition.pk, state=EditionState.DRAFT).update(
            state=EditionState.WITHDRAWN
        ) != 1:  # fmt: skip
            raise TooLate(_("Only a draft can be withdrawn."))

        record("risk_edition_withdrawn", by=by, subject_kind="risk_edition", subject=edition.pk)
    edition.refresh_from_db()
    return edition
