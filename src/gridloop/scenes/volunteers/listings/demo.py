"""The demo county's lists and service stations: what neighbours need, lend and do, and menus of stations."""

from datetime import timedelta
from random import Random

from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.queries import persons_in
from gridloop.core.scenes.stage import Act, Stage
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.listings import actions
from gridloop.scenes.volunteers.listings.models import Claim, Letter, Listing, Station, StationItem
from gridloop.scenes.volunteers.roster.models import Skill, Volunteer

# kind, topic, title, words
OFFERS: tuple[tuple[str, str, str, str], ...] = (
    ("need", "care", "想请人每周陪老人散步", "老人八十二岁，行动慢，喜欢聊天。下午方便。"),
    ("need", "home", "卫生间水龙头漏水", "需要会换水龙头的师傅，材料已备好。"),
    ("need", "learning", "初一数学辅导", "孩子基础弱，希望周末一个半小时。"),
    ("need", "transport", "下周三陪同去县医院复查", "轮椅出行，需要一人陪同。"),
    ("need", "things", "借用电钻半天", "装窗帘杆，用完当天归还。"),
    ("need", "health", "教老人用血压计", "刚买的电子血压计，不会看读数。"),
    ("need", "care", "出差三天帮忙给老人送午饭", "社区食堂取餐，送到五楼。"),
    ("resource", "things", "闲置轮椅可借", "九成新，可借三个月。"),
    ("resource", "things", "儿童自行车赠送", "适合六到八岁，车况良好。"),
    ("resource", "rooms", "活动室周二晚可用", "可坐三十人，有投影。"),
    ("resource", "things", "旧书两箱", "小说和少儿读物，自取。"),
    ("resource", "things", "折叠床可借", "陪护用，三张。"),
    ("resource", "rooms", "停车位白天可共享", "工作日八点到十七点。"),
    ("resource", "transport", "面包车周末可帮忙搬运", "限本镇，提前一天约。"),
    ("service", "home", "义务理发", "每月第一个周六上午，社区服务站。"),
    ("service", "learning", "手机课堂", "教扫码、挂号、视频通话，小班。"),
    ("service", "health", "量血压测血糖", "每周三上午，带身份证。"),
    ("service", "home", "小家电维修", "电饭煲、风扇、插座，材料费自理。"),
    ("service", "care", "电话问候独居老人", "每周两次，十分钟。"),
    ("service", "other", "法律咨询", "每月第二个周五下午，预约优先。"),
    ("service", "learning", "四点半课堂", "放学后看护与作业辅导。"),
    ("service", "health", "应急救护培训", "心肺复苏与海姆立克，二十人一班。"),
)
SHARED = (
    ("阅览与休息", "每日8:30–20:30"), ("量血压", "工作日上午"), ("饮水与充电", "随时"), ("便民打印", "每人每天五张以内"),
    ("四点半课堂", "上学日16:30–18:00"), ("政策咨询", "工作日"),
)  # fmt: skip
ORDERED = (
    ("陪同就医", "escort", "提前一天预约", 180), ("上门理发", "haircut", "行动不便者", 40), ("代购送物", "errands", "两公里内", 60),
    ("居家清洁", "cleaning", "每月一次，独居老人优先", 120), ("水电小修", "repairs", "材料费自理", 60), ("手机一对一教学", "phones", "可上门", 60),
)  # fmt: skip


def make(stage: Stage) -> None:
    """A few hundred entries and the stations' menus."""
    communities = list(
        Area.objects.defer("shape").filter(level="community", retired_at=None).order_by("code")
    )
    make_stations(stage, communities)
    make_listings(stage, 260 if stage.cases <= 3_000 else 900)
    talk(stage)


def make_stations(stage: Stage, communities: list[Area]) -> None:
    random = stage.random
    here = communities[: 80 if stage.cases <= 3_000 else len(communities)]
    committees = dict(Organisation.objects.filter(kind="committee", area__in=here).values_list("area", "pk"))
    stations = [
        Station(
            name=f"{area.name}党群服务驿站", area=area, organisation_id=committees.get(area.pk),
            words="每日8:30–20:30，节假日照常。一楼东侧。", longitude=area.longitude, latitude=area.latitude,
        )
        for area in here
    ]  # fmt: skip
    Station.objects.bulk_create(stations)
    skills = {skill.code: skill for skill in Skill.objects.all()}
    items = []
    for station in stations:
        for title, words in random.sample(SHARED, 4):
            items.append(StationItem(station=station, kind="public", title=title, words=words, minutes=30))
        for title, code, words, minutes in random.sample(ORDERED, 4):
            items.append(
                StationItem(
                    station=station,
                    kind="individual",
                    title=title,
                    words=words,
                    minutes=minutes,
                    skill=skills.get(code),
                )
            )
    StationItem.objects.bulk_create(items, batch_size=2000)
    record_all(
        new_entry("station_founded", by=stage.by, subject_kind="station", subject=one.pk, area=one.area_id)
        for one in stations
    )


