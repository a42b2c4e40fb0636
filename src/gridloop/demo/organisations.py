"""The county's organisations: command rooms, bureaus, firms, committees of every village, property firms, volunteers."""

import csv
from pathlib import Path

from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Organisation
from gridloop.core.territory.models import Area

LISTED = Path(__file__).parent / "data" / "organisations.csv"
ZONE = "331083400000"  # run by the county centre itself: eleven towns have a room, this one has none
ESTATES = ("锦绣", "翠湖", "金色", "阳光", "滨海", "怡和", "丽景", "香樟", "海悦", "书香", "云锦", "银杏")


def found_all(*, by: Actor) -> dict[str, Organisation]:
    """Every organisation by its code; parents before children, written level by level."""
    county = Area.objects.defer("shape").get(level="county")
    towns = list(Area.objects.defer("shape").filter(level="town").order_by("code"))
    villages = list(Area.objects.defer("shape").filter(level="community").order_by("code"))
    centre = Organisation(name="县社会治理中心", kind="command", code="command-county", area=county)
    first = [centre, Organisation(name="县委社会工作部", kind="branch", code="branch-county", area=county)]
    with LISTED.open(encoding="utf-8", newline="") as file:
        first += [
            Organisation(name=row["name"], kind=row["kind"], code=code_of(row), area=county)
            for row in csv.DictReader(file)
        ]
    write(first, by=by)
    committees = {
        town.pk: Organisation(
            name=office_of(town), kind="committee", code=f"committee-{town.code}", area=town
        )
        for town in towns
    }
    second = list(committees.values())
    second += [
        Organisation(
            name=f"{town.name}综合信息指挥室",
            kind="command",
            code=f"command-{town.code}",
            area=town,
            parent=centre,
        )
        for town in towns
        if town.code != ZONE
    ]
    for town in towns:
        second.append(
            Organisation(name=f"{town.name}志愿服务队", kind="team", code=f"team-{town.code}", area=town)
        )
        second.append(
            Organisation(
                name=party_of(town),
                kind="branch",
                code=f"branch-{town.code}",
                area=town,
                parent=first[1],
            )
        )
    estates = [village for village in villages if "社区" in village.name]
    second += [
        Organisation(
            name=f"{word}物业服务公司", kind="property", code=f"property-{number + 1:02d}", area=area.parent
        )
        for number, (word, area) in enumerate(
            zip(ESTATES, estates[:: max(1, len(estates) // len(ESTATES))], strict=False)
        )
    ]
    write(second, by=by)
    third = [
        Organisation(
            name=village.name,
            kind="committee",
            code=f"committee-{village.code}",
            area=village,
            parent=committees[village.parent_id],
        )
        for village in villages
    ]
    write(third, by=by)
    return {organisation.code: organisation for organisation in (*first, *second, *third)}


def code_of(row: dict[str, str]) -> str:
    return row["code"] if row["kind"] == "hospital" else f"{row['kind']}-{row['code']}"


def office_of(town: Area) -> str:
    if town.code == ZONE:
        return f"{town.name}管委会"
    return f"{town.name}{'办事处' if town.name.endswith('街道') else '人民政府'}"


def party_of(town: Area) -> str:
    """A street and a zone have a working committee of the Party, a town has a committee."""
    return f"{town.name}{'党委' if town.name.endswith(('镇', '乡')) else '党工委'}"


def write(organisations: list[Organisation], *, by: Actor) -> None:
    Organisation.objects.bulk_create(organisations)
    record_all(
        new_entry("organisation_founded", by=by, subject_kind="organisation", subject=organisation.pk,
                  area=organisation.area_id, after=organisation.kind)
        for organisation in organisations
    )  # fmt: skip
