"""Every way a report comes in: a resident's phone, a worker's snap, a call written down by the command room."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case, Category, Urgency
from gridloop.core.cases.spots import Spot
from gridloop.core.cases.tokens import tracking_code
from gridloop.core.dispatch.intake import take_in
from gridloop.core.evidence.models import File
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person

LONGEST_WORDS = 5000
TITLE_LENGTH = 40
MOST_PHOTOS = 9


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter takes home: the case, and the code by which an anonymous reporter can follow it."""

    case: Case
    tracking_code: str = ""


def title_of(words: str) -> str:
    """The first sentence, at most forty characters: residents write words, not titles."""
    first = next(
        (part for part in words.replace("。", "\n").replace("！", "\n").splitlines() if part.strip()), ""
    )
    first = first.strip()
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


def report_matter(
    *,
    words: str,
    spot: Spot,
    by: Actor,
    reporter: Person | None = None,
    anonymous: bool = False,
    photos: Sequence[File] = (),
    category: Category | None = None,
    urgency: int = Urgency.NORMAL,
    source: str = "web",
    public: bool = False,
    title: str = "",
    key: uuid.UUID | None = None,
) -> Receipt:
    """Take in one report. Without a reporter (anonymous) the receipt carries the only key to it."""
    if not words.strip() and not title.strip():
        raise Refusal(_("Say in a few words what it is about."), field="words")
    if len(words) > LONGEST_WORDS:
        raise Refusal(
            _("That is more than %(most)d characters. Please shorten it.") % {"most": LONGEST_WORDS},
            field="words",
        )
    if len(photos) > MOST_PHOTOS:
        raise Refusal(
            _("At most %(most)d photos. Please leave some out.") % {"most": MOST_PHOTOS}, field="photos"
        )

    code = tracking_code(key) if by.person is None and source == "web" else ""
    case = take_in(
        "report",
        title=title.strip() or title_of(words),
        words=words,
        spot=spot,
        by=by,
        source=source,
        category=category,
        urgency=urgency,
        reporter=reporter,
        anonymous=anonymous,
        tracking_code=code,
        photos=photos,
        key=key,
        public=public,
    )

    return Receipt(case, code)