def make_listings(stage: Stage, many: int) -> None:
    """Two in three from residents, the rest from organisations and the platform; a few wait for their community."""
    random = stage.random
    people = list(
        Volunteer.objects.filter(left_at=None, community__isnull=False)
        .order_by("pk")
        .values_list("person", "community")[: many * 3]
    )
    committees = list(
        Organisation.objects.filter(kind="committee", area__level="community").values_list("pk", "area")
    )
    listings = []
    for number in range(many):
        kind, topic, title, words = OFFERS[number % len(OFFERS)]
        resident = number < 8 or random.random() < 0.66
        owner, community = people[2 + number if number < 8 else random.randrange(len(people))]
        person: int | None = owner if resident else None
        organisation = None
        if not resident:
            organisation, community = (
                random.choice(committees) if random.random() < 0.7 else (None, community)
            )
        quantity = 1 if kind == "need" else random.choice((1, 1, 2, 5, 10))
        state = (
            "waiting"
            if resident and (number < 5 or random.random() < 0.05)
            else random.choice(("offered",) * 8 + ("used", "reserved"))
        )
        listings.append(
            Listing(
                kind=kind, topic=topic, title=title, words=words, person_id=person, organisation_id=organisation,
                community_id=community, quantity=quantity, left=0 if state in ("reserved", "used") else quantity, state=state,
                since=(stage.now - timedelta(days=40)).date(), made_at=stage.now - timedelta(hours=random.randint(1, 900)),
                until=(stage.now + timedelta(days=random.randint(10, 120))).date() if random.random() < 0.5 else None,
            )
        )  # fmt: skip
    listings.sort(key=lambda each: each.made_at)
    Listing.objects.bulk_create(listings, batch_size=1000)
    record_all(
        new_entry("listing_offered", by=stage.by, at=one.made_at, subject_kind="listing", subject=one.pk,
                  area=one.community_id, facts={"kind": one.kind})
        for one in listings
    )  # fmt: skip


def talk(stage: Stage) -> None:
    """The visitors' own: an entry of the demo volunteer that the demo resident asked for, with a few lines."""
    volunteer = Volunteer.objects.filter(person__handle="demo-volunteer").select_related("person").first()
    resident = Person.objects.filter(handle="demo-resident").first()
    if volunteer is None or resident is None or volunteer.community is None:
        return
    listing = Listing.objects.create(
        kind="resource", topic="things", title="闲置助行器可借", words="可调高度，借多久都行。", person=volunteer.person,
        community=volunteer.community, since=stage.now.date(), state="reserved", left=0, made_at=stage.now - timedelta(days=2),
    )  # fmt: skip
    claim = Claim.objects.create(listing=listing, person=resident, made_at=stage.now - timedelta(hours=20))
    Letter.objects.create(
        claim=claim,
        person=resident,
        words="母亲刚出院，想借一个月，可以吗？",
        at=stage.now - timedelta(hours=20),
    )


def offer_something(random: Random) -> object:
    """A volunteer enters something for the lists."""
    last = Volunteer.objects.order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return None
    volunteer = Volunteer.objects.filter(
        pk__gte=random.randint(1, last), left_at=None, community__isnull=False
    ).first()
    if volunteer is None or volunteer.community is None:
        return None
    kind, topic, title, words = random.choice(OFFERS)
    return actions.offer_listing(
        kind, title=title, words=words, topic=topic, community=volunteer.community, person=volunteer.person,
        by=Actor("person", person=volunteer.person_id),
    )  # fmt: skip


def publish_something(random: Random) -> object:
    """A clerk publishes what waits longest."""
    waiting = Listing.objects.filter(state="waiting").order_by("pk").first()
    clerk = persons_in("community_clerk", area=waiting.community_id).first() if waiting else None
    if waiting is None or clerk is None or clerk.pk == waiting.person_id:
        return None
    return actions.decide_listing(waiting, True, by=Actor("person", person=clerk.pk))


def ask_for_something(random: Random) -> object:
    """A resident needs what is offered, or can give what is needed."""
    free = Listing.objects.filter(state="offered", left__gt=0).order_by("?").first()
    person = (
        Person.objects.filter(is_active=True, posts=None, handle=None)
        .exclude(pk=(free.person_id if free else 0) or 0)
        .order_by("?")
        .first()
    )
    if free is None or person is None:
        return None
    return actions.claim_listing(
        free, person, words="您好，方便的话请回复我。", by=Actor("person", person=person.pk)
    )


def answer_somebody(random: Random) -> object:
    """Who offers it says yes or no; what was agreed some days ago is done."""
    claim = Claim.objects.filter(state="asked", listing__person__isnull=False, listing__person__handle=None).select_related("listing").order_by("pk").first()  # fmt: skip
    if claim is None:
        return None
    return actions.answer_claim(
        claim, random.random() < 0.8, by=Actor("person", person=claim.listing.person_id)
    )


ACTS = (
    Act("enter something for the lists", 0.5, offer_something),
    Act("publish an entry", 0.5, publish_something),
    Act("answer to an entry", 0.6, ask_for_something),
    Act("say yes or no", 0.5, answer_somebody),
)
