"""Keeps the demo county acting: residents report, rooms dispatch, units handle, others check, residents judge.

Everything goes through the same doors people use, so every screen moves. `speed` 1 is a believable working day.
"""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.conf import settings
from django.utils import timezone, translation

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.dispatch.intake import take_in
from gridloop.core.evidence.models import File
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.core.scenes import registry
from gridloop.core.scenes.stage import Act
from gridloop.demo import seasons, wording
from gridloop.demo.cast import Cast, actor
from gridloop.demo.ground import County
from gridloop.demo.wording import Matter, compose, matters

PACE = 6.0  # seconds between two acts at speed 1
ELSEWHERE = 0.4  # how many of the acts belong to other scenes than the reports
OFTEN = 0.22  # how many of the acts are new reports
LEFT_ALONE = ("demo-",)  # what the visitors' own accounts hold is theirs to decide
SHOWN = timedelta(minutes=2)  # how long a case rests before the next act, at speed 1
log = logging.getLogger(__name__)


def act(stop: threading.Event, *, speed: float = 1.0) -> None:
    """Act until told to stop; a refusal is part of life, a lost database is waited for."""
    translation.activate(settings.LANGUAGE_CODE)
    county = LivingCounty(Random(), speed=speed)
    while not stop.wait(county.random.expovariate(speed / PACE)):
        try:
            county.act()
        except Refusal as refusal:
            log.info("the simulator was refused: %s", refusal.words)
        except Exception:
            log.exception("the simulator stumbled and goes on")
            stop.wait(2)


def acts_of_scenes() -> list[Act]:
    """What scenes let the simulator do: their demo modules' ACTS."""
    modules = (registry.module_of(scene.name, "demo") for scene in registry.scenes())
    return [act for module in modules for act in getattr(module, "ACTS", ())]


