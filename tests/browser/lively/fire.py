"""An alarm with crews on their way, hazards at several steps, maintenance, a stranger, an alert and a coloured map."""

from datetime import timedelta

from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.scenes.fire.alarms import windows
from gridloop.scenes.fire.alarms.actions import take_signals
from gridloop.scenes.fire.alarms.alerts import Draft, hand_out
from gridloop.scenes.fire.hazards.actions import keep_inspection
from gridloop.scenes.fire.hazards.checklists import checklist_for
from gridloop.scenes.fire.hazards.finding import find_hazard
from gridloop.scenes.fire.index.actions import count_grids
from gridloop.scenes.fire.index.models import IndexEdition
from gridloop.scenes.fire.ingest.strangers import write_strangers
from gridloop.scenes.fire.models import Episode, Hazard, Stranger
from tests import world
from tests.browser.lively import Sight, below
from tests.browser.walking import let_worker_work
from tests.scenes.fire.ground import Ground, a_device, a_ground, rings
from tests.scenes.fire.index.world import some_premises


def ringing(ground: Ground) -> Episode:
    """Two detectors of a floor ring; somebody has acknowledged, a crew is on its way, the owner has said something."""
    take_signals(
        [rings(a_device(ground.premises, spot="摊位上方")), rings(a_device(ground.premises, "heat"))]
    )
    let_worker_work()
    episode = Episode.objects.get()
    assert episode.case is not None
    for name, who, facts in (
        ("acknowledge", ground.duty, {}),
        ("go", ground.crews[0], {}),
        ("confirm", ground.owner, {"said": "cooking"}),
    ):
        move_case(episode.case, name, by=world.acting(who), facts=facts)
    return episode


def hazards(ground: Ground) -> tuple[Hazard, Hazard]:
    """One just found, one ordered to be put right; and an inspection that found two more."""
    by = world.acting(ground.grid_worker)
    found = find_hazard("exit", premises=ground.premises, found_by="worker", by=by, grade="major")
    ordered = find_hazard("lane", premises=ground.premises, found_by="worker", by=by)
    move_case(ordered.case, "order", by=by, facts={"grade": "general", "words": "三日内清理"})
    checklist = checklist_for(ground.premises)
    answers = {item["code"]: "good" for item in checklist.items} | {"wiring": "bad", "bikes": "bad"}
    keep_inspection(ground.premises, checklist, answers, by=by)
    return found, ordered


def maintenance(ground: Ground) -> None:
    now = timezone.now()
    windows.ask_for_window(
        premises=ground.premises, device=None, reason="年度检测", from_at=now, until_at=now + timedelta(hours=2),
        mutes_fire=True, by=world.acting(ground.duty),
    )  # fmt: skip
    take_signals([rings(a_device(ground.premises), "fault")])


def sights(town: world.Town) -> list[Sight]:
    ground = a_ground(stations=3, town=town)
    some_premises(town.grids[0], 12, kind="three_in_one", built=1985, electric_bikes=True)
    episode = ringing(ground)
    assert episode.case is not None
    found, ordered = hazards(ground)
    maintenance(ground)
    write_strangers({("demo", "X-77"): (3, "kind=fire", timezone.now().timestamp())})
    alert = hand_out(
        Draft(
            area=town.town.pk,
            colour="red",
            event="火灾",
            headline="演练",
            description="全镇演练",
            scope="Public",
        ),
        by=world.acting(ground.duty),
    )
    count_grids()
    let_worker_work()

    device = episode.alarms.get(device__kind="smoke").device
    edition = IndexEdition.objects.order_by("-pk").first()
    place, grid = ground.premises.pk, town.grids[0].pk
    assert edition is not None
    return [
        Sight(None, ("/fire/map/",), phone=True),
        Sight(ground.owner, ("/fire/", f"/fire/alarm/{episode.pk}/", f"/fire/case/{ordered.case.number}/",
                             f"/fire/report/?premises={place}", "/fire/claim/"), phone=True),
        Sight(ground.grid_worker, ("/field/fire/", f"/field/fire/{episode.pk}/", "/field/fire/inspect/",
                                   f"/field/fire/inspect/{place}/", "/field/fire/grid/"), phone=True),
        Sight(ground.duty, below(
            "/desk/fire/", "", "?wall", "silent/", "windows/", "alerts/", "alerts/new/", f"alerts/new/?follows={alert.identifier}", "map/",
            f"map/grid/{grid}/", "map/evaluation/", "hazards/", "hazards/list/?choice=open", "hazards/inspections/", "premises/",
            f"premises/{place}/", f"premises/{place}/edit/", "devices/", f"devices/{device.pk}/", "devices/strangers/",
            f"devices/strangers/{Stranger.objects.get().pk}/",
        )),
        Sight(ground.duty, below("/desk/case/", f"{episode.case.number}/", f"{found.case.number}/", f"{ordered.case.number}/")),
        Sight(ground.county, ("/cockpit/fire/",)),
        Sight(world.with_post("administrator"), ("/settings/fire/checklists/", "/settings/fire/rules/",
                                                 "/settings/fire/index/", f"/settings/fire/index/{edition.pk}/",
                                                 f"/settings/fire/vendors/{device.vendor_id}/")),
    ]  # fmt: skip
