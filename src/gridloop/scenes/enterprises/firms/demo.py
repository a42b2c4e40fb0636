"""The demo's firms and who speaks for them: invented names, codes whose check character fits."""

from random import Random

from django.contrib.auth.hashers import make_password

from gridloop.core.people.models import Organisation, Person, Post
from gridloop.core.people.personal_data import digest
from gridloop.core.people.validity import CREDIT_ALPHABET
from gridloop.core.territory.models import Area
from gridloop.demo.names import invented_name, invented_phone
from gridloop.demo.staffing import PASSWORD
from gridloop.scenes.enterprises.firms.models import Firm, Industry, Scale

PHONES = 8_600_000
FIRST = "恒瑞金海东方新华中宏正博凯利信达永盛天宇鑫源泰安润和嘉诺德顺捷科创联众"
SECOND = "通达丰隆辉腾骏鸿业成远航力强锐泽康佳旺腾飞翔磊森林洋光明星晨"
TRADES = {
    Industry.VALVES: ("阀门", "水暖", "铜业", "管件", "洁具"),
    Industry.CAR_PARTS: ("汽车零部件", "摩配", "汽配", "减震器"),
    Industry.MACHINES: ("机械", "机床", "刀具", "模具", "精密铸造"),
    Industry.FURNITURE: ("家具", "家居", "木业"),
    Industry.MEDICINE: ("医药", "药业", "包装"),
    Industry.SHIPS: ("船舶", "渔业", "水产"),
    Industry.FOOD: ("食品", "罐头", "冷冻"),
    Industry.POWER: ("电气", "新能源", "电缆"),
    Industry.TRADE: ("进出口", "物流", "供应链"),
    Industry.SERVICES: ("信息技术", "检测", "工程咨询"),
}
WEIGHTS = (26, 20, 16, 8, 5, 5, 6, 6, 5, 3)
SCALES, SHARES = (Scale.MICRO, Scale.SMALL, Scale.MEDIUM, Scale.LARGE), (38, 48, 11, 3)
STAFF = {Scale.MICRO: (3, 19), Scale.SMALL: (20, 280), Scale.MEDIUM: (300, 950), Scale.LARGE: (1000, 3200)}


def with_check(body: str) -> str:
    """Seventeen characters and the one that checks them (GB 32100-2015)."""
    total = sum(CREDIT_ALPHABET.index(each) * pow(3, place, 31) for place, each in enumerate(body))
    return body + CREDIT_ALPHABET[(31 - total % 31) % 31]


def found_firms(count: int, random: Random) -> list[Firm]:
    """Firms all over the county, most of them where most communities are; each with one contact."""
    places = list(Area.objects.defer("shape").filter(level="community", retired_at=None).order_by("code"))
    organisations, firms, names = [], [], set[str]()
    for number in range(count):
        industry = random.choices(tuple(TRADES), WEIGHTS)[0]
        name = invented_firm(industry, random, names)
        area = random.choice(places)
        code = with_check(f"91331083MA2Y{number:05d}")
        organisations.append(Organisation(name=name, kind="firm", code=code, area=area))
        scale = random.choices(SCALES, SHARES)[0]
        firms.append(
            Firm(
                credit_code=code, industry=industry, scale=scale, staff=random.randint(*STAFF[scale]),
                address=f"{area.name}{random.choice(('工业路', '科技大道', '环园路', '滨港路'))}{random.randint(1, 199)}号",
            )
        )  # fmt: skip
    Organisation.objects.bulk_create(organisations, batch_size=1000)
    for firm, organisation in zip(firms, organisations, strict=True):
        firm.organisation = organisation
    Firm.objects.bulk_create(firms, batch_size=1000)
    name_contacts(firms, random)
    return firms


def invented_firm(industry: str, random: Random, taken: set[str]) -> str:
    while True:
        core = random.choice(FIRST) + random.choice(SECOND)
        name = f"{core}{random.choice(TRADES[Industry(industry)])}{random.choice(('有限公司', '有限公司', '股份有限公司', '科技有限公司'))}"
        if name not in taken:
            taken.add(name)
            return name


def name_contacts(firms: list[Firm], random: Random) -> None:
    """One contact a firm; the first firm's is the account visitors sign in as."""
    none, people = make_password(None), []
    for number in range(len(firms)):
        phone = invented_phone(PHONES + number)
        shown = number == 0
        people.append(
            Person(
                name="季联系" if shown else invented_name(random), phone=phone, phone_digest=digest(phone),
                handle="demo-firm_contact" if shown else None, password=make_password(PASSWORD) if shown else none,
            )
        )  # fmt: skip
    Person.objects.bulk_create(people, batch_size=1000)
    Post.objects.bulk_create(
        [
            Post(
                person=person,
                role="firm_contact",
                organisation=firm.organisation,
                area=firm.organisation.area,
            )
            for person, firm in zip(people, firms, strict=True)
        ],
        batch_size=1000,
    )
