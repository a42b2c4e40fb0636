"""A year of hazards and inspections in the demo county, a dozen open ones at each step, and acts for the simulator."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from gridloop.core.cases.facts import told_facts
from gridloop.core.cases.models import NEVER, Case, Deadline
from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.journal.models import Entry
from gridloop.core.notices.hearers import people_in_grids
from gridloop.core.people.queries import actor_of, persons_in
from gridloop.core.scenes.stage import Act, Stage
from gridloop.scenes.fire.alarms.actions import DEVICES, take_signals
from gridloop.scenes.fire.alarms.models import Alarm
from gridloop.scenes.fire.hazards.actions import keep_inspection
from gridloop.scenes.fire.hazards.checklists import checklist_for, checklists
from gridloop.scenes.fire.hazards.finding import find_hazard, title_of
from gridloop.scenes.fire.hazards.kinds import FoundBy
from gridloop.scenes.fire.hazards.models import Hazard, Inspection
from gridloop.scenes.fire.playing import Step, grid_worker_of, move_on, owner_of, said_by
from gridloop.scenes.fire.registry.models import Device, Premises
from gridloop.scenes.fire.registry.owners import area_of

A_YEAR = 365
PER_CASES = 20  # one closed hazard to so many cases a year
SHARES = (
    ("exit", 22),
    ("electrical", 20),
    ("charging", 20),
    ("equipment", 16),
    ("gas", 8),
    ("living", 6),
    ("lane", 4),
    ("storage", 2),
    ("water", 2),
)
FOUND = ((FoundBy.INSPECTION, 60), (FoundBy.WORKER, 22), (FoundBy.DEVICE, 10), (FoundBy.RESIDENT, 8))
AGAIN = 0.16  # of the hazards, found again at the same premises
OPEN_AT_EACH_STEP = 4
OPEN_AT_MOST = 60
ACCOUNTS = ("已清理并张贴提示。", "线路已更换，加装保护器。", "已搬离室内，改用集中充电点。", "器材已补齐。")


def make(stage: Stage) -> None:
    """The year in bulk; what is open goes through the real doors."""
    rows = Premises.objects.filter(grid__isnull=False, retired_at=None).order_by("pk")
    places = list(rows[:20_000])
    if not places:
        return
    stage.progress("A year of hazards and inspections ...")
    keep_inspections(places, stage)
    keep_year(places, stage)
    open_some(places, stage)


def keep_inspections(places: Sequence[Premises], stage: Stage) -> None:
    """A good part of the places were looked at, some twice; what was found then is long put right."""
    chance, known = stage.random, checklists()
    workers = people_in_grids({place.grid_id for place in places if place.grid_id})
    rows = []
    for place in chance.sample(places, int(len(places) * 0.6)):
        checklist = next((one for one in known if place.kind in one.premises_kinds), known[0])
        bad = chance.choices((0, 1, 2, 3), (60, 25, 10, 5))[0]
        codes = [item["code"] for item in checklist.items]
        wrong = set(chance.sample(codes, bad))
        rows.append(
            Inspection(
                premises=place, checklist=checklist, by_id=next(iter(workers.get(place.grid_id or 0, ())), None),
                at=stage.now - timedelta(days=A_YEAR * chance.random()), found=bad,
                answers={code: "bad" if code in wrong else "good" for code in codes}, metres=chance.randint(3, 80),
            )
        )  # fmt: skip
    Inspection.objects.bulk_create(rows, batch_size=1_000)


def keep_year(places: Sequence[Premises], stage: Stage) -> None:
    """Closed hazards, their cases and what the journal says of them."""
    chance = stage.random
    kinds, weights = [kind for kind, _ in SHARES], [weight for _, weight in SHARES]
    finders, finder_weights = [one for one, _ in FOUND], [weight for _, weight in FOUND]
    count = max(40, stage.cases // PER_CASES)
    drawn: list[tuple[datetime, Premises, str]] = []
    for _ in range(count):
        at = stage.now - timedelta(days=8 + (A_YEAR - 8) * chance.random())
        if drawn and chance.random() < AGAIN:
            _earlier, place, kind = chance.choice(drawn)
        else:
            place, kind = chance.choice(places), chance.choices(kinds, weights)[0]
        drawn.append((at, place, kind))
    drawn.sort(key=lambda one: one[0])
    cases = [closed_case(number, at, place, kind, chance) for number, (at, place, kind) in enumerate(drawn)]
    Case.objects.bulk_create(cases, batch_size=500)
    Deadline.objects.bulk_create((clock_of(case) for case in cases), batch_size=500)
    hazards, last = [], dict[tuple[int, str], Hazard]()
    for case, (at, place, kind) in zip(cases, drawn, strict=True):
        earlier = last.get((place.pk, kind))
        found = Hazard(
            case=case, premises=place, kind=kind, grade=case.facts["grade"], found_at=at, closed_at=case.closed_at,
            found_by=chance.choices(finders, finder_weights)[0], rectified_at=case.completed_at,
            times=earlier.times + 1 if earlier else 1,
        )  # fmt: skip
        last[place.pk, kind] = found
        hazards.append(found)
    Hazard.objects.bulk_create(hazards, batch_size=500)
    link_earlier(hazards)
    record_all(
        entry for case, hazard in zip(cases, hazards, strict=True) for entry in entries_of(case, hazard)
    )


def link_earlier(hazards: Sequence[Hazard]) -> None:
    """Now that they have ids, the later ones name the earlier."""
    last: dict[tuple[int | None, str], Hazard] = {}
    changed = []
    for hazard in hazards:
        if earlier := last.get((hazard.premises_id, hazard.kind)):
            hazard.earlier = earlier
            changed.append(hazard)
        last[hazard.premises_id, hazard.kind] = hazard
    Hazard.objects.bulk_update(changed, ["earlier"], batch_size=300)


def closed_case(number: int, at: datetime, place: Premises, kind: str, chance: Random) -> Case:
    grade = "major" if chance.random() < 0.2 else "general"
    days = min(chance.expovariate(1 / 7) + 0.3, 60)
    closed = min(at + timedelta(days=days), timezone.now() - timedelta(hours=1))
    return Case(
        number=f"{timezone.localtime(at):%Y%m%d}-Y{number:05d}", key=uuid.UUID(int=chance.getrandbits(128), version=4),
        kind="hazard", step="closed", open=False, outcome="fixed", title=title_of(kind, place, "")[:120], source="field",
        area_id=area_of(place), county_id=place.county_id, town_id=place.town_id, community_id=place.community_id,
        grid_id=place.grid_id, longitude=place.longitude, latitude=place.latitude, address=place.address, placed_by="point",
        level="grid", reported_at=at, completed_at=closed - (closed - at) * 0.2, closed_at=closed, queue_at=NEVER, turn=3,
        facts={"premises": place.pk, "owners": [place.owner_id] if place.owner_id else [], "grade": grade, "hazard": kind},
    )  # fmt: skip


def clock_of(case: Case) -> Deadline:
    """Met, or breached where it took longer than it may."""
    major = case.facts["grade"] == "major"
    due = case.reported_at + timedelta(days=5 if major else 21)
    late = case.completed_at is not None and case.completed_at > due
    return Deadline(
        case=case, name="rectification" if major else "completion", started_at=case.reported_at, due_at=due,
        met_at=case.completed_at, breached_at=due if late else None, value=3 if major else 15, unit="working_days",
    )  # fmt: skip


def entries_of(case: Case, hazard: Hazard) -> list[Entry]:
    """What the journal would have said, at its time."""
    steps = (
        ("case_reported", case.reported_at, "", "found"),
        ("hazard_ordered", case.reported_at + timedelta(hours=3), "found", "ordered"),
        ("hazard_rectified", case.completed_at, "ordered", "rectified"),
        ("hazard_closed", case.closed_at, "rectified", "closed"),
    )
    facts = told_facts(case) | {
        "premises": hazard.premises_id,
        "grade": hazard.grade,
        "hazard_kind": hazard.kind,
    }
    found = new_entry(
        "hazard_found", by=DEVICES, at=case.reported_at, subject_kind="fire_hazard", subject=hazard.pk, area=case.area_id,
        after=hazard.kind, facts=facts | {"case": case.pk, "found_by": hazard.found_by, "times": hazard.times},
    )  # fmt: skip
    return [found] + [
        new_entry(event, by=DEVICES, at=at, subject_kind="case", subject=case.pk, area=case.area_id, before=before,
                  after=after, facts=facts)
        for event, at, before, after in steps
    ]  # fmt: skip


def open_some(places: Sequence[Premises], stage: Stage) -> None:
    """Open ones at each step; the first at the premises of the account visitors sign in as."""
    chance = stage.random
    kinds = [kind for kind, _weight in SHARES]
    for number in range(OPEN_AT_EACH_STEP * 3):
        place = places[number] if number < 2 else chance.choice(places)
        at = stage.now - timedelta(days=chance.randint(0, 12), hours=chance.randint(1, 9))
        hazard = find_hazard(
            chance.choice(kinds), premises=place, found_by=chance.choice((FoundBy.INSPECTION, FoundBy.WORKER)), by=stage.by,
            grade="major" if chance.random() < 0.25 else "general", at=at, words="检查时发现，现场已拍照。",
        )  # fmt: skip
        for _ in range((1, 1, 2, 0)[number % 4] if number else 1):
            step_on(hazard.case_id, chance)


def step_on(pk: int, chance: Random) -> str:
    """One believable move: ordered by the grid worker, put right by the owner, looked at again by the worker."""
    case = Case.objects.get(pk=pk)
    worker, owner = grid_worker_of(case), owner_of(case)
    photos = list(
        File.objects.filter(erased_at=None, media_type__startswith="image").values_list("pk", flat=True)[:50]
    )
    if worker is None or not photos or not case.open:
        return ""
    photo = [chance.choice(photos)]
    position = {"longitude": case.longitude, "latitude": case.latitude}
    steps: dict[str, Step] = {
        "found": (
            "order",
            worker,
            {"grade": case.facts.get("grade", "general"), "words": "请限期整改并上传照片。"},
        ),
        "ordered": ("rectify", owner, {"account": chance.choice(ACCOUNTS), "photos_after": photo}),
        "rectified": ("reinspect", worker, {"photos_after": photo, "position": position}),
    }
    return move_on(case, steps)


def is_found(chance: Random) -> str:
    """A meter reads beyond its limit, or a grid worker walks a checklist."""
    if Hazard.objects.filter(closed_at=None).count() >= OPEN_AT_MOST:
        return ""
    if chance.random() < 0.4:
        meters = list(
            Device.objects.filter(
                kind__in=("electrical", "bike", "water"), premises__grid__isnull=False
            ).values_list("pk", flat=True)[:400]
        )
        if meters:
            meter = chance.choice(meters)
            take_signals([said_by(meter, "reading", rule="warm_long", temperature=61.5)])
            return f"device {meter}"
    places = list(
        Premises.objects.filter(grid__isnull=False).order_by("pk").values_list("pk", flat=True)[:3_000]
    )
    place = Premises.objects.get(pk=chance.choice(places)) if places else None
    worker = persons_in("grid_worker", area=place.grid_id).first() if place and place.grid_id else None
    if place is None or worker is None:
        return ""
    checklist = checklist_for(place)
    answers = {item["code"]: "bad" if chance.random() < 0.12 else "good" for item in checklist.items}
    keep_inspection(place, checklist, answers, by=actor_of(worker), point=(place.longitude, place.latitude))
    return place.code


def goes_on(chance: Random) -> str:
    """One hazard comes one step further."""
    waiting = list(
        Case.objects.filter(kind="hazard", open=True).order_by("queue_at").values_list("pk", flat=True)[:30]
    )
    return step_on(chance.choice(waiting), chance) if waiting else ""


def reads_well(chance: Random) -> str:
    """A meter reads normally again."""
    alarm = Alarm.objects.filter(kind="reading", ended_at=None).order_by("pk").first()
    if alarm is None:
        return ""
    take_signals([said_by(alarm.device_id, "reading", on=False, rule=alarm.rule)])
    return str(alarm.device_id)


ACTS = (
    Act("a hazard is found", 2, is_found),
    Act("a hazard goes on", 6, goes_on),
    Act("a meter reads well again", 1, reads_well),
)
