"""Words about cases, in the language of the page, and the cells of a case in a table."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import Step, Words
from gridloop.core.cases.models import Case, Deadline, Request, Task, Urgency
from gridloop.core.dispatch.models import HotIssue
from gridloop.core.notices.models import Delivery
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import masked_name
from gridloop.core.territory import tree
from gridloop.web.templatetags.ui_lists import select_row
from gridloop.web.templatetags.ui_marks import STEP_TONES, icon, status, tag
from gridloop.web.templatetags.ui_times import short_deadline, when

register = template.Library()


@register.filter
def step_title(case: Case) -> Words:
    """Where a case stands, in words."""
    return kinds.kind(case.kind).step(case.step).title


@register.filter
def step_tone(case: Case) -> str:
    """The sign of where a case stands, for steps of every kind: from the shape its flow gives the step."""
    return tone_of(kinds.kind(case.kind).step(case.step))


def tone_of(step: Step) -> str:
    if step.shape == "ended":
        return "closed" if step.outcome == "fixed" else "refused"
    tone = {"open": "waiting", "done": "done", "moving": "moving"}.get(step.shape)
    return tone or STEP_TONES.get(step.name, "waiting")


@register.filter
def neighbourhood(case: Case) -> str:
    """Town and community of a case: near enough for neighbours, too wide to find a home."""
    picture = tree.current()
    return picture.neighbourhood(case.area_id) if case.area_id in picture else ""


@register.filter
def kind_title(case: Case) -> Words:
    return kinds.kind(case.kind).title


@register.filter
def public_title(case: Case) -> Words:
    """What strangers read instead of a title, which holds the reporter's own words: the class, or else the kind."""
    return case.category.name if case.category else kind_title(case)


@register.filter
def clock_title(name: str) -> str:
    """What a deadline is for."""
    titles = {
        "first_response": _("First response"),
        "arrival": _("Taken on"),
        "completion": _("Completion"),
        "verification": _("Check on the spot"),
        "rectification": _("Rectification"),
    }
    return titles.get(name, name)


@register.filter
def clock_label(deadline: Deadline) -> str:
    """The same for a stored clock; an assistant's names the unit, for several units may be at work side by side."""
    title = clock_title(deadline.name)
    return f"{title} · {deadline.task.organisation.name}" if deadline.task else title


@register.filter
def task_state(task: Task) -> str:
    titles = {
        "sent": _("Sent"),
        "taken": _("Taken"),
        "done": _("Done"),
        "returned": _("Returned"),
        "withdrawn": _("Withdrawn"),
    }
    return titles[task.state]


@register.filter
def level_title(case: Case) -> str:
    """Whose command room has the case."""
    return {"grid": _("Grid"), "town": _("Town"), "county": _("County")}.get(case.level, case.level)


@register.filter
def source_title(case: Case) -> str:
    """How it came in."""
    titles = {
        "web": _("Resident's phone"),
        "phone": _("Telephone"),
        "field": _("Found by a grid worker"),
        "open311": _("Another system (Open311)"),
        "api": _("Another system"),
        "import": _("Imported"),
        "system": _("gridloop itself"),
    }
    return titles.get(case.source, case.source)


@register.filter
def masked_person(person: Person | None) -> str:
    return masked_name(person.name) if person else "—"


@register.filter
def delivery_state(delivery: Delivery) -> str:
    titles = {"waiting": _("waiting"), "sent": _("sent"), "dead": _("failed"), "grouped": _("in a summary")}
    return titles.get(delivery.state, delivery.state)


@register.filter
def placed_words(case: Case) -> str:
    """How sure the place is, where it is not plain."""
    titles = {
        "nearest": _("Outside every grid: the nearest was taken."),
        "address": _("Placed by the words of the address."),
        "none": _("No place was given: the county was taken."),
    }
    return titles.get(case.placed_by, "")


@register.inclusion_tag("web/components/heat.html")
def heat(issue: HotIssue) -> dict[str, Any]:
    """The sum a hot issue's heat is made of."""
    titles = {
        "messages": _("Cases, one each"),
        "support": _("Others who joined: doubling adds two"),
        "pace": _("Busiest thirty days, half a point each"),
        "fresh": _("Of the last thirty days, half a point each"),
    }
    return {
        "terms": [(titles.get(name, name), value) for name, value in issue.arithmetic.items()],
        "whole": issue.heat,
    }


