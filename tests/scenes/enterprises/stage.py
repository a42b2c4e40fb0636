"""A small stage for the enterprise tests: a county with departments, specialists, a firm and who speaks for it."""

import csv
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import gridloop.scenes.enterprises
from gridloop.core.cases.classes import load_classes
from gridloop.core.cases.models import Case, Category
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.people.models import Organisation, Person, Post
from gridloop.scenes.enterprises.firms.models import Firm
from gridloop.scenes.enterprises.matters.actions import ask_matter
from gridloop.scenes.enterprises.specialists.models import SpecialistDuty
from tests import world

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_numbers = count(1)


def a_credit_code(number: int | None = None) -> str:
    """A code whose check character fits (GB 32100-2015)."""
    body = f"91331083MA2A{(number or next(_numbers)):05d}"
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return body + ALPHABET[(31 - total % 31) % 31]


def load_matter_classes() -> None:
    shipped = Path(gridloop.scenes.enterprises.__file__).parent / "data" / "classes.csv"
    with shipped.open(encoding="utf-8", newline="") as file:
        load_classes(list(csv.DictReader(file)), by=SYSTEM)


def a_firm(town: world.Town, name: str = "恒通阀门有限公司", *, elsewhere: bool = False) -> Firm:
    area = town.other_community if elsewhere else town.community
    code = a_credit_code()
    organisation = Organisation.objects.create(name=name, kind="firm", code=code, area=area)
    return Firm.objects.create(organisation=organisation, credit_code=code, industry="valves")


def a_contact(firm: Firm, name: str = "林厂长") -> Person:
    person = world.a_resident(name)
    Post.objects.create(
        person=person, role="firm_contact", organisation=firm.organisation, area=firm.organisation.area
    )
    return person


def a_specialist(
    unit: Organisation,
    *codes: str,
    towns: tuple[int, ...] = (),
    name: str = "吴专员",
    deputy: Person | None = None,
) -> Person:
    person = world.with_post("specialist", organisation=unit, name=name)
    SpecialistDuty.objects.create(
        organisation=unit, person=person, classes=list(codes), towns=list(towns), deputy=deputy
    )
    return person


@dataclass
class Stage:
    """Two departments with specialists, the platform, a firm with its contact."""

    town: world.Town
    bank: Organisation
    land: Organisation
    banker: Person
    surveyor: Person
    room: Person
    county: Person
    firm: Firm
    contact: Person

    def by(self, who: str) -> object:
        return world.acting(getattr(self, who))

    def category(self, code: str = "E0101") -> Category:
        return Category.objects.get(edition="enterprise-2026", code=code)

    def ask(
        self, words: str = "贷款三百万元三月到期，银行要求新增担保。", code: str = "E0101", **more: object
    ) -> Case:
        given = {"firm": self.firm, "asker": self.contact, "by": world.acting(self.contact), **more}
        return ask_matter(words=words, category=self.category(code), **given)


def a_stage(town: world.Town | None = None) -> Stage:
    load_matter_classes()
    town = town or world.a_town()
    bank, land = world.a_unit("金融工作服务中心", town.county), world.a_unit("自然资源和规划局", town.county)
    firm = a_firm(town)
    return Stage(
        town=town,
        bank=bank,
        land=land,
        banker=a_specialist(bank, "E01", name="吴金融"),
        surveyor=a_specialist(land, "E02", name="郑土地"),
        room=world.a_town_room(town.town),
        county=world.a_county_room(town.county),
        firm=firm,
        contact=a_contact(firm),
    )
