"""How is it running: workers, timers, readers of the journal, seals, notices, calendar, areas, people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from gridloop.core.clocks.calendar import calendar_warnings
from gridloop.core.clocks.models import Timer, Worker
from gridloop.core.clocks.queries import dead_timers, late_timers, living_workers
from gridloop.core.clocks.timers import revive_timer
from gridloop.core.journal.consumers import pass_over, retry
from gridloop.core.journal.errors import Refusal
from gridloop.core.journal.models import Entry, Seal
from gridloop.core.journal.queries import readings
from gridloop.core.notices.models import Channel, Delivery
from gridloop.core.people.queries import current_posts
from gridloop.core.territory.models import Area, Level
from gridloop.web.administration.pages import act, administer, by_of, changes_of, show

MANY_BEHIND = 1000
SEAL_IS_OLD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: how it is, and what to do where it is not in order."""

    tone: str  # done, waiting, late
    about: str
    words: str
    next_step: str = ""
    url: str = ""


def findings() -> Iterator[Finding]:
    """What the doctor asks, in the reader's words."""
    yield workers_found()
    yield timers_found()
    yield seal_found()
    yield from readers_found()
    yield notices_found()
    for warning in calendar_warnings(timezone.localdate()):
        tone = "late" if warning.level == "now" else "waiting"
        yield Finding(
            tone,
            _("Calendar"),
            str(warning.words),
            _("Enter the days on the calendar page."),
            reverse("settings:calendar"),
        )
    yield territory_found()


def workers_found() -> Finding:
    count = living_workers(60).count()
    if count:
        return Finding(
            "done",
            _("Workers"),
            ngettext("%(count)d is at work", "%(count)d are at work", count) % {"count": count},
        )
    return Finding(
        "late",
        _("Workers"),
        _("none was seen for a minute"),
        _("Start one with “gridloop work”: nothing becomes due without it."),
    )


def timers_found() -> Finding:
    dead, late = dead_timers().count(), late_timers(120).count()
    if dead:
        return Finding(
            "late",
            _("Timers"),
            ngettext("%(count)d failed too often", "%(count)d failed too often", dead) % {"count": dead},
            _("Read why below, then try it again."),
        )
    if late:
        return Finding(
            "waiting",
            _("Timers"),
            ngettext("%(count)d is late", "%(count)d are late", late) % {"count": late},
            _("See that a worker runs; several share the work."),
        )
    waiting = Timer.objects.filter(done_at=None).count()
    return Finding("done", _("Timers"), _("%(count)d wait, none is late") % {"count": waiting})


def seal_found() -> Finding:
    newest = Seal.objects.order_by("-size").first()
    oldest = (
        Entry.objects.filter(id__gt=newest.last_entry if newest else 0)
        .order_by("id")
        .values_list("at", flat=True)
        .first()
    )
    if oldest and timezone.now() - oldest > SEAL_IS_OLD:
        return Finding(
            "waiting",
            _("Seals"),
            _("entries of more than an hour ago are not sealed"),
            _("See that a worker runs."),
        )
    return Finding(
        "done", _("Seals"), _("%(count)d entries sealed") % {"count": newest.size if newest else 0}
    )


def readers_found() -> Iterator[Finding]:
    troubled = [reading for reading in readings() if reading.trouble or reading.behind > MANY_BEHIND]
    for reading in troubled:
        words = (
            reading.trouble.strip().splitlines()[-1]
            if reading.trouble
            else _("%(count)d entries behind") % {"count": reading.behind}
        )
        yield Finding(
            "late" if reading.trouble else "waiting",
            _("Reader %(name)s") % {"name": reading.consumer},
            words[:200],
            _("Put the cause right; it goes on by itself."),
        )
    if not troubled:
        yield Finding("done", _("Readers of the journal"), _("all are up to date"))


def notices_found() -> Finding:
    dead = Delivery.objects.filter(state="dead", due_at__gt=timezone.now() - timedelta(days=7)).count()
    broken = [channel.name for channel in Channel.objects.filter(active=True, working=False)]
    if broken:
        return Finding(
            "late",
            _("Channels"),
            _("%(names)s do not work") % {"names": _(", ").join(broken)},
            _("Test them on the channels page."),
            reverse("settings:channels"),
        )
    if dead:
        return Finding(
            "waiting",
            _("Notices"),
            _("%(count)d could not be delivered in 7 days") % {"count": dead},
            _("See why, and send them again."),
            reverse("settings:dead_letters"),
        )
    return Finding("done", _("Notices"), _("none lost"))


def territory_found() -> Finding:
    grids = Area.objects.filter(level=Level.GRID, retired_at=None)
    count, shapeless = grids.count(), grids.filter(shape=None).count()
    if not count:
        return Finding(
            "late",
            _("Areas"),
            _("there are no grids"),
            _("Import them on the areas page."),
            reverse("settings:upload", args=["areas"]),
        )
    if shapeless:
        return Finding(
            "waiting",
            _("Areas"),
            _("%(missing)d of %(count)d grids have no border") % {"missing": shapeless, "count": count},
            _("Import their shapes: points cannot be found there."),
            reverse("settings:upload", args=["areas"]),
        )
    return Finding("done", _("Areas"), _("%(count)d grids, each with a border") % {"count": count})


READERS = {
    "search": gettext_lazy("Finds words in cases"),
    "breaches": gettext_lazy("Marks cases whose time is over"),
    "carrying": gettext_lazy("Takes cases along when areas change"),
    "measures": gettext_lazy("Counts for the measures"),
    "scenes": gettext_lazy("Tells the scenes what happened"),
    "routing": gettext_lazy("Applies the routing rules"),
    "alike": gettext_lazy("Finds cases that are alike"),
    "learning": gettext_lazy("Learns from what people corrected"),
    "notices": gettext_lazy("Writes the notices"),
    "webhooks": gettext_lazy("Calls other systems"),
    "sealing": gettext_lazy("Seals the journal"),
}


@require_safe
@administer
def workers(request: HttpRequest) -> HttpResponse:
    context: dict[str, Any] = {
        "findings": list(findings()),
        "workers": Worker.objects.order_by("-seen_at")[:20],
        "living": {worker.pk for worker in living_workers(60)},
        "readings": [(reading, READERS.get(reading.consumer, "")) for reading in readings()],
        "dead": dead_timers()[:20],
        "seals": Seal.objects.order_by("-size")[:5],
        "administrators": current_posts().filter(role="administrator").count(),
        "changes": changes_of(["entry"], ["entry_passed_over"]),
    }
    return show(request, "workers", _("How is it running"), context)


@require_POST
@administer
def revive(request: HttpRequest, pk: int) -> HttpResponse:
    timer = get_object_or_404(Timer, pk=pk)
    return act(request, lambda: revive_timer(timer), reverse("settings:workers"), _("It is tried again."))


@require_POST
@administer
def help_reader(request: HttpRequest, name: str) -> HttpResponse:
    """Try at once, or (with a reason) leave out the entry a reader fails on."""

    def do() -> None:
        if "pass_over" not in request.POST:
            retry(name)
            return
        if not request.POST.get("reason", "").strip():
            raise Refusal(_("Say why this entry may be left out."), field="reason")
        pass_over(name, by=by_of(request), reason=request.POST["reason"].strip())

    return act(request, do, reverse("settings:workers"), _("It is tried again."))
