"""Live screens: server-sent events from the journal, only of what the viewer may see."""

import json
import threading
import time
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from gridloop.core.journal.live import Subscription, subscribe
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
from gridloop.core.people.queries import Reach, reach_of
from gridloop.core.scenes import registry
from gridloop.web.acting import person_of, signed_in

PATIENCE = 15.0  # seconds of silence before a comment keeps the line open
LONGEST = 900.0  # seconds a stream lives before the browser opens a new one, with today's reach
MOST_STREAMS = int(getattr(settings, "MOST_STREAMS", 48))  # each holds a thread of this process
_streams = threading.BoundedSemaphore(MOST_STREAMS)


def within(reach: Reach, entry: Entry) -> bool:
    """Whether an entry of a case lies within reach, judged from the entry alone: no query a viewer and an event."""
    if entry.subject_kind != "case" and not registry.live_topics(entry.event):
        return False
    facts = entry.facts
    around = {entry.area, facts.get("grid"), facts.get("community"), facts.get("town"), facts.get("county")}
    if around & reach.roots or facts.get("unit") in reach.organisations:
        return True
    concerned = (entry.person, *(facts.get("people") or ()))  # entries may name the people they are about
    return reach.person is not None and reach.person in concerned


def event_of(entry: Entry) -> str:
    """What a screen needs to know: that something changed, and where; never words or persons."""
    number = entry.facts.get("number")
    own = [f"case:{number}", "worklist", "cockpit"] if entry.subject_kind == "case" else []
    told = {
        "topics": [*own, *registry.live_topics(entry.event)],
        "id": entry.pk,
        "event": entry.event,
        "number": number,
        "area": entry.area,
        "after": entry.after,
        "at": entry.at.isoformat(),
    }
    return f"id: {entry.pk}\ndata: {json.dumps(told)}\n\n"


def stream(person: Person, subscription: Subscription) -> Iterator[str]:
    """The lines of one live stream; ends by itself so that a changed reach takes hold."""
    until = time.monotonic() + LONGEST
    try:
        yield "retry: 2000\n\n"
        while time.monotonic() < until and not subscription.closed:
            entries = subscription.wait(PATIENCE)
            if subscription.lost:
                yield "data: {}\n\n"  # no topics: everything on the screen is fetched anew
                return
            if not entries:
                yield ": still here\n\n"
            for entry in entries:
                yield event_of(entry)
    finally:
        subscription.close()
        _streams.release()


@require_GET  # a HEAD would take a line and never give it back
@signed_in
def live(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """GET /live/: a stream of changes within the viewer's reach. 503 when this process has no line free: poll then."""
    person = person_of(request)
    assert person is not None
    if not _streams.acquire(blocking=False):
        return HttpResponse(status=503, headers={"Retry-After": "10"})
    reach = reach_of(person)
    subscription = subscribe(lambda entry: within(reach, entry))
    answer = StreamingHttpResponse(stream(person, subscription), content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer
