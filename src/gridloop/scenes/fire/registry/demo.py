"""The demo county's register: premises with their devices, cameras, micro fire stations, and who looks after them."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from gridloop.core.journal.actions import new_entry, record, record_all
from gridloop.core.people.models import Organisation, Person, Post
from gridloop.core.people.personal_data import digest
from gridloop.core.scenes.stage import Act, Stage
from gridloop.demo.ground import County, Ground
from gridloop.demo.names import invented_name, invented_phone
from gridloop.demo.staffing import PASSWORD
from gridloop.scenes.fire.adapters.credentials import demo_secret, digest_of
from gridloop.scenes.fire.registry.claim_keys import claim_digest
from gridloop.scenes.fire.registry.models import Camera, Device, DutyCheck, Premises, Station, Vendor
from gridloop.scenes.fire.registry.wording import (
    EQUIPMENT,
    NAMES,
    PANELLED,
    PEOPLE,
    SHARES,
    SPOTS,
)

ACTS: tuple[Act, ...] = ()
DEMO_CLAIM_KEY = "7K4P-9MXQ-2TRW"  # printed on one wireless alarm that waits for its owner
SIZES = {  # cases a year up to -> premises, devices, cameras
    10_000: (3_000, 2_800, 400),
    100_000: (20_000, 18_000, 3_000),
}
WHOLE = (76_000, 70_000, 11_400)
STATIONS, CREW = 282, 2
PHONES = 6_000_000  # invented numbers from here on


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much of each."""

    premises: int
    devices: int
    cameras: int

    @classmethod
    def fitting(cls, cases: int) -> "Numbers":
        return cls(*next((sizes for most, sizes in SIZES.items() if cases <= most), WHOLE))


def passwords() -> tuple[str, str]:
    """Of those visitors sign in as, and of the others (none). Hashed once: it takes half a second."""
    return make_password(PASSWORD), make_password(None)


def make(stage: Stage) -> None:
    """The whole register; bulk, because it is plain facts."""
    numbers, county = Numbers.fitting(stage.cases), County()
    stage.progress(f"Registering {numbers.premises:,} premises and {numbers.devices:,} devices ...")
    vendors = found_vendors(stage)
    hashed = passwords()
    account = make_accounts(stage, county, hashed)
    premises = settle_premises(numbers.premises, county, account, stage.random)
    install_devices(numbers.devices, premises, vendors, stage)
    check_duties(vendors["demo-wired"], stage)
    hang_cameras(numbers.cameras, premises, stage.random)
    found_stations(county, stage, hashed)
    record(
        "fire_register_imported",
        by=stage.by,
        subject_kind="fire",
        facts={"what": "demo", "made": len(premises)},
    )
    stage.progress(f"The demo vendor's secret (for /api/fire/messages): {demo_secret()}")


def found_vendors(stage: Stage) -> dict[str, Vendor]:
    wireless = Vendor(code="demo", name="示范无线报警", secret_digest=digest_of(demo_secret()))
    wired = Vendor(code="demo-wired", name="示范联网主机", profile="standard", allowed="127.0.0.0/8")
    return {one.code: one for one in Vendor.objects.bulk_create([wireless, wired])}


def make_accounts(stage: Stage, county: County, hashed: tuple[str, str]) -> tuple[Person, Organisation]:
    """The people visitors sign in as, besides the crews: three on fire duty, and one who answers for premises."""
    password, none = hashed
    centre = Organisation.objects.filter(code="command-county").first()
    people = [
        a_person(
            f"demo-fire_duty{'' if not number else f'-{number}'}",
            name,
            number,
            password if not number else none,
        )
        for number, name in enumerate(
            ("消防值班员", invented_name(stage.random), invented_name(stage.random))
        )
    ]
    people.append(a_person("demo-premises_owner", "店主老林", 10, password))
    Person.objects.bulk_create(people)
    firm = Organisation.objects.create(
        code="fire-owner-demo", name="玉城林记商贸有限公司", kind="firm", area_id=county.grounds[0].community
    )
    posts = [
        Post(person=one, role="fire_duty", organisation=centre, area_id=county.county) for one in people[:3]
    ]
    posts.append(Post(person=people[3], role="premises_owner", organisation=firm))
    give_posts(posts, stage)
    return people[3], firm


def a_person(handle: str, name: str, number: int, password: str) -> Person:
    phone = invented_phone(PHONES + number)
    return Person(handle=handle, name=name, phone=phone, phone_digest=digest(phone), password=password)


