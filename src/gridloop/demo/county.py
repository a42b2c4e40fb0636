"""Makes the demo county: its ground, its organisations, and one account for every role."""

from collections.abc import Callable

from django.db import transaction

from gridloop.core.journal.actor import Actor
from gridloop.core.people.actions import appoint, enrol_person
from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.organising import found_organisation
from gridloop.core.people.roles import ROLES
from gridloop.core.people.signing_in import demo_accounts
from gridloop.core.territory.drawing import load_demo_territory
from gridloop.core.territory.models import Area

DEMO = Actor(kind="system", name="demo")
PASSWORD = "gridloop-demo"  # noqa: S105 - the demo tells it to everybody
SURNAMES = "王李张刘陈杨赵黄周吴徐孙"


def make(*, size: str = "small", live: bool = False, progress: Callable[[str], None] = print) -> None:
    """The whole county from nothing; the same county every time."""
    progress("Drawing 1,336 grids ...")
    load_demo_territory(by=DEMO)
    progress("Founding organisations and filling posts ...")
    with transaction.atomic():
        fill_posts()


def fill_posts() -> None:
    county = Area.objects.get(level="county")
    town = Area.objects.filter(level="town").order_by("code")[0]
    community = Area.objects.filter(parent=town).order_by("code")[0]
    grid = Area.objects.filter(parent=community).order_by("code")[0]
    centre = found_organisation("县网格指挥中心", kind="command", code="command-county", area=county, by=DEMO)
    room = found_organisation(
        f"{town.name}网格指挥室", kind="command", code="command-town", parent=centre, area=town, by=DEMO
    )
    bureau = found_organisation(
        "综合行政执法局", kind="bureau", code="bureau-enforcement", area=county, by=DEMO
    )
    places: dict[str, tuple[Organisation, Area]] = {
        "grid_worker": (room, grid),
        "grid_chief": (room, grid),
        "courier": (room, grid),
        "community_clerk": (room, community),
        "town_room": (room, town),
        "county_room": (centre, county),
        "unit_handler": (bureau, county),
        "unit_head": (bureau, county),
        "leader": (centre, county),
        "administrator": (centre, county),
        "auditor": (centre, county),
    }
    for number, role in enumerate(ROLES):
        organisation, area = places.get(role, (centre, county))
        name = f"{SURNAMES[number % len(SURNAMES)]}晓明"
        person = enrol_person(f"demo-{role}", name=name, password=PASSWORD, by=DEMO)
        appoint(person, role, organisation=organisation, area=area, by=DEMO)
    enrol_person("demo-resident", name="何居民", password=PASSWORD, by=DEMO)


def accounts() -> list[tuple[str, str, str]]:
    """(role, sign-in name, password), one for each role."""
    people: dict[str, Person] = demo_accounts()
    return [
        (str(ROLES[role].title) if role in ROLES else role, person.handle or "", PASSWORD)
        for role, person in people.items()
    ]