class LivingCounty:
    """Somebody in the county does one thing at a time."""

    def __init__(self, random: Random, *, speed: float = 1.0) -> None:
        self.random, self.speed = random, speed
        self.cast, self.county = Cast.gather(), County()
        self.visitors = set(
            Person.objects.filter(handle__startswith=LEFT_ALONE[0]).values_list("pk", flat=True)
        )
        self.pictures = list(
            File.objects.filter(erased_at=None, media_type__startswith="image/")
            .order_by("pk")
            .values_list("pk", flat=True)[:20]
        )
        self.scenes = acts_of_scenes()
        self.acts: dict[str, Callable[[Case], Case | None]] = {
            "reported": self.accept, "accepted": self.deal, "dispatched": self.take, "arbitration": self.arbitrate,
            "handling": self.complete, "done": self.verify, "verified": self.judge, "callback": self.call_back,
            "rectifying": self.rectify, "rectified": self.judge,
        }  # fmt: skip

    def act(self) -> object:
        """Something in one of the scenes, a new report, or the next move of a report that has rested."""
        if self.scenes and self.random.random() < ELSEWHERE:
            chosen = self.random.choices(self.scenes, [act.weight for act in self.scenes])[0]
            return chosen.play(self.random)
        if self.random.random() < OFTEN:
            return self.report()
        case = self.draw()
        return self.acts[case.step](case) if case else self.report()

    def draw(self) -> Case | None:
        """A case somebody may well act on now; what the visitors' accounts hold is left to them."""
        rested = timezone.now() - SHOWN / max(self.speed, 0.1)
        step = self.random.choices(list(self.acts), (8, 8, 7, 1, 7, 6, 4, 1, 1, 1))[0]
        cases = Case.objects.filter(
            open=True, step=step, kind="report", suspended_at=None, reported_at__lt=rested
        )
        newest = [
            case
            for case in cases.select_related("category").order_by("-id")[:60]
            if case.worker_id not in self.visitors
        ]
        return self.random.choice(newest) if newest else None

    # --- residents ------------------------------------------------------------------------------------------------

    def report(self) -> Case:
        ground = self.county.draw(self.random)
        today = timezone.localdate()
        fitting = [matter for matter in matters().values() if ground.kind in matter.kinds]
        weights = [matter.weight * seasons.factor(matter.season, today) for matter in fitting]
        matter = self.random.choices(fitting, weights)[0]
        source = self.random.choices(("web", "phone", "field"), (50, 15, 35))[0]
        place = ground.place(self.random)
        told = compose(self.random, matter, place, source, today.month)
        reporter = (
            None if source == "field" else Person.objects.get(pk=self.random.choice(self.cast.residents))
        )
        if source == "field":
            by = self.cast.worker(ground.grid, self.random) or Actor("person")
        elif source == "phone":
            by = self.cast.room(ground.town, self.county.county, self.random)
        else:
            by = actor(reporter.pk) if reporter else Actor("person")
        return take_in("report", title=told.title, words=told.words, spot=ground.spot(self.random, place), by=by, source=source,
                       reporter=reporter, public=source == "web" and self.random.random() < 0.6)  # fmt: skip

    def judge(self, case: Case) -> Case | None:
        if case.reporter_id is None:
            return (
                None
                if case.tracking_digest or case.step != "verified"
                else move_case(case, "close", by=self.room(case))
            )
        if case.reporter_id in self.visitors:
            return None
        stars = self.random.choices((1, 2, 3, 4, 5), (2, 4, 12, 35, 47))[0]
        words = self.random.choice(wording.BAD if stars < 3 else wording.FAIR if stars == 3 else wording.GOOD)
        return move_case(case, "review", by=actor(case.reporter_id), facts={"rating": stars, "words": words})

    # --- workers and rooms ----------------------------------------------------------------------------------------

    def room(self, case: Case) -> Actor:
        return self.cast.room(
            case.town_id, case.county_id or self.county.county, self.random, level=case.level
        )

    def worker(self, case: Case) -> Actor:
        return self.cast.worker(case.area_id, self.random) or self.room(case)

    def matter_of(self, case: Case) -> Matter:
        code = case.category.code if case.category else "9901"
        return matters().get(code) or matters()["9901"]

    def accept(self, case: Case) -> Case:
        by = self.worker(case) if case.level == "grid" else self.room(case)
        category = {"category": case.category_id} if case.category_id else {}
        return move_case(case, "accept", by=by, facts=category)

    def deal(self, case: Case) -> Case:
        matter = self.matter_of(case)
        if (
            case.level == "grid"
            and case.lead_unit_id is None
            and self.pictures
            and self.random.random() < matter.own
        ):
            answer = wording.answer_to(self.random, matter)
            return move_case(
                case,
                "fix",
                by=self.worker(case),
                facts={"answer": answer, "photos_after": [self.random.choice(self.pictures)]},
            )
        return move_case(case, "dispatch", by=self.room(case), facts={"lead_unit": self.unit_for(case)})

    def unit_for(self, case: Case) -> int:
        return self.cast.unit_for(
            self.matter_of(case).unit, town=case.town_id, community=case.community_id, random=self.random
        )

    def arbitrate(self, case: Case) -> Case:
        by = self.cast.room(None, case.county_id or self.county.county, self.random)
        return move_case(
            case,
            "arbitrate",
            by=by,
            facts={"lead_unit": self.unit_for(case), "reason": "经会商确定由该单位牵头。"},
        )

    def verify(self, case: Case) -> Case:
        if self.random.random() < 0.05:
            return move_case(
                case, "rework", by=self.room(case), facts={"reason": self.random.choice(wording.REWORKED)}
            )
        return move_case(
            case, "verify", by=self.room(case) if case.lead_unit_id is None else self.worker(case)
        )

    def call_back(self, case: Case) -> Case:
        if self.random.random() < 0.4:
            return move_case(
                case,
                "explain",
                by=self.room(case),
                facts={"reason_code": "not_justified", "account": self.random.choice(wording.EXPLAINED)},
            )
        return move_case(
            case, "call_back", by=self.room(case), facts={"account": self.random.choice(wording.CALLED_BACK)}
        )

    # --- units ----------------------------------------------------------------------------------------------------

    def handler(self, case: Case) -> Actor | None:
        """Somebody of the unit that leads, other than a visitor's account."""
        free = [
            who
            for who in self.cast.handlers.get(case.lead_unit_id or 0, ())
            if who.person not in self.visitors
        ]
        return self.random.choice(free) if free else None

    def take(self, case: Case) -> Case | None:
        by = self.handler(case)
        if by is None:
            return None
        if not case.facts.get("bound") and self.random.random() < 0.06:
            return move_case(
                case,
                "return",
                by=by,
                facts={"reason_code": "not_ours", "reason": self.random.choice(wording.RETURNED)},
            )
        return move_case(case, "take", by=by)

    def complete(self, case: Case) -> Case | None:
        by = self.handler(case)
        if by is None:
            return None
        waiting = case.tasks.filter(role="assist", state__in=["sent", "taken"]).first()
        if waiting is not None:
            helpers = self.cast.handlers.get(waiting.organisation_id)
            return (
                move_case(
                    case, "assist", by=self.random.choice(helpers), facts={"account": "已到场配合处置。"}
                )
                if helpers
                else None
            )
        answer = wording.answer_to(self.random, self.matter_of(case))
        return move_case(
            case, "complete", by=by, facts={"account": "现场已处理，已与社区核对。", "answer": answer}
        )

    def rectify(self, case: Case) -> Case | None:
        by = self.handler(case) or self.worker(case)
        answer = wording.answer_to(self.random, self.matter_of(case))
        return move_case(
            case, "rectify", by=by, facts={"account": self.random.choice(wording.RECTIFIED), "answer": answer}
        )
