"""Switching scenes on and off: for the whole county, or for one area and everything inside it."""

from django.db import transaction
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.queries import require
from gridloop.core.scenes import registry
from gridloop.core.scenes.models import Switch
from gridloop.core.territory.models import Area


@transaction.atomic
def switch_scene(name: str, area: Area, *, on: bool | None, by: Actor) -> None:
    """On, off, or (None) as in the area around it. What is open goes on; only new cases are affected."""
    require(by, "administer")
    if name not in {scene.name for scene in registry.scenes()}:
        raise Refusal(_("There is no such scene here."), field="scene")

    before = Switch.objects.filter(scene=name, area=area).values_list("on", flat=True).first()
    if on is None:
        Switch.objects.filter(scene=name, area=area).delete()
    else:
        Switch.objects.update_or_create(scene=name, area=area, defaults={"on": on})

    record(
        "scene_switched",
        by=by,
        subject_kind="area",
        subject=area.pk,
        area=area.pk,
        before=said(before),
        after=said(on),
        facts={"scene": name},
    )


def said(on: bool | None) -> str:
    return "" if on is None else "on" if on else "off"
