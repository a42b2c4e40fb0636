"""How a case lives: one believable way through the flow for each report, from its first word to its verdict."""

import contextlib
from datetime import timedelta
from typing import Any

from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.demo import wording
from gridloop.demo.delays import ask, extend, suspend, until_done
from gridloop.demo.lead_units import dispatch, maybe_return
from gridloop.demo.stage import NotYet
from gridloop.demo.story import DAY, Story, Target, awake
from gridloop.demo.verdicts import review

ASKING, EXTENDING, SUSPENDING, REWORKING = 0.05, 0.05, 0.03, 0.04
SLOW_UNITS = {
    "housing": 1.25,
    "resources": 1.3,
    "property": 1.35,
    "ecology": 1.15,
    "power": 0.8,
    "gas": 0.7,
    "sanitation": 0.85,
}


class Life(Story):
    """One case on its way."""

    def live(self) -> None:
        """From the report as far as now, or as far as told."""
        with contextlib.suppress(NotYet, Target):
            self.begin()
        if self.case.open:
            self.played.advance(self.played.stage.now)

    def begin(self) -> None:
        if self.fold is not None:
            self.t = self.fold[0]
            return self.move(
                "link_duplicate",
                self.cast.room(self.case.town_id, self.case.county_id or 0, self.random),
                case=self.fold[1],
            )
        if self.stop_at == "reported":
            return None
        if self.automatic is not None:
            rule, self.unit = self.automatic
            self.t += timedelta(seconds=self.random.randint(2, 9))
            self.move("dispatch", Actor("rule", name=f"rule:{rule}"), lead_unit=self.unit)
            return self.handle()
        if self.reporter and len(self.played.parties) <= 1 and self.chance(0.012):
            self.later(90)
            return self.move(
                "withdraw",
                self.reporter,
                reason_code=self.random.choice(("solved_itself", "by_mistake", "other")),
            )
        self.office(0.45 if self.random.random() < 0.95 else 5)
        acting = self.worker if self.case.level == "grid" else self.room
        if self.chance(0.03):
            reason = self.random.choice(
                (
                    "not_public",
                    "no_such_thing",
                    "no_such_thing",
                    "already_decided",
                    "unclear",
                    "in_court",
                    "abusive",
                )
            )
            return self.move("decline", acting, reason_code=reason, answer=wording.DECLINED[reason])
        self.move("accept", acting, **self.corrections())
        return self.deal(acting)

    def corrections(self) -> dict[str, Any]:
        """Now and then the first to look sees that it presses more than it sounded."""
        return {"urgency": 2} if self.case.urgency == 3 and self.chance(0.04) else {}

    def deal(self, acting: Actor) -> None:
        """After acceptance: asked back, split, fixed on the spot, or given to a unit."""
        if self.reporter and (self.stop_at == "ask" or self.chance(ASKING)):
            ask(self, acting)
        if self.stop_at == "split" or self.chance(0.006):
            return self.split()
        own = self.case.level == "grid" and self.random.random() < self.matter.own
        if self.stop_at in ("fix", "own"):
            own = True
        elif self.stop_at:
            own = False
        if own:
            return self.fix(acting if self.case.level == "grid" else self.worker)
        if self.case.level == "grid" and (self.stop_at == "hand_up" or self.random.random() < 0.55):
            self.later(40)
            self.move(
                "hand_up",
                acting,
                reason_code=self.random.choice(("beyond_grid", "needs_power", "needs_others")),
            )
        if self.stop_at == "transfer_out" or self.chance(0.004):
            return self.go_outside()
        if self.chance(0.015):
            self.office(6)
            return self.leave_unresolved()
        dispatch(self)
        return self.handle()

    def handle(self) -> None:
        """Taken by the unit, perhaps returned first, perhaps stretched; completed, or left unresolved."""
        maybe_return(self)
        if self.stop_at == "arbitration":
            return None
        self.office(0.8 if self.random.random() < 0.93 else 6)
        assert self.unit is not None
        handler = self.cast.handler(self.unit, self.random)
        self.move("take", handler)
        if self.stop_at == "suspend" or self.chance(SUSPENDING):
            suspend(self)
        if self.reporter and not self.case.suspended_at and self.chance(ASKING / 2):
            ask(self, handler)
        if self.stop_at == "extend" or self.chance(EXTENDING):
            extend(self, handler)
        if self.stop_at == "close_unresolved" or self.chance(0.015):
            self.office(12)
            return self.leave_unresolved()
        self.complete(handler)
        return None

    def fix(self, acting: Actor) -> None:
        if self.stop_at == "own":
            raise Target
        until_done(self, 0.35)
        here = {"longitude": self.case.longitude, "latitude": self.case.latitude}
        facts = {"photos_before": self.picture("before")} if self.random.random() < 0.3 else {}
        self.move(
            "fix",
            acting,
            answer=wording.answer_to(self.random, self.matter),
            photos_after=self.picture("after"),
            position=here,
            **facts,
        )
        self.check()

    def complete(self, handler: Actor) -> None:
        self.assist()
        until_done(self, SLOW_UNITS.get(self.matter.unit, 1.0))
        if self.random.random() < 0.1:
            self.move("note", handler, words=self.say(*wording.NOTES))
            self.later(30)
        self.wait_for_parts()
        facts = {"photos_after": self.picture("after")} if self.random.random() < 0.35 else {}
        answer = wording.answer_to(self.random, self.matter)
        self.move(
            "complete",
            handler,
            account=self.say(
                "现场已处理，已与社区核对。", "按流程办结，照片已存档。", "已联系诉求人说明情况。"
            ),
            answer=answer,
            **facts,
        )
        self.check()

    def assist(self) -> None:
        for task in [task for task in self.played.tasks if task.role == "assist" and task.state == "sent"]:
            if self.stop_at == "assist":
                raise Target
            self.office(3)
            self.move(
                "assist",
                self.cast.handler(task.organisation_id, self.random),
                account="已到场配合处置，涉及本单位部分完成。",
            )

    def check(self) -> None:
        if self.stop_at in ("done",):
            raise Target
        self.office(1.6)
        if self.stop_at == "rework" or self.chance(REWORKING):
            own, unit = self.case.lead_unit_id is None, self.case.lead_unit_id
            self.move("rework", self.checker, reason=self.say(*wording.REWORKED))
            if own:
                return self.fix(self.worker)
            self.unit = unit
            self.office(1)
            assert unit is not None
            handler = self.cast.handler(unit, self.random)
            self.move("take", handler)
            return self.complete(handler)
        facts = {"photos_after": self.picture("after")} if self.random.random() < 0.15 else {}
        checked_by = (
            self.checker if self.case.lead_unit_id is None or self.random.random() < 0.4 else self.worker
        )
        self.move("verify", checked_by, **facts)
        return self.judge()

    def judge(self) -> None:
        if self.stop_at == "verified":
            raise Target
        if self.reporter is None:
            self.office(2)
            self.move("close", self.room)
        elif self.stop_at in ("callback", "rectifying", "rectified") or self.random.random() < 0.55:
            self.later(600)
            self.t = min(self.t, self.played.last + 6.9 * DAY)
            review(self)
        else:
            self.t = self.played.last + 7 * DAY
            self.move("review_over", SYSTEM)
        self.perhaps_again()

    def perhaps_again(self) -> None:
        """A few come back after they were closed."""
        if not self.chance(0.012) or self.case.reopenings:
            return None
        self.t += timedelta(days=self.random.uniform(2, 25))
        self.t = awake(self.t, self.random)
        own, self.unit = self.case.lead_unit_id is None, self.case.lead_unit_id
        self.move("reopen", self.reporter or self.room, reason_code=self.random.choice(("not_fixed", "came_back", "partly")),
                  words=self.say(*wording.REOPENED))  # fmt: skip
        if own:
            return self.fix(self.worker)
        self.office(1)
        assert self.unit is not None
        handler = self.cast.handler(self.unit, self.random)
        self.move("take", handler)
        return self.complete(handler)

    def leave_unresolved(self) -> None:
        reason = self.random.choice(list(wording.UNRESOLVED))
        self.move("close_unresolved", self.room, reason_code=reason, answer=wording.UNRESOLVED[reason])
        self.t += timedelta(hours=self.random.uniform(0.5, 20))
        self.t = awake(self.t, self.random)
        self.move("approve", self.approver)

    def go_outside(self) -> None:
        self.office(2)
        self.move(
            "transfer_out",
            self.room,
            system="市级热线平台",
            outside_number=f"R{self.random.randrange(10**8):08d}",
            reason="跨县事项，转市级平台协调。",
        )
        self.t += timedelta(days=self.random.uniform(2, 6))
        self.t = awake(self.t, self.random)
        self.move("transfer_back", self.room, words="市级平台已明确由我县办理。")
        dispatch(self)
        self.handle()

    def split(self) -> None:
        """Two matters in one report go their own ways; the whole is answered when both are."""
        self.later(30)
        troubles = (
            self.random.sample(self.matter.troubles, 2)
            if len(self.matter.troubles) > 1
            else [self.matter.troubles[0]] * 2
        )
        self.move("split", self.room, parts=[self.say(trouble)[:60] for trouble in troubles])
        for part in self.played.parts:
            Life(part, self.matter, self.ground, self.cast, self.random, self.pictures).live()
        dispatch(self)
        self.handle()

    def wait_for_parts(self) -> None:
        for part in self.played.parts:
            if part.case.open and part.case.completed_at is None:
                raise NotYet
            self.t = max(self.t, part.last + timedelta(minutes=5))