def give_posts(posts: list[Post], stage: Stage) -> None:
    Post.objects.bulk_create(posts)
    record_all(
        new_entry("post_given", by=stage.by, subject_kind="person", subject=post.person_id, area=post.area_id,
                  after=post.role, facts={"post": post.pk, "organisation": post.organisation_id})
        for post in posts
    )  # fmt: skip


def settle_premises(
    count: int, county: County, account: tuple[Person, Organisation], random: Random
) -> list[Premises]:
    """Where people live and work there are more; the first few belong to the account visitors sign in as."""
    owner, firm = account
    staffed = Post.objects.values("person")
    residents = list(
        Person.objects.filter(handle=None).exclude(pk__in=staffed).values_list("pk", flat=True)[:5_000]
    )
    drawn = {letter: (list(shares), list(shares.values())) for letter, shares in SHARES.items()}
    found = []
    for number in range(count):
        ground = county.grounds[0] if number < 3 else county.draw(random)
        kinds, weights = drawn[ground.kind]
        kind = ("market", "nine_small", "rental")[number] if number < 3 else random.choices(kinds, weights)[0]
        found.append(a_place(number, kind, ground, county.county, random))
        if number < 3:
            found[-1].owner, found[-1].organisation = owner, firm
        elif residents and random.random() < 0.8:
            found[-1].owner_id = random.choice(residents)
    return Premises.objects.bulk_create(found, batch_size=2_000)


def a_place(number: int, kind: str, ground: Ground, county: int, random: Random) -> Premises:
    spot = ground.spot(random)
    house = random.randrange(1, 400)
    name = f"{ground.name}{random.choice(NAMES[kind])}"
    if kind in ("nine_small", "three_in_one", "rental", "dwelling"):
        name = f"{name}（{house}号）"
    bikes = (
        None
        if random.random() < 0.3
        else random.random() < (0.35 if kind in ("rental", "three_in_one") else 0.08)
    )
    return Premises(
        code=f"CS{number + 1:06d}",
        name=name,
        kind=kind,
        address=f"{ground.name}{random.choice('一二三四五六')}区{house}号",
        longitude=spot.longitude or 0.0,
        latitude=spot.latitude or 0.0,
        grid_id=ground.grid,
        community_id=ground.community,
        town_id=ground.town,
        county_id=county,
        duty_phone=invented_phone(PHONES + 1_000_000 + number) if kind in PANELLED else "",
        built=None
        if random.random() < 0.2
        else random.choice((1978, 1986, 1994, 1999, 2004, 2009, 2015, 2020)),
        people=None if random.random() < 0.15 else random.randint(*PEOPLE[kind]),
        electric_bikes=bikes,
    )


def install_devices(count: int, premises: list[Premises], vendors: dict[str, Vendor], stage: Stage) -> None:
    """Large places have a panel that reports through a transmission device, small ones wireless alarms."""
    random, today = stage.random, stage.now.date()
    panelled = [place for place in premises if place.kind in PANELLED]
    small = [place for place in premises if place.kind not in PANELLED]
    random.shuffle(panelled)
    random.shuffle(small)
    wired, points = wire(panelled, premises[0], int(count * 0.43), vendors["demo-wired"], random, today)
    wireless = alarms_in(small, count - len(wired) - len(points), vendors["demo"], random, today)
    Device.objects.bulk_create([*wired, *wireless], batch_size=2_000)
    panels = {one.code: one for one in wired}
    for point in points:
        point.panel = panels[point.code.rpartition("-")[0]]
    Device.objects.bulk_create(points, batch_size=2_000)
    bound = []
    for one in wired:
        if one.kind == "panel":
            one.panel = panels[one.code.partition("-")[0]]
            bound.append(one)
    Device.objects.bulk_update(bound, ["panel"], batch_size=300)


