"""What the words in a spreadsheet's cell mean: a kind, an organisation, an area, a day."""

import datetime
import re
from collections.abc import Iterable

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Organisation
from gridloop.core.territory.models import Area, AreaCode


class NotYet(Refusal):
    """The row names another that may stand further down in the same file."""


def meaning(words: str, choices: Iterable[tuple[str, str | Promise]], refusal: str) -> str:
    """The value meant by a word: the value itself or its title in either language."""
    for value, title in choices:
        if words.strip() in {value, *in_every_language(title)}:
            return value
    raise Refusal(refusal % {"words": words})


def in_every_language(words: str | Promise) -> set[str]:
    found = set()
    for language in ("en", "zh-hans"):
        with translation.override(language):
            found.add(str(words))
    return found


def organisation_by_code(code: str) -> Organisation | None:
    if not code:
        return None
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise NotYet(_("There is no organisation with the code “%(code)s”.") % {"code": code})
    return found


def area_by_code(code: str) -> Area | None:
    """The area with this code, present or earlier; or with this name when only one has it."""
    if not code:
        return None
    in_use = Area.objects.filter(retired_at=None)
    found = list(in_use.filter(code=code)[:2]) or list(in_use.filter(name=code)[:2])
    if not found:
        found = list(in_use.filter(pk__in=AreaCode.objects.filter(code=code).values("area"))[:2])
    if len(found) != 1:
        raise Refusal(_("There is no area with the code “%(code)s”, or more than one.") % {"code": code})
    return found[0]


def day_of(words: str) -> datetime.date | None:
    """2025-01-31, 2025/1/31, 2025.1.31, 20250131 or 2025年1月31日."""
    if not words:
        return None
    parts = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?: 00:00(?::00)?)?", words.strip())
    try:
        year, month, day = (int(part) for part in parts.groups()) if parts else (0, 0, 0)
        return datetime.date(year, month, day)
    except ValueError as wrong:
        raise Refusal(_("“%(words)s” is not a date. Write it like 2025-01-31.") % {"words": words}) from wrong
