"""Marks of matters: the tone of a step that only this scene has."""

from django import template

from gridloop.core.cases.models import Case

register = template.Library()
TONES = {
    "asked": "waiting",
    "dispatched": "moving",
    "arbitration": "watched",
    "on_table": "watched",
    "answered": "done",
    "called": "done",
    "displeased": "late",
    "rectifying": "moving",
    "rectified": "done",
}


@register.filter
def matter_tone(case: Case) -> str:
    """The tone of a matter's status; paused while it waits for the firm's answer."""
    return "paused" if case.suspended_at else TONES.get(case.step, case.step)
