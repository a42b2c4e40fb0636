"""The demo's 690 specialists: twenty in each of 24 departments, nineteen in each of eleven towns, and one more."""

from random import Random

from django.contrib.auth.hashers import make_password

from gridloop.core.people.models import Organisation, Person, Post
from gridloop.core.people.personal_data import digest
from gridloop.demo.names import invented_name, invented_phone
from gridloop.demo.organisations import ZONE
from gridloop.demo.staffing import PASSWORD
from gridloop.scenes.enterprises.specialists.models import SpecialistDuty

PHONES = 8_700_000
IN_DEPARTMENT, IN_TOWN = 20, 19
TITLES = ("科长", "副科长", "主任科员", "科员", "业务骨干", "分管负责人")
# Which classes each department answers for; every specialist of it has some of them.
CLASSES = {
    "commerce": ("E0101", "E0102", "E0103", "E0401", "E0701", "E0702", "E0901", "E0903", "E1001"),
    "services": ("E0501", "E0502", "E0601", "E1002"),
    "resources": ("E0201", "E0203"),
    "housing": ("E0202", "E0601"),
    "labour": ("E0301", "E0302", "E0902"),
    "education": ("E0303",),
    "water": ("E0402",),
    "market": ("E0602", "E1302"),
    "transport": ("E0801",),
    "traffic": ("E0801",),
    "ocean": ("E0802",),
    "ecology": ("E1101", "E1102"),
    "sanitation": ("E1102",),
    "emergency": ("E1201",),
    "fire": ("E1202",),
    "justice": ("E1301",),
    "police": ("E1301",),
    "civil": ("E9901",),
    "insurance": ("E0302",),
    "agriculture": ("E10",),
    "culture": ("E07",),
    "health": ("E12",),
    "enforcement": ("E06",),
    "disabled": ("E03",),
}
TOWN_CLASSES = ("E0202", "E0301", "E0801", "E9901", "E02", "E03", "E04", "E10", "E12", "E13")


def name_specialists(random: Random) -> list[SpecialistDuty]:
    """Persons, posts and duties in a few statements; the first of the commerce bureau is the visitors' account."""
    units = {unit.code: unit for unit in Organisation.objects.filter(retired_at=None).select_related("area")}
    towns = [
        unit
        for code, unit in sorted(units.items())
        if unit.kind == "committee" and unit.area and unit.area.level == "town" and not code.endswith(ZONE)
    ]
    wanted: list[tuple[Organisation, list[str], list[int]]] = []
    for name, codes in CLASSES.items():
        unit = units[f"bureau-{name}"]
        most = min(3, len(codes))
        wanted += [
            (unit, sorted(random.sample(codes, random.randint(1, most))), [])
            for _each in range(IN_DEPARTMENT + (name == "commerce"))
        ]
    for unit in towns[:11]:
        wanted += [
            (unit, sorted(random.sample(TOWN_CLASSES, random.randint(2, 4))), [unit.area_id or 0])
            for _each in range(IN_TOWN)
        ]
    wanted[0] = (wanted[0][0], list(CLASSES["commerce"]), [])
    return seat(wanted, random)


def seat(wanted: list[tuple[Organisation, list[str], list[int]]], random: Random) -> list[SpecialistDuty]:
    none, people = make_password(None), []
    for number in range(len(wanted)):
        phone = invented_phone(PHONES + number)
        shown = number == 0
        people.append(
            Person(
                handle="demo-specialist" if shown else f"specialist-{number:04d}",
                name="何专员" if shown else invented_name(random), phone=phone, phone_digest=digest(phone),
                password=make_password(PASSWORD) if shown else none,
            )
        )  # fmt: skip
    Person.objects.bulk_create(people, batch_size=1000)
    Post.objects.bulk_create(
        [
            Post(person=person, role="specialist", organisation=unit)
            for person, (unit, _codes, _towns) in zip(people, wanted, strict=True)
        ],
        batch_size=1000,
    )
    duties = []
    for number, (person, (unit, codes, places)) in enumerate(zip(people, wanted, strict=True)):
        neighbour = number + 1 if number + 1 < len(wanted) and wanted[number + 1][0] == unit else number - 1
        duties.append(
            SpecialistDuty(
                organisation=unit, person=person, title=random.choice(TITLES), classes=codes, towns=places,
                deputy=people[neighbour],
            )
        )  # fmt: skip
    return SpecialistDuty.objects.bulk_create(duties, batch_size=1000)
