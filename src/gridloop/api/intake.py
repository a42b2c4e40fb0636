"""Reports from other systems: where they lie, who brings them, and that the same sending is taken in once."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from gridloop.api.models import Token
from gridloop.api.queries import own_files
from gridloop.core.cases import kinds
from gridloop.core.cases.errors import CaseError
from gridloop.core.cases.models import Case, Category
from gridloop.core.cases.spots import Spot, spot_at, spot_named
from gridloop.core.dispatch.intake import take_in
from gridloop.core.evidence.models import File
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.core.territory.queries import area_with_code, place_with_code

TITLE_LENGTH = 40
KEYS = uuid.UUID("6b7d0a56-5a5e-4f0e-9a3c-3b6f6c1f2a11")  # the space our derived keys lie in


def key_of(token: Token, given: str) -> uuid.UUID | None:
    """A sender's Idempotency-Key, made its own: another token with the same key never meets this one's case."""
    given = given.strip()
    if not given:
        return None
    if len(given) > 200:
        raise Refusal(_("An Idempotency-Key has at most 200 characters."), field="Idempotency-Key")
    return uuid.uuid5(KEYS, f"{token.pk}:{given}")


def spot_of(
    longitude: float | None,
    latitude: float | None,
    *,
    system: str = "wgs84",
    code: str = "",
    address: str = "",
) -> Spot:
    """A point first, then the code of a place or an area, then the address against the county's own tree."""
    if longitude is not None and latitude is not None:
        return spot_at(float(longitude), float(latitude), address, system=system)
    if code:
        return spot_of_code(code)
    if address.strip():
        if (spot := spot_named(address)) is not None:
            return spot
        raise CaseError(
            _("We do not know that address. Name a street, an estate or a village, or send a point."),
            field="place",
        )
    raise CaseError(_("Say where it is: a point, a code, or an address."), field="place")


def spot_of_code(code: str) -> Spot:
    place = place_with_code(code)
    if place is not None:
        return Spot(place.area_id, place.longitude, place.latitude, place.name, "code")
    area = area_with_code(code)
    if area is None:
        raise CaseError(_("No place and no area has this code."), field="place")
    return Spot(area.pk, placed_by="code")


def class_with_code(code: str) -> Category:
    found = Category.objects.filter(code=code, retired_at=None).order_by("-edition").first()
    if found is None:
        raise Refusal(
            _("There is no class with this code. See the list of classes."), field="class", code="no_class"
        )
    return found


def photos_of(token: Token, keys: Sequence[uuid.UUID]) -> list[File]:
    """Uploaded photos by their keys; only one's own."""
    if not keys:
        return []
    found = {file.key: file for file in own_files(token).filter(key__in=keys)}
    if len(found) != len(set(keys)):
        raise Refusal(
            _("One of the photos was not uploaded with this token's person. Upload it first."), field="photos"
        )
    return [found[key] for key in dict.fromkeys(keys)]


def title_of(words: str) -> str:
    """The first sentence, at most forty characters."""
    first = next(
        (part for part in words.replace("。", "\n").replace("！", "\n").splitlines() if part.strip()), ""
    )
    first = first.strip()
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


def take_report(
    *,
    kind: str = "report",
    title: str = "",
    words: str,
    spot: Spot,
    by: Actor,
    source: str,
    category: Category | None = None,
    urgency: int = 3,
    reporter: Person | None = None,
    photos: Sequence[File] = (),
    public: bool = False,
    key: uuid.UUID | None = None,
    facts: Mapping[str, Any] | None = None,
) -> tuple[Case, bool]:
    """Take one report in; the case, and whether it is new (False: this key was sent before)."""
    if not words.strip() and not title.strip():
        raise Refusal(_("Say in a few words what it is about."), field="words")
    if kind not in {one.name for one in kinds.kinds() if not one.own_door}:
        raise Refusal(_("There is no kind of case with this name."), field="kind")
    case = take_in(
        kind,
        title=title.strip() or title_of(words),
        words=words,
        spot=spot,
        by=by,
        source=source,
        category=category,
        urgency=urgency,
        reporter=reporter,
        anonymous=reporter is None,
        photos=photos,
        public=public,
        key=key,
        facts=facts,
    )
    return case, case.fresh
