"""A year of alarms in the demo county, most of them false as everywhere, a few live ones, and acts for the simulator."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Person
from gridloop.core.people.queries import actor_of, persons_in
from gridloop.core.scenes.stage import Act, Stage
from gridloop.scenes.fire.alarms.actions import take_signals
from gridloop.scenes.fire.alarms.kinds import AlarmState, Grade, Verdict
from gridloop.scenes.fire.alarms.models import Alarm, Episode
from gridloop.scenes.fire.alarms.opening import open_episode
from gridloop.scenes.fire.alarms.windows import ask_for_window
from gridloop.scenes.fire.ingest.signals import Raised
from gridloop.scenes.fire.playing import Step, grid_worker_of, move_on, owner_of, said_by
from gridloop.scenes.fire.registry.models import Device, DeviceKind, Premises

RINGING = (DeviceKind.SMOKE, DeviceKind.HEAT, DeviceKind.GAS, DeviceKind.CALL_POINT)
A_YEAR = timedelta(days=365)
PER_DEVICE = 0.14  # fire-class alarms a device and year
CRYING_WOLF = 0.03  # of the devices, which ring again and again for nothing
VERDICTS = ((Verdict.FALSE, 76), (Verdict.TEST, 12), (Verdict.FAULT, 9), (Verdict.REAL, 3))
FAULTS = (("offline", 50), ("battery", 30), ("fault", 14), ("main_power", 6))
SAID = ("cooking", "smoking", "work", "nothing")
OPEN_AT_MOST = 25  # live fire alarms the simulator adds up to


class Stand(NamedTuple):
    """A device as the year needs it."""

    device: int
    kind: str
    premises: int
    floor: str


def make(stage: Stage) -> None:
    """The year in bulk, because it is plain facts; what is live goes through the real doors."""
    stands = [
        Stand(*row)
        for row in Device.objects.filter(premises__isnull=False, retired_at=None)
        .order_by("pk")
        .values_list("pk", "kind", "premises_id", "floor")
    ]
    if not stands:
        return
    stage.progress("A year of alarms ...")
    keep_year(stands, stage)
    keep_faults(stands, stage)
    ring_now(stage)


def keep_year(stands: Sequence[Stand], stage: Stage) -> None:
    """Verified episodes, each with one alarm or two."""
    chance = stage.random
    ringing = [stand for stand in stands if stand.kind in RINGING]
    wolves = chance.sample(ringing, max(1, int(len(ringing) * CRYING_WOLF)))
    count = int(len(ringing) * PER_DEVICE)
    moments = sorted(moment_of(stage, chance) for _ in range(count))
    rows: list[tuple[Stand, Episode]] = []
    kinds, weights = [verdict for verdict, _ in VERDICTS], [weight for _, weight in VERDICTS]
    for number, at in enumerate(moments):
        stand = chance.choice(wolves if chance.random() < 0.35 else ringing)
        verdict = Verdict.FALSE if stand in wolves else chance.choices(kinds, weights)[0]
        acknowledged = at + timedelta(seconds=chance.randint(15, 240))
        ended = acknowledged + timedelta(minutes=chance.randint(6, 75))
        rows.append(
            (
                stand,
                Episode(
                    premises_id=stand.premises, floor=stand.floor, grade=Grade.FIRE, mark=number, started_at=at, last_at=at,
                    acknowledged_at=acknowledged, verdict=verdict, verdict_at=ended, ended_at=ended,
                ),
            )
        )  # fmt: skip
    episodes = Episode.objects.bulk_create([episode for _stand, episode in rows], batch_size=1_000)
    alarms = [
        closed_alarm(stand, episode, "gas" if stand.kind == DeviceKind.GAS else "fire", number)
        for number, ((stand, _), episode) in enumerate(zip(rows, episodes, strict=True))
    ]
    Alarm.objects.bulk_create(alarms, batch_size=1_000)


def closed_alarm(stand: Stand, episode: Episode, kind: str, number: int) -> Alarm:
    return Alarm(
        device_id=stand.device, premises_id=stand.premises, episode=episode, kind=kind, state=AlarmState.ENDED,
        floor=stand.floor, mark=number, first_at=episode.started_at, last_at=episode.started_at,
        received_at=episode.started_at, cleared_at=episode.acknowledged_at, rule="device", verdict=episode.verdict,
        ended_at=episode.ended_at,
    )  # fmt: skip


def moment_of(stage: Stage, chance: Random) -> datetime:
    """More at meal times than at night; never in the last two hours."""
    day = stage.now - timedelta(hours=2) - A_YEAR * chance.random()
    hour = chance.choices(
        range(24), (1, 1, 1, 1, 1, 2, 4, 6, 5, 4, 6, 9, 7, 4, 4, 4, 6, 9, 9, 6, 4, 3, 2, 1)
    )[0]
    return min(
        day.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60)),
        stage.now - timedelta(hours=2),
    )


def keep_faults(stands: Sequence[Stand], stage: Stage) -> None:
    """Devices that were silent, weak or broken for some hours or days; a few still are."""
    chance = stage.random
    kinds, weights = [kind for kind, _ in FAULTS], [weight for _, weight in FAULTS]
    rows = []
    open_ones: set[tuple[int, str]] = set()
    for number in range(len(stands) // 4):
        stand, kind = chance.choice(stands), chance.choices(kinds, weights)[0]
        at = stage.now - timedelta(hours=1) - A_YEAR * chance.random()
        ended: datetime | None = at + timedelta(hours=chance.expovariate(1 / 30))
        if ended and ended > stage.now:
            ended = None
        if ended is None and (stand.device, kind) in open_ones:
            continue
        if ended is None:
            open_ones.add((stand.device, kind))
        rows.append(
            Alarm(
                device_id=stand.device, premises_id=stand.premises, kind=kind, mark=number, floor=stand.floor,
                state=AlarmState.ENDED if ended else AlarmState.RAISED, first_at=at, last_at=at, received_at=at,
                cleared_at=ended, ended_at=ended, rule="device",
            )
        )  # fmt: skip
    Alarm.objects.bulk_create(rows, batch_size=1_000)


def ringing_of(device: Device) -> Raised:
    return said_by(device.pk, "gas" if device.kind == DeviceKind.GAS else "fire")


def quiet_devices(chance: Random, wanted: int) -> list[Device]:
    """Devices that do not ring now."""
    found = Device.objects.filter(kind__in=RINGING, premises__grid__isnull=False, retired_at=None)
    numbers = list(
        found.exclude(pk__in=Alarm.objects.filter(ended_at=None).values("device")).values_list(
            "pk", flat=True
        )
    )
    chosen = chance.sample(numbers, min(wanted, len(numbers)))
    return list(Device.objects.filter(pk__in=chosen).select_related("premises").order_by("pk"))


def ring_now(stage: Stage) -> None:
    """Four live alarms at different steps, one of them at the premises of the account visitors sign in as."""
    devices = quiet_devices(stage.random, 3)
    own = Device.objects.filter(premises__code="CS000001", kind__in=RINGING).first()
    take_signals([ringing_of(device) for device in [*devices, *([own] if own else [])]])
    for episode in Episode.objects.filter(grade=Grade.FIRE, ended_at=None, case=None).order_by("pk"):
        open_episode(episode.pk)
    live = list(Case.objects.filter(kind="fire_alarm", open=True).order_by("pk"))
    for wanted, case in zip((1, 2, 3), live, strict=False):
        for _ in range(wanted):
            step_on(case.pk, stage.random)
    duty = Person.objects.filter(handle="demo-fire_duty").first()
    worked_on = Premises.objects.filter(devices__kind=DeviceKind.PANEL).order_by("pk").last()
    if duty is not None and worked_on is not None:
        now = timezone.now()
        ask_for_window(premises=worked_on, reason="年度消防设施检测", from_at=now, until_at=now + timedelta(hours=6),
                       mutes_fire=True, by=actor_of(duty, ability="dispatch"))  # fmt: skip


def step_on(pk: int, chance: Random) -> str:
    """One believable move of a live alarm: acknowledged, crew goes, arrives, verdict, put out."""
    case = Case.objects.get(pk=pk)
    worker = grid_worker_of(case)
    crew = crew_of(case)
    position = {"longitude": case.longitude, "latitude": case.latitude}
    steps: dict[str, Step] = {
        "raised": ("acknowledge", worker, {}),
        "acknowledged": ("go", crew or worker, {}),
        "on_the_way": ("arrive", crew or worker, {"position": position}),
        "on_site": (
            "verdict",
            worker,
            {"verdict": chance.choices([v for v, _ in VERDICTS], [w for _, w in VERDICTS])[0]},
        ),
        "fighting": ("put_out", crew or worker, {"account": "明火已扑灭，现场移交责任人看护。"}),
    }
    return move_on(case, steps)


def crew_of(case: Case) -> Actor | None:
    """Somebody of the station that was called first and has not declined."""
    task = case.tasks.filter(role="assist", state__in=["sent", "taken"]).order_by("-state", "pk").first()
    person = persons_in("station_crew", organisation=task.organisation_id).first() if task else None
    return actor_of(person, ability="fight_fire") if person else None


def rings(chance: Random) -> str:
    """A detector rings; now and then its neighbour too."""
    if Episode.objects.filter(grade=Grade.FIRE, ended_at=None).count() >= OPEN_AT_MOST:
        return ""
    devices = quiet_devices(chance, 1)
    if not devices:
        return ""
    device = devices[0]
    more = (
        list(device.premises.devices.filter(floor=device.floor, kind__in=RINGING).exclude(pk=device.pk)[:1])
        if device.premises
        else []
    )
    take_signals([ringing_of(one) for one in [device, *(more if chance.random() < 0.2 else [])]])
    return device.code


def goes_on(chance: Random) -> str:
    """One live alarm comes one step further; the oldest first, as a duty room works."""
    waiting = list(
        Case.objects.filter(kind="fire_alarm", open=True).order_by("pk").values_list("pk", flat=True)[:6]
    )
    return step_on(chance.choice(waiting), chance) if waiting else ""


def owner_says(chance: Random) -> str:
    """The owner is there and says what it is; it is still checked."""
    case = (
        Case.objects.filter(kind="fire_alarm", open=True, step__in=("raised", "acknowledged"))
        .order_by("-pk")
        .first()
    )
    owner = owner_of(case) if case else None
    if case is None or owner is None or case.facts.get("owner_says"):
        return ""
    move_case(case, "confirm", by=owner, facts={"said": chance.choice(SAID)})
    return case.number


def falls_silent(chance: Random) -> str:
    """A device goes offline or its battery weakens; another is well again."""
    now = timezone.now()
    devices = quiet_devices(chance, 1)
    take_signals([said_by(device.pk, chance.choice(("offline", "battery"))) for device in devices])
    old = Alarm.objects.filter(
        kind__in=("offline", "battery"), ended_at=None, received_at__lt=now - timedelta(minutes=5)
    ).first()
    if old is not None:
        take_signals([said_by(old.device_id, old.kind, on=False)])
    return devices[0].code if devices else ""


ACTS = (
    Act("a fire detector rings", 3, rings),
    Act("a fire alarm goes on", 12, goes_on),
    Act("an owner says what it is", 2, owner_says),
    Act("a device falls silent, another is well again", 3, falls_silent),
)
