"""The first page of the settings: every page with what it is for, and what needs a look."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridloop.core.cases.flow import Words
from gridloop.core.clocks.calendar import calendar_warnings
from gridloop.core.clocks.queries import dead_timers, living_workers
from gridloop.core.dispatch.models import Admission, Rule
from gridloop.core.notices.models import AnswerWording, Channel
from gridloop.core.notices.queries import dead_letters
from gridloop.core.scenes import registry
from gridloop.web.administration.beginning import beginnings
from gridloop.web.administration.changes import TITLES
from gridloop.web.administration.pages import administer, changes_of


@dataclass(frozen=True, slots=True)
class Door:
    """One page: what it is called, what one does there, and how many things wait for a look."""

    name: str
    title: Words
    words: Words
    icon: str
    count: int = 0

    @property
    def url(self) -> str:
        return reverse(self.name if ":" in self.name else f"settings:{self.name}")


def scenes_doors() -> list[Door]:
    """The pages that scenes bring for an administrator."""
    items = [item for scene in registry.scenes() for item in scene.menu if item.shell == "settings"]
    return [
        Door(item.url, item.title, item.words, item.icon)
        for item in sorted(items, key=lambda item: item.order)
    ]


def groups() -> list[tuple[str, list[Door]]]:
    """The pages by what they are about, with live counts of trouble."""
    warnings = sum(warning.level == "now" for warning in calendar_warnings(timezone.localdate()))
    troubled = Rule.objects.exclude(trouble="").count()
    asked = Admission.objects.filter(state="asked").count()
    broken = Channel.objects.filter(active=True, working=False).count() + dead_letters()[:99].count()
    running = dead_timers().count() + (0 if living_workers(60).exists() else 1)
    return [
        (
            _("Where and who"),
            [
                Door(
                    "areas",
                    _("Areas"),
                    _("The tree from county to grid: import, draw, split, merge, move"),
                    "map",
                ),
                Door(
                    "organisations",
                    _("Organisations"),
                    _("Rooms, bureaus, committees, firms, and who is paired with whom"),
                    "organisation",
                ),
                Door(
                    "people",
                    _("People and posts"),
                    _("Who does what where, leave and stand-ins, first passwords"),
                    "users",
                ),
            ],
        ),
        (
            _("What and by when"),
            [
                Door(
                    "classes", _("Classes"), _("Major and minor classes, editions and how they map"), "layers"
                ),
                Door(
                    "limits",
                    _("Limits"),
                    _("How long each thing may take, and where that is written"),
                    "clock",
                ),
                Door(
                    "calendar",
                    _("Calendar"),
                    _("Holidays, exchanged workdays, working hours"),
                    "calendar",
                    warnings,
                ),
            ],
        ),
        (
            _("How matters travel"),
            [
                Door(
                    "rules",
                    _("Routing rules"),
                    _("Readable rules in order, tried on the past before use"),
                    "rules",
                    troubled,
                ),
                Door(
                    "admissions", _("Admission list"), _("What may be given to grids at all"), "shield", asked
                ),
                Door("scenes", _("Scenes"), _("Fields of work, on or off town by town"), "grid"),
                Door("classifiers", _("Classifier"), _("Training, accuracy, editions"), "chart"),
            ],
        ),
        (
            _("How people hear"),
            [
                Door("channels", _("Channels"), _("SMS, e-mail, robots: is each working?"), "send", broken),
                Door(
                    "templates",
                    _("Notice templates"),
                    _("The words people are told, in both languages"),
                    "message",
                ),
                Door(
                    "wordings",
                    _("Answer wordings"),
                    _("Reviewed words for public answers, offered where one is written"),
                    "star",
                    AnswerWording.objects.filter(reviewed_at=None, retired_at=None).count(),
                ),
            ],
        ),
        (
            _("The installation"),
            [
                Door(
                    "workers", _("How is it running"), _("Workers, timers, readers, seals"), "gauge", running
                ),
                Door("tokens", _("Other systems"), _("Tokens, webhooks, Open311"), "key"),
                Door("retention", _("Retention"), _("How long personal data are kept"), "trash"),
            ],
        ),
        (_("Of the scenes"), scenes_doors()),
    ]


@require_safe
@administer
def home(request: HttpRequest) -> HttpResponse:
    kinds = [
        "",
        "answer_wording",
        "rule",
        "class",
        "channel",
        "template",
        "token",
        "webhook",
        "classifier",
        "admission",
    ]
    context = {"beginnings": beginnings(), "groups": groups(), "changes": changes_of(kinds, list(TITLES))}
    return render(request, "web/settings/home.html", context)