@register.filter
def percent(share: float | None) -> str:
    """0.937 -> 94%."""
    return "—" if share is None else f"{share:.0%}"


@register.simple_tag
def case_rows(rows: Iterable[tuple[Case, str]]) -> SafeString:
    """The rows of a worklist, each a case and where it lies.

    Written in one go, as a page has fifty of them: by nodes of a template they take four times as long.
    """
    return mark_safe(  # noqa: S308
        "\n".join(
            f"<tr>{select_row(case.number, case.title)}{case_cells(case, place)}{clock_cells(case)}</tr>"
            for case, place in rows
        )
    )


@register.simple_tag
def case_cells(case: Case, place: str) -> SafeString:
    """The cells every table of cases shows: what and where, how it stands, its class and who leads."""
    urgent = icon("fire") if case.urgency == Urgency.EMERGENCY else ""
    voices = f" · {icon('me-too')}{case.voices}" if case.voices > 1 else ""
    supervised = f" {status('supervised', _('Supervised'))}" if case.supervised else ""
    waiting = [asked_title(case, request) for request in getattr(case, "undecided", ())]
    undecided = f" {status('asked', _('To be decided'))}" if waiting else ""
    asked = "".join(f" · <b>{escape(title)}</b>" for title in waiting)
    stands = (
        status("suspended", _("Waiting"))
        if case.suspended_at
        else drawn_step(case.kind, case.step, get_language())
    )
    number, category, unit = escape(case.number), case.category, case.lead_unit
    return mark_safe(  # noqa: S308 - every word is escaped
        f'<td><a class="row-title" href="{address_of("desk:case", get_script_prefix())}{number}/" data-open>{urgent}{escape(case.title)}</a>'
        f'<span class="row-note"><span class="number">{number}</span> · {escape(place)}{voices}{asked}</span></td>'
        f'<td class="tight marks">{stands}{supervised}{undecided}</td>'
        f"{named_cell(category.name if category else '')}{named_cell(unit.name if unit else '')}"
    )


def asked_title(case: Case, request: Request) -> str:
    return str(kinds.kind(case.kind).named(request.move)[0].title)


def named_cell(name: str) -> str:
    """A name, or a dash in a table; in the cards of a phone nothing stands for nothing."""
    return f'<td class="tight">{escape(name)}</td>' if name else '<td class="tight none">—</td>'


@register.simple_tag
def clock_cells(case: Case) -> SafeString:
    """When it is due or was closed, and when it was reported."""
    ends = short_deadline(case.due_at, case.reported_at) if case.open else when(case.closed_at, "short")
    return mark_safe(f'<td>{ends}</td><td class="tight">{when(case.reported_at)}</td>')  # noqa: S308


@register.simple_tag
def case_cards(rows: Iterable[tuple[Case, str, str]]) -> SafeString:
    """What waits for somebody on the way, each a case, where it lies and how much it presses; drawn as `case_rows` is."""
    return mark_safe("".join(_card(case, place, urgency) for case, place, urgency in rows))  # noqa: S308


def _card(case: Case, place: str, urgency: str) -> str:
    address, number = address_of("field:case", get_script_prefix()), escape(case.number)
    step = status("moving", str(step_title(case)))
    pressing = f"<p>{tag(urgency, kind='urgent')}</p>" if case.urgency < Urgency.NORMAL else ""
    return (
        f'<li class="case-card{" late" if case.overdue else ""}">'
        f'<h2><a href="{address}{number}/">{escape(case.title)}</a></h2>'
        f'<p class="spread"><span>{escape(place)}</span><span>{step}</span></p>{pressing}</li>'
    )


@lru_cache(maxsize=64)
def address_of(name: str, _prefix: str) -> str:
    """What stands before the number in the address of a case; looking an address up takes as long as half a row."""
    return reverse(name, args=["0"]).removesuffix("0/")


@lru_cache(maxsize=1024)
def drawn_step(kind: str, step: str, _language: str | None) -> SafeString:
    stands = kinds.kind(kind).step(step)
    return status(tone_of(stands), str(stands.title))
