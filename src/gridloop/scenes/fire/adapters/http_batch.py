"""POST /api/fire/messages: devices of premises without a broker, many messages at once, each with its own answer."""

import datetime
import hashlib
import time
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.db import DatabaseError, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gridloop.core.people.throttling import Gate, TooManyTries, count_try
from gridloop.scenes.fire.adapters.allowance import Allowance
from gridloop.scenes.fire.adapters.credentials import vendor_by_secret
from gridloop.scenes.fire.adapters.models import HeardKey
from gridloop.scenes.fire.adapters.rows import NotUnderstood, Read, read_row
from gridloop.scenes.fire.ingest.posting import post_signals

MOST_ROWS, MOST_BYTES = 1_000, 1_048_576
REMEMBERED_DAYS = 7
# Rows a second of one vendor in one web process: 40,000 devices a minute, with room for a storm.
ALLOWANCE = Allowance(rate=2_000, burst=20_000, most=1_000)


class Refused(Exception):
    """The whole request is refused: nothing of it was taken."""

    def __init__(self, status: int, code: str, words: str, seconds: int = 0) -> None:
        self.status, self.code, self.words, self.seconds = status, code, words, seconds


@csrf_exempt
def messages(request: HttpRequest) -> JsonResponse:
    """Everything taken is durable before the answer; a row sent again with its key is taken once."""
    try:
        if request.method != "POST":
            raise Refused(405, "method_not_allowed", _("Send the messages with POST."))
        vendor = vendor_of(request)
        rows = rows_of(request)
        if not ALLOWANCE.admits(vendor, b"", time.monotonic(), max(1, len(rows))):
            raise Refused(429, "too_often", _("Too many messages. Wait, then send them again."), 5)
        return answer_of(take(rows, vendor=vendor))
    except DatabaseError:
        words = _("gridloop cannot store anything just now. Keep the messages and send them again.")
        return refusal_of(Refused(503, "unavailable", words, 5))
    except Refused as refused:
        return refusal_of(refused)


def refusal_of(refused: Refused) -> JsonResponse:
    answer = JsonResponse(
        {"code": refused.code, "words": refused.words},
        status=refused.status,
        json_dumps_params={"ensure_ascii": False},
    )
    if refused.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="gridloop devices"'
    if refused.status == 405:
        answer["Allow"] = "POST"
    if refused.seconds:
        answer["Retry-After"] = str(refused.seconds)
    return answer


def vendor_of(request: HttpRequest) -> str:
    """The vendor whose secret stands in `Authorization: Bearer` or `X-Gridloop-Secret`."""
    scheme, _space, bearer = request.headers.get("Authorization", "").partition(" ")
    secret = bearer.strip() if scheme.casefold() == "bearer" else request.headers.get("X-Gridloop-Secret", "")
    if not secret:
        raise Refused(401, "no_secret", _("Send the vendor's secret: “Authorization: Bearer …”."))
    vendor = vendor_by_secret(secret)
    if vendor is None:
        try:
            count_try(Gate("device_secret", request.META.get("REMOTE_ADDR", ""), free=60))
        except TooManyTries as slower:
            raise Refused(429, slower.code, str(slower.words), slower.seconds) from slower
        raise Refused(401, "wrong_secret", _("This secret opens nothing. Ask the county for a new one."))
    return vendor.code


def rows_of(request: HttpRequest) -> list[Any]:
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > MOST_BYTES:
        raise too_large()
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise too_large()
    try:
        rows = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Refused(
            400, "not_json", _("The body is not JSON that can be read: use UTF-8 and plain numbers.")
        ) from wrong
    if not isinstance(rows, list):
        raise Refused(400, "no_list", _("The body is a list of messages: [{…}, {…}]."))
    if len(rows) > MOST_ROWS:
        raise Refused(
            413,
            "too_many",
            _("At most %(most)d messages at once. Send the rest in another request.") % {"most": MOST_ROWS},
        )
    return rows


def too_large() -> Refused:
    return Refused(
        413,
        "too_large",
        _("At most %(most)d kB at once. Send less in each request.") % {"most": MOST_BYTES // 1024},
    )


def take(rows: Sequence[Any], *, vendor: str) -> list[tuple[str, str]]:
    """(outcome, why) for each row: "taken", "known" (its key came before) or "refused"."""
    received = time.time()
    read: list[Read | str] = []
    for row in rows:
        try:
            read.append(read_row(row, vendor=vendor, received=received))
        except (NotUnderstood, RecursionError) as wrong:
            read.append(str(wrong))
    with transaction.atomic():
        known = keep_keys([each for each in read if isinstance(each, Read)])
        outcomes, fresh = [], []
        for each in read:
            if isinstance(each, str):
                outcomes.append(("refused", each))
            elif (digest := digest_of(each)) in known:
                outcomes.append(("known", ""))
            else:
                if each.named:
                    known.add(digest)  # twice in one request is once too
                fresh.append(each.signal)
                outcomes.append(("taken", ""))
        if fresh:
            post_signals(fresh)
    return outcomes


def digest_of(read: Read) -> str:
    return hashlib.blake2b(f"{read.signal.vendor}|{read.signal.key}".encode(), digest_size=20).hexdigest()


def keep_keys(read: Iterable[Read]) -> set[str]:
    """The digests that were heard before; those of this request are kept from now on, where the sender named them."""
    digests = list(dict.fromkeys(digest_of(each) for each in read if each.named))
    known = set(HeardKey.objects.filter(pk__in=digests).values_list("pk", flat=True))
    now = timezone.now()
    HeardKey.objects.bulk_create(
        [HeardKey(digest=digest, at=now) for digest in digests if digest not in known],
        ignore_conflicts=True,
        batch_size=300,
    )
    return known


def answer_of(outcomes: Sequence[tuple[str, str]]) -> JsonResponse:
    """Counts, and a line for each row that is not simply taken."""
    counts = {name: sum(one == name for one, _why in outcomes) for name in ("taken", "known", "refused")}
    told = [
        {"row": number, "outcome": outcome} | ({"why": why} if why else {})
        for number, (outcome, why) in enumerate(outcomes)
        if outcome != "taken"
    ]
    return JsonResponse({**counts, "rows": told}, json_dumps_params={"ensure_ascii": False})


def forget_keys() -> int:
    """Keys older than a week are forgotten."""
    eldest = timezone.now() - datetime.timedelta(days=REMEMBERED_DAYS)
    return HeardKey.objects.filter(at__lt=eldest).delete()[0]