def wire(
    places: list[Premises], first: Premises, count: int, vendor: Vendor, random: Random, today: date
) -> tuple[list[Device], list[Device]]:
    """Transmitters and panels, and the points behind them; their codes are what GB/T 26875.3 makes of addresses."""
    wired: list[Device] = []
    points: list[Device] = []
    for number, place in enumerate([first, *places]):
        if len(wired) + len(points) >= count:
            break
        source = f"{number + 1:012x}"
        installed = today - timedelta(days=random.randrange(30, 2_500))
        wired.append(Device(vendor=vendor, code=source, kind="transmitter", premises=place, floor="1", spot="值班室",
                            installed_at=installed))  # fmt: skip
        wired.append(Device(vendor=vendor, code=f"{source}-1.1", kind="panel", premises=place, floor="1", spot="值班室",
                            installed_at=installed))  # fmt: skip
        for position in range(1, random.randint(7, 15)):
            kind = random.choices(("smoke", "heat", "call_point", "water", "electrical"), (60, 14, 14, 8, 4))[
                0
            ]
            points.append(
                Device(vendor=vendor, code=f"{source}-1.1-{1 + position // 6}.{position}", kind=kind, premises=place,
                       floor=str(1 + position // 3), spot=random.choice(SPOTS), installed_at=installed)
            )  # fmt: skip
    return wired, points


def alarms_in(
    places: list[Premises], count: int, vendor: Vendor, random: Random, today: date
) -> list[Device]:
    found: list[Device] = []
    while len(found) < count and places:
        place = places[len(found) % len(places)]
        kind = random.choices(("smoke", "gas", "bike", "electrical"), (76, 12, 7, 5))[0]
        number = len(found) + 1
        found.append(
            Device(
                vendor=vendor, code=f"NB{number:08d}", kind=kind, premises=place, floor=random.choice("1123"),
                spot=random.choice(SPOTS), claimed_at=None,
                installed_at=today - timedelta(days=random.randrange(10, 1_500)),
            )
        )  # fmt: skip
    if found:
        found[-1].claim_digest = claim_digest(DEMO_CLAIM_KEY)
        found[-1].premises = None
    return found


def check_duties(vendor: Vendor, stage: Stage) -> None:
    """Every transmission device was asked now and then whether somebody is on watch; most were answered."""
    random, checks = stage.random, []
    for device in Device.objects.filter(vendor=vendor, kind="transmitter"):
        careless = random.choice((0.02, 0.05, 0.1, 0.4))
        ago = sorted((random.uniform(1, 350) for _number in range(random.randint(3, 6))), reverse=True)
        for days in ago:
            asked = stage.now - timedelta(days=days)
            missed = random.random() < careless
            seconds = None if missed else round(random.expovariate(1 / 60) + 4, 1)
            done = asked + timedelta(seconds=600 if seconds is None else seconds)
            checks.append(
                DutyCheck(
                    device=device, asked_at=asked, taken_at=asked, done_at=done, reached=True, seconds=seconds
                )
            )
    DutyCheck.objects.bulk_create(checks, batch_size=2_000)


def hang_cameras(count: int, premises: list[Premises], random: Random) -> None:
    places = random.sample(premises, min(count, len(premises)))
    Camera.objects.bulk_create(
        [
            Camera(code=f"33108300001320{number:06d}", name=f"{place.name}门前", premises=place, grid_id=place.grid_id,
                   longitude=place.longitude, latitude=place.latitude,
                   address=f"https://video.example/live/33108300001320{number:06d}")
            for number, place in enumerate(places, start=1)
        ],
        batch_size=2_000,
    )  # fmt: skip


def found_stations(county: County, stage: Stage, hashed: tuple[str, str]) -> None:
    """Spread over the communities; two of each crew have a name here."""
    step = max(1, len(county.grounds) // STATIONS)
    grounds = [county.grounds[0], *county.grounds[step::step]][:STATIONS]
    units = Organisation.objects.bulk_create(
        Organisation(
            code=f"fire-station-{number:03d}",
            name=f"{ground.name}微型消防站",
            kind="team",
            area_id=ground.community,
        )
        for number, ground in enumerate(grounds, start=1)
    )
    spots = [ground.spot(stage.random) for ground in grounds]
    Station.objects.bulk_create(
        Station(organisation=unit, longitude=spot.longitude or 0.0, latitude=spot.latitude or 0.0, crew=stage.random.randint(4, 10),
                equipment=stage.random.choice(EQUIPMENT), available=stage.random.random() < 0.95)
        for unit, spot in zip(units, spots, strict=True)
    )  # fmt: skip
    password, none = hashed
    people = [
        a_person("demo-station_crew" if not number else f"station-crew-{number:03d}",
                 "站员小徐" if not number else invented_name(stage.random), 100 + number, password if not number else none)
        for number in range(len(units) * CREW)
    ]  # fmt: skip
    Person.objects.bulk_create(people)
    give_posts(
        [
            Post(person=one, role="station_crew", organisation=units[number // CREW])
            for number, one in enumerate(people)
        ],
        stage,
    )
