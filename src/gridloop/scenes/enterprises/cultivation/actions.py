"""Every write about the cultivation list: firms on it, visits planned and done, needs found, matters made of needs."""

import datetime
import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case, Category
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.people.models import Person
from gridloop.core.people.queries import may, require
from gridloop.scenes.enterprises.cultivation.models import Cultivation, FirmNeed, Tier, Visit
from gridloop.scenes.enterprises.firms.actions import ABILITY
from gridloop.scenes.enterprises.firms.models import Firm
from gridloop.scenes.enterprises.firms.queries import contacts_of
from gridloop.scenes.enterprises.matters.actions import ask_matter

LONGEST_AHEAD = datetime.timedelta(days=366)


@transaction.atomic
def put_on_list(
    firm: Firm, *, tier: str, keeper: Person | None = None, words: str = "", by: Actor
) -> Cultivation:
    """A firm the county helps to grow, or its new tier."""
    require(by, ABILITY, firm.organisation.area_id)
    if tier not in Tier.values:
        raise Refusal(_("Choose the tier from the list."), field="tier")

    wanted = {"tier": tier, "keeper": keeper, "words": words.strip(), "left_at": None}
    before = Cultivation.objects.filter(firm=firm, left_at=None).values_list("tier", flat=True).first()
    listed, _made = Cultivation.objects.update_or_create(firm=firm, defaults=wanted)

    record("firm_cultivated", by=by, subject_kind="firm", subject=firm.pk, area=firm.organisation.area_id,
           before=before or "", after=tier)  # fmt: skip
    return listed


@transaction.atomic
def take_off_list(listed: Cultivation, *, words: str, by: Actor) -> None:
    require(by, ABILITY, listed.firm.organisation.area_id)
    if not words.strip():
        raise Refusal(_("Say why it leaves the list."), field="words")
    if Cultivation.objects.filter(pk=listed.pk, left_at=None).update(left_at=timezone.now()) != 1:
        raise TooLate(_("It has left the list already."))

    record("firm_left_list", by=by, subject_kind="firm", subject=listed.pk, words=words)


def guard_visitor(listed: Cultivation, by: Actor) -> None:
    """The keeper, or whoever runs the platform there."""
    if by.person is not None and by.person == listed.keeper_id:
        return
    person = Person.objects.filter(pk=by.person or 0).first()
    if by.kind in ("system", "rule") or (
        person is not None and may(person, ABILITY, listed.firm.organisation.area_id)
    ):
        return
    raise NotAllowed(_("This firm is looked after by somebody else."))


@transaction.atomic
def plan_visit(listed: Cultivation, *, person: Person, due_on: datetime.date, by: Actor) -> Visit:
    """The next visit: who goes, and until when. One is planned at a time."""
    guard_visitor(listed, by)
    today = timezone.localdate()
    if not today <= due_on <= today + LONGEST_AHEAD:
        raise Refusal(_("Plan the visit for a day within the next year."), field="due_on")
    try:
        with transaction.atomic():
            visit = Visit.objects.create(firm=listed.firm, person=person, due_on=due_on)
    except IntegrityError:
        raise TooLate(_("A visit is planned already. Write down how it went, then plan the next.")) from None

    record("visit_planned", by=by, subject_kind="firm", subject=listed.pk, after=due_on.isoformat(),
           facts={"visit": visit.pk, "person": person.pk})  # fmt: skip
    return visit


@transaction.atomic
def finish_visit(
    visit: Visit, listed: Cultivation, *, account: str, next_on: datetime.date | None = None, need: str = "",
    category: Category | None = None, by: Actor,
) -> FirmNeed | None:  # fmt: skip
    """How it went, what the firm needs, and when somebody comes again."""
    guard_visitor(listed, by)
    if not account.strip():
        raise Refusal(_("Write down how the visit went."), field="account")
    if need.strip() and category is None:
        raise Refusal(_("Say what the need is about."), field="category")
    done = Visit.objects.filter(pk=visit.pk, firm=listed.firm, done_at=None)
    if done.update(done_at=timezone.now(), account=account.strip()) != 1:
        raise TooLate(_("Somebody has written down this visit already."))
    found = None
    if need.strip() and category is not None:
        found = FirmNeed.objects.create(firm=listed.firm, visit=visit, category=category, words=need.strip())
    if next_on is not None:
        plan_visit(listed, person=visit.person, due_on=next_on, by=by)

    record("visit_done", by=by, subject_kind="firm", subject=listed.pk, words=account,
           facts={"visit": visit.pk, "need": found.pk if found else None})  # fmt: skip
    return found


@transaction.atomic
def make_matter(need: FirmNeed, *, by: Actor) -> Case:
    """A need becomes a matter of the firm; touched twice, it is one matter."""
    listed = Cultivation.objects.select_related("firm__organisation").get(firm=need.firm_id)
    guard_visitor(listed, by)
    fresh = FirmNeed.objects.select_for_update(of=("self",)).select_related("case").get(pk=need.pk)
    if fresh.case is not None:
        return fresh.case
    case = ask_matter(
        words=fresh.words, category=fresh.category, firm=listed.firm, asker=contacts_of(listed.firm).first(), by=by,
        source="visit", key=uuid.uuid5(uuid.NAMESPACE_URL, f"gridloop:firm-need:{need.pk}"),
    )  # fmt: skip
    FirmNeed.objects.filter(pk=need.pk).update(case=case)

    record(
        "need_became_matter",
        by=by,
        subject_kind="firm",
        subject=need.firm_id,
        facts={"need": need.pk, "case": case.pk},
    )
    return case
