"""Words about cases: the title of a step, in the language of the page."""

from django import template

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import Words
from gridloop.core.cases.models import Case

register = template.Library()


@register.filter
def step_title(case: Case) -> Words:
    """Where a case stands, in words."""
    return kinds.kind(case.kind).step(case.step).title


@register.filter
def kind_title(case: Case) -> Words:
    return kinds.kind(case.kind).title
