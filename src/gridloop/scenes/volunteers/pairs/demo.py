"""The demo county's pairs: people on the register, companions near them, visits of the last weeks, one missed."""

from datetime import timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from gridloop.core.clocks.timers import set_timers
from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import digest
from gridloop.core.scenes.stage import Act, Stage
from gridloop.core.territory.models import Area
from gridloop.demo.names import invented_name, invented_phone
from gridloop.scenes.volunteers.hours.presence import rotating_code
from gridloop.scenes.volunteers.pairs import pairing as planning
from gridloop.scenes.volunteers.pairs import queries, visiting
from gridloop.scenes.volunteers.pairs.models import (
    Companion,
    CompanionState,
    Pairing,
    Reason,
    Visit,
    VisitState,
    Vulnerable,
)
from gridloop.scenes.volunteers.roster.models import Volunteer

BLOCK = 8_900_000  # of invented telephone numbers
WORDS = (
    "精神不错，一起聊了家常，血压正常。", "帮忙换了灯泡，提醒按时吃药。", "陪着去楼下走了走，胃口比上次好。",
    "送了社区的腊八粥，老人很高兴。", "腿脚有些不便，已告诉家属带去复查。", "一起给儿子打了视频电话。",
)  # fmt: skip
REMARKS = (
    "听力不好，请多按两次门铃。",
    "养了一只小狗，不咬人。",
    "上午常去菜场，下午在家。",
    "一楼，请从院门进。",
    "",
)


def how_many(cases: int) -> int:
    """About 120 in the small county, some 3,000 in the large one."""
    return max(120, round(cases / 62)) if cases > 4_000 else 120


def make(stage: Stage) -> None:
    people = make_register(stage, how_many(stage.cases))
    pairings = Pairing.objects.bulk_create(
        [
            Pairing(vulnerable=one, every_days=stage.random.choice((3, 7, 7, 14)), since=one.entered_at)
            for one in people
        ]
    )
    companions = find_companions(stage, pairings)
    make_visits(stage, pairings, companions)
    miss_one(stage)
    stage.progress(f"{len(pairings)} pairs, {len(companions)} companions ...")


def make_register(stage: Stage, many: int) -> list[Vulnerable]:
    """People around grids' middles; a dozen of them in the visitors' community."""
    random, none = stage.random, make_password(None)
    grids = list(
        Area.objects.defer("shape")
        .filter(level="grid", retired_at=None, longitude__isnull=False)
        .order_by("code")
    )
    people, places = [], []
    for number in range(many):
        grid = grids[number % 3] if number < 12 else random.choice(grids)
        phone = invented_phone(BLOCK + number)
        people.append(
            Person(name=invented_name(random), phone=phone, phone_digest=digest(phone), password=none)
        )
        places.append(grid)
    Person.objects.bulk_create(people, batch_size=2000)
    register = [entered(stage, person, grid) for person, grid in zip(people, places, strict=True)]
    Vulnerable.objects.bulk_create(register, batch_size=2000)
    record_all(
        new_entry("vulnerable_entered", by=stage.by, at=one.entered_at, subject_kind="vulnerable", subject=one.pk,
                  area=one.community_id, facts={"person": one.person_id})
        for one in register
    )  # fmt: skip
    return register


def entered(stage: Stage, person: Person, grid: Area) -> Vulnerable:
    random = stage.random
    since = stage.now - timedelta(days=random.randint(60, 500))
    return Vulnerable(
        person=person,
        reasons=sorted(random.sample(list(Reason.values), random.choice((1, 1, 2)))),
        community_id=grid.parent_id or 0,
        grid=grid,
        address=f"{grid.name}{random.randint(1, 40)}幢{random.randint(1, 4)}单元{random.randint(1, 6)}0{random.randint(1, 4)}室",
        remarks=random.choice(REMARKS),
        longitude=round((grid.longitude or 0) + random.gauss(0, 0.001), 3),
        latitude=round((grid.latitude or 0) + random.gauss(0, 0.001), 3),
        consented_at=since,
        entered_at=since,
    )


def find_companions(stage: Stage, pairings: list[Pairing]) -> dict[int, list[Companion]]:
    """By the same plan as the yearly run; some without a backup, a few without anybody, one for the visitors' account."""
    origin = pairings[0].vulnerable
    pool = list(queries.could_companion(stage.now).select_related("person").order_by("pk")[:20_000])
    people = [planning.Person(row, *flat(one.vulnerable, origin)) for row, one in enumerate(pairings)]
    helpers = [
        planning.Helper(row, *flat(one, origin), max(one.radius, 1500), 3) for row, one in enumerate(pool)
    ]
    found: dict[int, list[Companion]] = {}
    for pair in planning.plan_pairs(people, helpers).pairs:
        pairing, volunteer = pairings[pair.person], pool[pair.helper]
        if volunteer.person_id == pairing.vulnerable.person_id or stage.random.random() < (
            0.05 if pair.role == "primary" else 0.2
        ):
            continue
        found.setdefault(pairing.pk, []).append(companion_of(pairing, volunteer, pair.role, pair.metres))
    show_demo_volunteer(pairings, found)
    made = [one for rows in found.values() for one in rows]
    Companion.objects.bulk_create(made, batch_size=2000)
    return found


