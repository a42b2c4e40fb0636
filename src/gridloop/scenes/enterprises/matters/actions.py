"""Every way a matter comes in and gets its specialist: by phone page, by telephone, from a spreadsheet, found at a visit."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Category
from gridloop.core.cases.spots import Spot
from gridloop.core.dispatch.intake import take_in
from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.core.people.queries import current_posts
from gridloop.scenes.enterprises.firms.models import Claim, Firm
from gridloop.scenes.enterprises.matters.models import Matter, month_of
from gridloop.scenes.enterprises.matters.queries import CONTACT, EDITION

LONGEST_WORDS = 4000
TITLE_LENGTH = 40
MOST_FILES = 6
DISPATCHER = Actor(kind="rule", name="enterprises")


def title_of(words: str) -> str:
    """The first sentence, at most forty characters."""
    first = next((part for part in words.replace("。", "\n").splitlines() if part.strip()), "").strip()
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


def ask_matter(
    *,
    words: str,
    category: Category,
    firm: Firm | None = None,
    claim: Claim | None = None,
    town: int | None = None,
    asker: Person | None,
    by: Actor,
    title: str = "",
    source: str = "web",
    files: Sequence[File] = (),
    key: uuid.UUID | None = None,
) -> Case:
    """Take in a firm's matter and give it to the specialist the rule names; where none fits, the platform has it."""
    if not words.strip():
        raise Refusal(_("Say in a few words what you need."), field="words")
    if len(words) > LONGEST_WORDS:
        raise Refusal(
            _("That is more than %(most)d characters. Please shorten it.") % {"most": LONGEST_WORDS},
            field="words",
        )
    if category.edition != EDITION or category.retired_at is not None:
        raise Refusal(_("Choose what it is about."), field="category")
    if len(files) > MOST_FILES:
        raise Refusal(_("At most %(most)d files.") % {"most": MOST_FILES}, field="photos")
    area = firm.organisation.area_id if firm is not None else town
    if area is None:
        raise Refusal(_("Say in which town the firm lies."), field="town")

    address = firm.address if firm is not None else ""
    with transaction.atomic():
        case = take_in(
            "matter",
            title=title.strip() or title_of(words),
            words=words,
            spot=Spot(area, address=address),
            by=by,
            source=source,
            category=category,
            reporter=asker,
            anonymous=asker is None,
            photos=files,
            key=key,
        )
        Matter.objects.get_or_create(
            case=case, defaults={"firm": firm, "claim": claim, "month": month_of(case.reported_at)}
        )

    return dispatch_by_rule(case)


def dispatch_by_rule(case: Case) -> Case:
    """What the platform's rule does with a fresh matter; a refusal leaves it with the platform, and says why."""
    if case.step != "asked" or case.returns:
        return case
    try:
        return move_case(case, "dispatch", by=DISPATCHER, turn=case.turn)
    except Refusal as refusal:
        current = Case.objects.get(pk=case.pk)
        if current.step == "asked":
            with transaction.atomic():
                record("matter_waits", by=DISPATCHER, subject_kind="case", subject=case.pk, area=case.area_id,
                       words=str(refusal.words))  # fmt: skip
        return current


def adopt_matter(case: Case) -> Matter | None:
    """A matter that came through another door (the API): its firm is the one its reporter speaks for, if there is one."""
    known = Matter.objects.filter(case=case).first()
    if known is not None or case.kind != "matter":
        return known
    posts = current_posts().filter(role=CONTACT, person=case.reporter_id or 0)
    firms = list(posts.values_list("organisation", flat=True)[:2])
    matter, _made = Matter.objects.get_or_create(
        case=case,
        defaults={"month": month_of(case.reported_at), "firm_id": firms[0] if len(firms) == 1 else None},
    )
    return matter


@transaction.atomic
def attach_firm(matter: Matter, firm: Firm, *, by: Actor) -> Matter:
    """Say whose matter it is, where nobody knew."""
    if Matter.objects.filter(pk=matter.pk, firm=None).update(firm=firm) != 1:
        raise Refusal(_("This matter has its firm already."), field="firm")
    matter.firm = firm

    record("matter_attached", by=by, subject_kind="case", subject=matter.pk, area=matter.case.area_id,
           facts={"firm": firm.pk})  # fmt: skip
    return matter
