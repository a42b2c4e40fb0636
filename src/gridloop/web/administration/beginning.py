"""Setting a county up: what has to be there before matters can travel, in the order in which it builds on each other."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from gridloop.core.cases.flow import Words
from gridloop.core.cases.models import Category
from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.queries import current_posts
from gridloop.core.people.roles import ROLES
from gridloop.core.territory.models import Area


@dataclass(frozen=True, slots=True)
class Beginning:
    """One thing a county begins with: how many there are, where it is brought in, and what it is good for."""

    title: Words
    words: Words
    url: str
    done: bool


def beginnings() -> list[Beginning]:
    """The list, while something on it is missing; [] for a county that works."""
    working = [role.name for role in ROLES.values() if role.may and "administer" not in role.may]
    found: list[tuple[str, str, str, QuerySet]] = [
        (_("Areas"), _("County, towns, communities and grids: a division table or a map"), "areas",
         Area.objects.filter(retired_at=None, level="grid")),
        (_("Organisations"), _("Command rooms, bureaus, committees: who is responsible"), "organisations",
         Organisation.objects.filter(retired_at=None)),
        (_("Persons"), _("Everybody who works with gridloop, with sign-in name and mobile number"), "persons",
         Person.objects.filter(is_active=True).exclude(handle=None).exclude(posts__role="administrator")),
        (_("Posts"), _("Who does what where: this is what opens pages to people"), "posts",
         current_posts().filter(role__in=working)),
        (_("Classes"), _("What people report about: major and minor classes"), "classes",
         Category.objects.filter(retired_at=None)),
    ]  # fmt: skip
    steps = [
        Beginning(title, words, reverse("settings:upload", args=[kind]), rows.exists())
        for title, words, kind, rows in found
    ]
    return [] if all(step.done for step in steps) else steps