def flat(spot: Vulnerable | Volunteer, origin: Vulnerable) -> tuple[float, float]:
    """Metres east and north of an origin; good enough over a county."""
    east = ((spot.longitude or 0.0) - (origin.longitude or 0.0)) * 98_000
    return east, ((spot.latitude or 0.0) - (origin.latitude or 0.0)) * 111_000


def companion_of(pairing: Pairing, volunteer: Volunteer, role: str, metres: int) -> Companion:
    since = pairing.since + timedelta(days=2)
    return Companion(
        pairing=pairing, volunteer=volunteer, role=role, state=CompanionState.ACCEPTED, metres=metres,
        made_at=pairing.since, asked_at=pairing.since, answered_at=since,
    )  # fmt: skip


def show_demo_volunteer(pairings: list[Pairing], found: dict[int, list[Companion]]) -> None:
    """The visitors' volunteer looks after the first person; the second one they are asked about."""
    volunteer = Volunteer.objects.filter(person__handle="demo-volunteer").first()
    if volunteer is None:
        return
    for rows in found.values():
        rows[:] = [one for one in rows if one.volunteer_id != volunteer.pk]
    first, second = pairings[0], pairings[1]
    found[first.pk] = [one for one in found.get(first.pk, []) if one.role == "backup"]
    found[first.pk].append(companion_of(first, volunteer, "primary", 240))
    found[second.pk] = [one for one in found.get(second.pk, []) if one.role == "primary"]
    asked = companion_of(second, volunteer, "backup", 380)
    asked.state, asked.answered_at = CompanionState.ASKED, None
    found[second.pk].append(asked)


def make_visits(stage: Stage, pairings: list[Pairing], companions: dict[int, list[Companion]]) -> None:
    """The last weeks' visits done, and one ahead for everybody who has a first companion."""
    random, visits = stage.random, []
    for pairing in pairings:
        first = next((one for one in companions.get(pairing.pk, []) if one.role == "primary"), None)
        if first is None:
            continue
        due = visiting.due_after(
            pairing, stage.now - timedelta(days=random.randint(0, max(pairing.every_days - 1, 0)))
        )
        visits.append(
            Visit(pairing=pairing, companion=first, due_at=max(due, stage.now + timedelta(hours=2)))
        )
        for back in range(1, 5):
            done = due - timedelta(days=back * pairing.every_days, hours=random.randint(1, 7))
            if done < stage.now:
                visits.append(
                    Visit(
                        pairing=pairing, companion=first, due_at=due - timedelta(days=back * pairing.every_days),
                        state=VisitState.DONE, came_at=done - timedelta(minutes=35), done_at=done, device_at=done,
                        how=random.choice(("position", "code")), words=random.choice(WORDS),
                    )
                )  # fmt: skip
    Visit.objects.bulk_create(visits, batch_size=2000)
    ahead = [one for one in visits if one.state == VisitState.DUE]
    set_timers(
        (
            f"visit:{one.pk}",
            "visit_overdue",
            one.due_at + timedelta(hours=one.pairing.grace_hours),
            {"visit": one.pk},
        )
        for one in ahead
    )
    set_timers(
        (
            f"visit:{one.pk}:remind",
            "visit_remind",
            max(one.due_at - visiting.REMINDED, stage.now),
            {"visit": one.pk},
        )
        for one in ahead
    )


def miss_one(stage: Stage) -> None:
    """In the visitors' community nobody came to one visit: the case waits for the grid worker."""
    visit = (
        Visit.objects.filter(state=VisitState.DUE)
        .exclude(companion__volunteer__person__handle="demo-volunteer")
        .select_related("pairing__vulnerable", "companion")
        .order_by("pk")
        .first()
    )
    if visit is not None:
        Visit.objects.filter(pk=visit.pk).update(
            due_at=stage.now - timedelta(hours=20), cannot="在外地出差，赶不回来"
        )
        visit.refresh_from_db()
        visiting.miss(visit)


def somebody_visits(random: Random) -> object:
    """A companion makes the visit that is due next."""
    soon = Visit.objects.filter(
        state__in=queries.OPEN, due_at__lt=timezone.now() + timedelta(days=2), companion__isnull=False
    )
    visits = list(
        soon.exclude(companion__volunteer__person__handle__startswith="demo-")
        .select_related("pairing__vulnerable__community", "companion__volunteer")
        .order_by("due_at")[:20]
    )
    if not visits:
        return None
    visit = random.choice(visits)
    companion = visit.companion
    assert companion is not None
    return visiting.make_visit(
        visit, by=Actor("person", person=companion.volunteer.person_id), words=random.choice(WORDS),
        code=rotating_code(visiting.subject_of(visit)),
    )  # fmt: skip


ACTS = (Act("visit", 1.5, somebody_visits),)
