"""Cases as service requests: exact for those within whose reach they lie, coarse and without persons for everybody."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max

from gridloop.api.open311.formats import moment
from gridloop.api.open311.service_list import named
from gridloop.core.cases import kinds
from gridloop.core.cases.models import Case, Exhibit
from gridloop.core.cases.queries import coarse_point
from gridloop.core.journal.models import Entry
from gridloop.core.territory import tree

NUMBERS = re.compile(r"\d(?:[\s-]?\d){6,}")  # phone, identity and plate-like numbers
ADDRESSES = re.compile(r"\S+@\S+\.\S+")
OPEN_SOURCE = "open311"


def shown_all(cases: Sequence[Case], inside: set[int], *, extensions: bool) -> list[dict[str, Any]]:
    """A page of requests, in a constant number of queries."""
    ids = [case.pk for case in cases]
    changed = last_changes(ids)
    photos: dict[int, list[str]] = {}
    for case, key, public in (
        Exhibit.objects.filter(case__in=ids, file__erased_at=None)
        .order_by("id")
        .values_list("case", "file__key", "public")
    ):
        if public or case in inside:
            photos.setdefault(case, []).append(f"{settings.PUBLIC_ADDRESS}/files/{key}/")
    return [
        shown(
            case,
            exact=case.pk in inside,
            photos=photos.get(case.pk, []),
            changed=changed.get(case.pk),
            extensions=extensions,
        )
        for case in cases
    ]


def last_changes(ids: Sequence[int]) -> dict[int, datetime]:
    rows = Entry.objects.filter(subject_kind="case", subject__in=ids, event__startswith="case_")
    return dict(rows.values_list("subject").annotate(Max("at")))


def shown(
    case: Case, *, exact: bool, photos: list[str], changed: datetime | None, extensions: bool
) -> dict[str, Any]:
    picture = tree.current()
    point = coarse_point(case)
    photos = photos or (links_of(case) if exact else [])
    told: dict[str, Any] = {
        "service_request_id": case.number,
        "status": "open" if case.open else "closed",
        "status_notes": notes_of(case),
        "service_name": named(case.category),
        "service_code": case.category.code if case.category else None,
        "description": description_of(case, exact=exact),
        "agency_responsible": case.lead_unit.name if case.lead_unit else None,
        "service_notice": None,
        "requested_datetime": moment(case.reported_at),
        "updated_datetime": moment(case.closed_at or changed or case.reported_at),
        "expected_datetime": moment(case.due_at),
        "address": (case.address if exact and case.address else picture.full_name(case.area_id)),
        "address_id": picture.code(case.area_id),
        "zipcode": None,
        "lat": case.latitude if exact else point and point.latitude,
        "long": case.longitude if exact else point and point.longitude,
        "media_url": photos[0] if photos else None,
    }
    if extensions:
        told["extended_attributes"] = extended(case, photos, exact=exact)
    return told


def links_of(case: Case) -> list[str]:
    """What was said to lie elsewhere; reports of older versions hold one link."""
    return list(case.facts.get("media_urls", [])) or [
        link for link in [str(case.facts.get("media_url", ""))] if link
    ]


def extended(case: Case, photos: list[str], *, exact: bool) -> dict[str, Any]:
    """What two statuses cannot say: the step, and how it ended; closed is not fixed."""
    step = kinds.kind(case.kind).step(case.step)
    return {
        "title": title_of(case, exact=exact),
        "detailed_status": case.step,
        "detailed_status_name": str(step.title),
        "outcome": case.outcome or None,
        "fixed": case.outcome == "fixed",
        "overdue": case.overdue,
        "voices": case.voices,
        "rating": case.rating,
        "answer": case.answer or None,
        "media_urls": photos,
    }


def notes_of(case: Case) -> str:
    """The step in words, how it ended, and the public answer."""
    step = kinds.kind(case.kind).step(case.step)
    parts = [str(step.title), case.outcome if not case.open else "", case.answer]
    return " · ".join(part for part in parts if part)


def description_of(case: Case, *, exact: bool) -> str | None:
    """What was written: for those in reach as it is; for everybody only what came by Open311, numbers taken out."""
    if exact:
        return case.words or case.title
    if case.source == OPEN_SOURCE:
        return masked(case.words or case.title)
    return named(case.category)


def title_of(case: Case, *, exact: bool) -> str | None:
    """The same for the title, which holds the beginning of what was written."""
    if exact:
        return case.title
    return masked(case.title) if case.source == OPEN_SOURCE else named(case.category)


def masked(words: str) -> str:
    return ADDRESSES.sub("***", NUMBERS.sub("***", words))
