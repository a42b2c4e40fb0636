"""What moves bring: the standing needs of the field, and one cleaner per kind of need."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.errors import CaseError, NeedNotMet
from gridloop.core.cases.flow import Need
from gridloop.core.cases.models import Case, Category, Urgency
from gridloop.core.cases.spots import spot_given
from gridloop.core.evidence.models import File
from gridloop.core.people.models import Organisation, Person
from gridloop.core.territory.coordinates import metres_between

reason = Need("reason", "text", _("Reason"))
words = Need("words", "text", _("Words"))
account = Need("account", "text", _("What was done (internal)"))
public_answer = Need("answer", "text", _("Answer to the reporter"), public=True)
photos_before = Need("photos_before", "photos", _("Photos before"), public=True)
photos_after = Need("photos_after", "photos", _("Photos after"), public=True)
photos = Need("photos", "photos", _("Photos"))
evidence = Need("evidence", "photos", _("Evidence"))
position = Need("position", "position", _("Position on site"), metres=200)
lead_unit = Need("lead_unit", "organisation", _("Lead unit"))
assistants = Need("assistants", "organisations", _("Assisting units"))
better_owner = Need("better_owner", "organisation", _("Who should have it"))
category = Need("category", "category", _("Class"))
urgency = Need("urgency", "urgency", _("Urgency"))
place = Need("place", "place", _("Where it is"))
rating = Need("rating", "rating", _("Rating"), public=True)


def clean_needs(case: Case, needs: tuple[Need, ...], facts: dict[str, Any]) -> dict[str, Any]:
    """The facts a move brings, checked and made JSON-safe; raises NeedNotMet naming the first that is wrong."""
    cleaned: dict[str, Any] = {}
    for need in needs:
        value = facts.get(need.name)
        if value in (None, "", [], ()):
            if need.required:
                raise NeedNotMet(
                    gettext("“%(what)s” is missing. Fill it in, then try again.") % {"what": need.title},
                    field=need.name,
                )
            continue
        cleaned[need.name] = CLEANERS[need.kind](case, need, value)
    return cleaned


def _wrong(need: Need, words: str) -> NeedNotMet:
    return NeedNotMet(words % {"what": need.title}, field=need.name)


def _text(case: Case, need: Need, value: Any) -> str:
    text = str(value).replace("\x00", "").strip()
    if not text:
        raise _wrong(need, gettext("“%(what)s” is missing. Fill it in, then try again."))
    if len(text) > need.longest:
        raise _wrong(need, gettext("“%(what)s” is too long. Shorten it, then try again."))
    return text


def _choice(case: Case, need: Need, value: Any) -> str:
    if not isinstance(value, str | int) or value not in need.choices:
        raise _wrong(need, gettext("Choose “%(what)s” from the list."))
    return str(value)


def _photos(case: Case, need: Need, value: Any) -> list[int]:
    given = [whole(item) for item in (value if isinstance(value, list | tuple) else [value])]
    ids = [pk for pk in given if pk is not None]
    found = set(File.objects.filter(pk__in=ids, erased_at=None).values_list("pk", flat=True))
    if len(given) > 9 or found != set(given):
        raise _wrong(need, gettext("“%(what)s”: bring one to nine photos that were uploaded here."))
    return ids


def _position(case: Case, need: Need, value: Any) -> dict[str, float]:
    try:
        longitude, latitude = float(value["longitude"]), float(value["latitude"])
    except (KeyError, TypeError, ValueError):
        raise _wrong(
            need, gettext("“%(what)s” could not be read. Allow the position on your phone, then try again.")
        ) from None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise _wrong(
            need, gettext("“%(what)s” could not be read. Allow the position on your phone, then try again.")
        )
    metres = 0.0
    if case.longitude is not None and case.latitude is not None:
        metres = metres_between(longitude, latitude, case.longitude, case.latitude)
        if need.metres and metres > need.metres:
            raise NeedNotMet(
                gettext(
                    "You are %(far)d m from the place; this needs you within %(near)d m. Go there, then try again."
                )
                % {"far": metres, "near": need.metres},
                field=need.name,
            )
    return {"longitude": longitude, "latitude": latitude, "metres": round(metres, 1)}


def whole(value: Any) -> int | None:
    """A whole number that fits a database column, however it was written; None for anything else."""
    value = getattr(value, "pk", value)
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        return None
    try:
        number = int(value)
    except (TypeError, ValueError):
        return None
    return number if abs(number) < 2**63 else None


def _organisation(case: Case, need: Need, value: Any) -> int:
    found = whole(value)
    if found is None or not Organisation.objects.filter(pk=found, retired_at=None).exists():
        raise _wrong(need, gettext("“%(what)s”: choose an organisation from the list."))
    return found


def _organisations(case: Case, need: Need, value: Any) -> list[int]:
    ids = [whole(item) for item in (value if isinstance(value, list | tuple) else [value])]
    wanted = [found for found in ids if found is not None]
    known = set(Organisation.objects.filter(pk__in=wanted, retired_at=None).values_list("pk", flat=True))
    if set(ids) != known:
        raise _wrong(need, gettext("“%(what)s”: choose an organisation from the list."))
    return sorted(known)


def _category(case: Case, need: Need, value: Any) -> int:
    found = whole(value)
    if found is None or not Category.objects.filter(pk=found, retired_at=None).exists():
        raise _wrong(need, gettext("Choose “%(what)s” from the list."))
    return found


def _urgency(case: Case, need: Need, value: Any) -> int:
    found = whole(value)
    if found is None or found not in Urgency.values:
        raise _wrong(need, gettext("Choose “%(what)s” from the list."))
    return found


def _case(case: Case, need: Need, value: Any) -> int:
    found = Case.objects.filter(number=str(value)).values_list("pk", flat=True).first()
    if found is None and (pk := whole(value)) is not None:
        found = Case.objects.filter(pk=pk).values_list("pk", flat=True).first()
    if found is None or found == case.pk:
        raise _wrong(need, gettext("“%(what)s”: there is no other case with that number."))
    return found


def _days(case: Case, need: Need, value: Any) -> int:
    days = whole(value)
    if days is None or not 1 <= days <= 90:
        raise _wrong(need, gettext("“%(what)s”: give a number of days from 1 to 90."))
    return days


def _date(case: Case, need: Need, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise _wrong(need, gettext("“%(what)s”: give a date such as 2026-11-30.")) from None


def _rating(case: Case, need: Need, value: Any) -> int:
    stars = whole(value)
    if stars is None or not 1 <= stars <= 5:
        raise _wrong(need, gettext("Choose one of the five levels."))
    return stars


def _parts(case: Case, need: Need, value: Any) -> list[str]:
    given = value.splitlines() if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    lines = [line.strip()[:120] for line in given if isinstance(line, str) and line.strip()]
    if not 2 <= len(lines) <= 10:
        raise _wrong(need, gettext("“%(what)s”: write two to ten parts, one on each line."))
    return lines


def _level(case: Case, need: Need, value: Any) -> str:
    if value not in ("grid", "town", "county"):
        raise _wrong(need, gettext("Choose “%(what)s” from the list."))
    return str(value)


def _person(case: Case, need: Need, value: Any) -> int:
    found = whole(value)
    if found is None or not Person.objects.filter(pk=found, is_active=True, posts__isnull=False).exists():
        raise _wrong(need, gettext("Choose “%(what)s” from the list."))
    return found


def _place(case: Case, need: Need, value: Any) -> dict[str, Any]:
    """A point with the words for it, or words the county's own tree knows; the spot it means, JSON-safe."""
    given = value if isinstance(value, dict) else {"words": value}
    point = {}
    if given.get("longitude") is not None and given.get("latitude") is not None:
        point = _position(case, replace(need, metres=0), given)
    try:
        spot = spot_given(point.get("longitude"), point.get("latitude"), str(given.get("words") or "")[:200])
    except CaseError as refusal:
        raise NeedNotMet(refusal.words, field=need.name) from None
    return asdict(spot)


def _yes_no(case: Case, need: Need, value: Any) -> bool:
    return str(value).lower() in {"1", "true", "yes", "on"}


CLEANERS: dict[str, Callable[[Case, Need, Any], Any]] = {
    "text": _text,
    "choice": _choice,
    "photos": _photos,
    "position": _position,
    "organisation": _organisation,
    "organisations": _organisations,
    "category": _category,
    "urgency": _urgency,
    "case": _case,
    "days": _days,
    "date": _date,
    "rating": _rating,
    "parts": _parts,
    "level": _level,
    "person": _person,
    "yes_no": _yes_no,
    "place": _place,
}
