"""POST /field/sync/: what phones bring back; and the pass they ask for before they send."""

import json
import logging
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.web.acting import person_of
from gridloop.web.field.sending import Answer, read_sending, take_sending

MOST_ITEMS = 20
log = logging.getLogger(__name__)


def signed_out() -> JsonResponse:
    """The queue stays on the phone; the worker signs in again and it goes on."""
    words = _("You have been signed out. What waits on this phone is kept; sign in again to send it.")
    return JsonResponse({"code": "signed_out", "words": words}, status=401)


@require_safe
@never_cache
def give_pass(request: HttpRequest) -> JsonResponse:
    """Who is signed in here, a token for sending, and our clock."""
    person = person_of(request)
    if person is None:
        return signed_out()
    return JsonResponse(
        {"person": person.pk, "token": get_token(request), "server_time": timezone.now().isoformat()}
    )


@require_POST
@never_cache
def sync(request: HttpRequest) -> JsonResponse:
    """`items` is a JSON list of envelopes; photos come beside it as files named `<key>:<need>`."""
    person = person_of(request)
    if person is None:
        return signed_out()
    try:
        items = json.loads(request.POST.get("items", ""))
    except ValueError:
        items = None
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS:
        raise Refusal(_("This could not be read. Open the app once more and try again."), code="unreadable")
    answers = [{"key": _key(item), **answer_one(item, request, person)} for item in items]
    return JsonResponse({"answers": answers, "server_time": timezone.now().isoformat()})


def answer_one(item: Any, request: HttpRequest, person: Person) -> Answer:
    """One thing stands and falls alone; trouble of ours is not the phone's: it tries again later."""
    try:
        return take_sending(read_sending(item, photos_of(_key(item), request)), person)
    except Refusal as refusal:
        return {"state": "refused", "words": str(refusal.words), "code": refusal.code, "field": refusal.field}
    except DatabaseError:
        log.exception("field: the database was in trouble")
        return {"state": "later", "words": _("The server is busy. It will be tried again by itself.")}


def photos_of(key: str, request: HttpRequest) -> dict[str, Sequence[UploadedFile]]:
    """The files of one envelope by the need they answer."""
    prefix = f"{key}:"
    return {
        name.removeprefix(prefix): request.FILES.getlist(name)
        for name in request.FILES
        if name.startswith(prefix)
    }


def _key(item: Any) -> str:
    return str(item.get("key", "")) if isinstance(item, dict) else ""
