"""Words about cases: the title of a step, in the language of the page."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import Words
from gridloop.core.cases.models import Case, Deadline, Task
from gridloop.core.dispatch.models import HotIssue
from gridloop.core.notices.models import Delivery
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import masked_name

register = template.Library()


@register.filter
def step_title(case: Case) -> Words:
    """Where a case stands, in words."""
    return kinds.kind(case.kind).step(case.step).title


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
