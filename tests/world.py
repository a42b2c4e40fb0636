"""A small believable world for tests: one town of a county, its people, its units, its classes."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from django.utils import timezone

from gridloop.core.cases.models import Case, Category
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.spots import Spot, spot_at
from gridloop.core.dispatch.models import Admission
from gridloop.core.evidence.models import File
from gridloop.core.journal.actor import Actor
from gridloop.core.notices.models import AnswerWording
from gridloop.core.people.models import Organisation, Person, Post
from gridloop.core.people.personal_data import digest
from gridloop.core.territory import edition
from gridloop.core.territory.models import Area

_numbers = count(1)
SQUARE = 0.02  # degrees: each grid is a square of about 2 km


def square(west: float, south: float, side: float = SQUARE) -> dict[str, Any]:
    east, north = round(west + side, 6), round(south + side, 6)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def an_area(level: str, name: str, code: str, parent: Area | None = None, shape: dict | None = None) -> Area:
    area = Area.objects.create(level=level, name=name, code=code, parent=parent, path="", shape=shape)
    area.path = f"{parent.path if parent else ''}{area.pk}/"
    area.save(update_fields=["path"])
    return area


@dataclass
class Town:
    """County > two towns > communities > grids; grid k of the first town is a square starting at 121.20 + k * 0.02."""

    county: Area
    town: Area
    community: Area
    grids: list[Area]
    other_town: Area
    other_community: Area
    other_grid: Area

    def point(self, grid: int = 0) -> tuple[float, float]:
        return 121.21 + grid * SQUARE, 28.11

    def spot(self, grid: int = 0) -> Spot:
        return spot_at(*self.point(grid))


def a_town(grids: int = 2) -> Town:
    county = an_area("county", "玉环市", "331083000000")
    town = an_area("town", "玉城街道", "331083001000", county)
    community = an_area("community", "城中社区", "331083001001", town)
    made = [
        an_area(
            "grid",
            f"城中社区第{k + 1}网格",
            f"33108300100100{k + 1}",
            community,
            square(round(121.20 + k * SQUARE, 6), 28.10),
        )
        for k in range(grids)
    ]
    other_town = an_area("town", "楚门镇", "331083100000", county)
    other_community = an_area("community", "东门社区", "331083100001", other_town)
    other_grid = an_area("grid", "东门社区第1网格", "331083100001001", other_community, square(121.40, 28.10))
    edition.grow()
    return Town(county, town, community, made, other_town, other_community, other_grid)


def a_person(name: str = "王小明", *, phone: str = "") -> Person:
    number = next(_numbers)
    return Person.objects.create(handle=f"person{number}", name=name, phone=phone, phone_digest=digest(phone))


def a_resident(name: str = "李居民") -> Person:
    return a_person(name, phone=f"138{next(_numbers):08d}")


def with_post(
    role: str, *, area: Area | None = None, organisation: Organisation | None = None, name: str = "陈工作"
) -> Person:
    person = a_person(name)
    Post.objects.create(person=person, role=role, area=area, organisation=organisation)
    return person


def a_grid_worker(area: Area) -> Person:
    return with_post("grid_worker", area=area, name="张网格")


def a_town_room(area: Area) -> Person:
    return with_post("town_room", area=area, name="赵指挥")


def a_county_room(area: Area) -> Person:
    return with_post("county_room", area=area, name="周中心")


def a_leader(area: Area) -> Person:
    return with_post("leader", area=area)


def a_unit(name: str = "综合执法局", area: Area | None = None) -> Organisation:
    return Organisation.objects.create(name=name, kind="bureau", code=f"unit-{next(_numbers)}", area=area)


def a_handler(unit: Organisation) -> Person:
    return with_post("unit_handler", organisation=unit, name="孙处置")


def a_category(code: str = "0102", name: str = "暴露垃圾", *, admitted: bool = True) -> Category:
    category = Category.objects.create(edition="county-1", code=code, name=name)
    if admitted:
        Admission.objects.create(category=category, state="admitted")
    return category


def a_wording(title: str, words: str, *, occasion: str = "") -> AnswerWording:
    """One in use."""
    reviewed = timezone.now()
    return AnswerWording.objects.create(title=title, words=words, occasion=occasion, reviewed_at=reviewed)


def acting(person: Person) -> Actor:
    """The person as an actor, in their first post."""
    post = person.posts.first()
    return Actor(kind="person", person=person.pk, post=post.pk if post else None)


def a_report(
    town: Town,
    *,
    reporter: Person | None = None,
    grid: int = 0,
    title: str = "小区门口垃圾没人收",
    **more: Any,
) -> Case:
    person = reporter or a_resident()
    more.setdefault("words", "已经三天了，气味很大。")
    return open_case("report", title=title, spot=town.spot(grid), by=acting(person), reporter=person, **more)


def a_photo(person: Person) -> File:
    """A stored photo, as the cleaning leaves one."""
    return File.objects.create(
        digest="0" * 64, media_type="image/jpeg", size=1, width=1, height=1, person=person.pk
    )
