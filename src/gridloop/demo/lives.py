"""How a case lives: one believable way through the flow for each report, from its first word to its verdict."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from gridloop.core.cases.models import Party
from gridloop.core.clocks.calendar import current
from gridloop.core.clocks.working_time import moment_after
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.demo import wording
from gridloop.demo.cast import Cast, actor
from gridloop.demo.ground import Ground
from gridloop.demo.playing import NotYet, Played
from gridloop.demo.wording import Matter

DAY = timedelta(days=1)
RETURNING, ASKING, EXTENDING, SUSPENDING, WHISTLING, REWORKING = 0.06, 0.05, 0.05, 0.03, 0.05, 0.04
SLOW_UNITS = {
    "housing": 1.25,
    "resources": 1.3,
    "property": 1.35,
    "ecology": 1.15,
    "power": 0.8,
    "gas": 0.7,
    "sanitation": 0.85,
}


@dataclass
class Pictures:
    """Drawn pictures to show: by what they show."""

    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


class Target(Exception):
    """The step a story was to stop at is reached."""


@dataclass
class Life:
    """One case with the people around it; `stop_at` lets a story end early, for queues that must not be empty."""

    played: Played
    matter: Matter
    ground: Ground
    cast: Cast
    random: Random
    pictures: Pictures
    automatic: tuple[int, int] | None = None  # (rule, unit) of an automatic rule that fired
    fold: tuple[datetime, int] | None = None  # when, and into which case
    stop_at: str = ""
    unit: int | None = None
    hurried: bool = False  # everything within minutes, whatever the hour
    t: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.t = self.played.case.reported_at
        self.case = self.played.case
        self.urgent = self.case.urgency <= 2 or self.matter.code.startswith("04")

    def live(self) -> None:
        """From the report as far as now, or as far as told."""
        with contextlib.suppress(NotYet, Target):
            self.begin()
        if self.case.open:
            self.played.advance(self.played.stage.now)

    # --- time and people ------------------------------------------------------------------------------------------

    def later(self, minutes: float) -> None:
        """After about so many minutes, while people are awake."""
        self.t += timedelta(minutes=self.random.expovariate(1 / minutes) + 1)
        if not (self.urgent or self.hurried):
            self.t = awake(self.t, self.random)

    def office(self, hours: float) -> None:
        """After about so many working hours."""
        if self.hurried or self.urgent:
            return self.later(hours * 25)
        self.t = moment_after(
            self.t, self.random.lognormvariate(-0.3, 0.7) * hours, "working_hours", current()
        )
        return None

    def chance(self, share: float) -> bool:
        return not self.stop_at and self.random.random() < share

    def move(self, name: str, by: Actor, **facts: Any) -> None:
        self.played.move(name, self.t, by, **facts)
        self.t = self.played.last
        if self.stop_at == name:
            raise Target

    @property
    def room(self) -> Actor:
        return self.cast.room(self.case.town_id, self.case.county_id or 0, self.random, level=self.case.level)

    @property
    def worker(self) -> Actor:
        return self.cast.worker(self.ground.grid, self.random) or self.room

    @property
    def checker(self) -> Actor:
        """Somebody else than who handled it: the community's clerk, or the room."""
        return (
            self.random.random() < 0.6 and self.cast.clerk(self.case.community_id, self.random)
        ) or self.room

    @property
    def reporter(self) -> Actor | None:
        if self.case.reporter_id:
            return actor(self.case.reporter_id)
        return Actor("token", name=f"case:{self.case.pk}") if self.case.tracking_digest else None

    def say(self, *choices: str) -> str:
        return wording.filled(self.random.choice(choices), self.random)

    # --- the way --------------------------------------------------------------------------------------------------

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
        if self.reporter and self.chance(0.012):
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
            self.ask(acting)
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
        self.dispatch()
        return self.handle()

    def dispatch(self) -> None:
        self.office(0.7)
        self.unit = self.unit or self.wanted_unit()
        facts: dict[str, Any] = {"lead_unit": self.unit}
        if self.random.random() < 0.3:
            facts["words"] = self.say(
                "请尽快到现场核实。", "请于时限内办结并回复。", "群众关注度高，请重视。", "请与社区对接。"
            )
        if self.stop_at == "assist" or self.chance(WHISTLING):
            facts["assistants"] = self.helpers()
        self.move("dispatch", self.room, **facts)

    def wanted_unit(self) -> int:
        return self.cast.unit_for(
            self.matter.unit, town=self.case.town_id, community=self.case.community_id, random=self.random
        )

    def helpers(self) -> list[int]:
        every = [
            self.cast.units[f"bureau-{code}"]
            for code in ("enforcement", "housing", "police", "market", "fire", "ecology")
        ]
        return sorted(
            self.random.sample([unit for unit in every if unit != self.unit], self.random.randint(1, 2))
        )

    def handle(self) -> None:
        """Taken by the unit, perhaps returned first, perhaps stretched; completed, or left unresolved."""
        self.maybe_return()
        if self.stop_at == "arbitration":
            return None
        self.office(0.8 if self.random.random() < 0.93 else 6)
        assert self.unit is not None
        handler = self.cast.handler(self.unit, self.random)
        self.move("take", handler)
        if self.stop_at == "suspend" or self.chance(SUSPENDING):
            self.suspend()
        if self.reporter and not self.case.suspended_at and self.chance(ASKING / 2):
            self.ask(handler)
        if self.stop_at == "extend" or self.chance(EXTENDING):
            self.extend(handler)
        if self.chance(0.015):
            self.office(12)
            return self.leave_unresolved()
        self.complete(handler)
        return None

    def maybe_return(self) -> None:
        times = 1 if self.chance(RETURNING) else 0
        times = self.random.randint(2, 3) if times and self.random.random() < 0.18 else times
        times = {"return": 1, "arbitration": 3}.get(self.stop_at, times)
        for number in range(times):
            self.office(1.5)
            assert self.unit is not None
            self.move(
                "return", self.cast.handler(self.unit, self.random), reason=self.say(*wording.RETURNED),
                reason_code=self.random.choice(("not_ours", "other_area", "wrong_class", "no_facts")),
            )  # fmt: skip
            if self.case.step == "arbitration":
                if self.stop_at == "arbitration":
                    return None
                self.office(3)
                self.unit = self.wanted_unit()
                centre = self.cast.room(None, self.case.county_id or 0, self.random)
                return self.move(
                    "arbitrate",
                    centre,
                    lead_unit=self.unit,
                    reason="经会商，以先行处置为原则，确定由该单位牵头。",
                )
            self.unit = self.helpers()[0] if number + 1 < times else self.wanted_unit()
            self.dispatch()
        return None

    def suspend(self) -> None:
        self.office(4)
        days = self.random.choice((3, 5, 7, 10, 15))
        self.move("suspend", self.room, reason_code=self.random.choice(("weather", "works", "third_party", "procedure")), days=days,
                  reason=self.say("等待材料到货后继续施工。", "连日降雨，待天气好转后处理。", "需产权单位书面同意。"))  # fmt: skip
        if self.random.random() < 0.6:
            self.t += timedelta(days=days * self.random.uniform(0.4, 0.9))
            self.later(120)
            self.move("resume", self.room)
        else:
            self.t += timedelta(days=days)
            self.move("resume", SYSTEM)

    def ask(self, acting: Actor) -> None:
        self.later(50)
        self.move("ask", acting, words=self.say(*wording.ASKED))
        assert self.reporter is not None
        if self.random.random() < 0.75:
            self.later(300)
            if self.t < self.played.last + 3 * DAY:
                return self.move("answer", self.reporter, words=self.say(*wording.ANSWERED))
        self.t = self.played.last + 3 * DAY
        return self.move("question_over", SYSTEM)

    def extend(self, handler: Actor) -> None:
        clock = self.played.running("completion")
        if clock is None or clock.due_at is None:
            return
        share = 0.05 if self.hurried else self.random.uniform(0.3, 0.8)
        asked = self.t + min(
            (clock.due_at - self.t) * share, timedelta(minutes=10) if self.hurried else timedelta.max
        )
        if asked <= self.t or asked >= clock.due_at - timedelta(minutes=5):
            return
        self.t = asked
        self.move("extend", handler, days=self.random.choice((2, 3, 5)), reason=self.say(*wording.EXTENDED))
        self.later(100)
        if self.random.random() < 0.8:
            self.move("grant_extension", self.room)
        else:
            self.move("refuse_extension", self.room, words="条件已具备，请按原时限办结。")

    def pester(self, until: datetime) -> None:
        """What people do while it takes too long."""
        clock = self.played.running("completion")
        if clock is None or clock.due_at is None or until < clock.due_at:
            return
        for share, name in ((0.35, "remind"), (0.7, "supervise")):
            if self.random.random() > 0.4:
                continue
            self.t = max(self.t, awake(clock.due_at + (until - clock.due_at) * share, self.random))
            if self.t >= until:
                return
            if name == "remind":
                self.move("remind", self.reporter or self.room, words=self.say(*wording.REMINDED))
            else:
                leader = self.random.choice(self.cast.leaders[self.case.county_id or 0] or [self.room])
                if self.case.overdue and self.random.random() < 0.5:
                    self.move("acknowledge", self.room)
                self.move(
                    "supervise",
                    leader,
                    supervision=self.random.choice("112"),
                    reason=self.say(*wording.SUPERVISED),
                )

    def until_done(self, pace: float) -> None:
        """As long as such a thing takes: a share of its limit, mostly below one."""
        clock = self.played.running("completion")
        if clock is None or self.hurried:
            return self.later(15)
        share = self.random.lognormvariate(-0.85, 0.55) * pace
        done = moment_after(clock.started_at, clock.value * share, clock.unit, current())
        done = max(done, self.t + timedelta(minutes=self.random.uniform(8, 50)))
        done = done if self.urgent else awake(done, self.random)
        self.pester(done)
        self.t = max(self.t, done)
        return None

    def fix(self, acting: Actor) -> None:
        if self.stop_at == "own":
            raise Target
        self.until_done(0.35)
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

    def picture(self, which: str) -> list[int]:
        return [self.random.choice(getattr(self.pictures, which))]

    def complete(self, handler: Actor) -> None:
        self.assist()
        self.until_done(SLOW_UNITS.get(self.matter.unit, 1.0))
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
                "现场已处理，已与社区核对。", "按流程办结，照片已存档。", "已联系报告人说明情况。"
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
            self.review()
        else:
            self.t = self.played.last + 7 * DAY
            self.move("review_over", SYSTEM)
        self.perhaps_again()

    def review(self) -> None:
        assert self.reporter is not None
        late = self.case.due_at is not None or any(clock.breached_at for clock in self.played.deadlines)
        bad = self.stop_at != "" or self.random.random() < (0.16 if late else 0.06)
        stars = self.random.choice((1, 2, 2)) if bad else self.random.choices((3, 4, 5), (1, 3, 6))[0]
        words = self.say(*(wording.BAD if bad else wording.FAIR if stars == 3 else wording.GOOD))
        self.move("review", self.reporter, rating=stars, words=words)
        if not bad:
            return None
        if self.stop_at == "callback":
            raise Target
        self.office(3)
        if not self.stop_at and self.random.random() < 0.35:
            return self.move(
                "explain",
                self.room,
                reason_code=self.random.choice(("not_justified", "unreachable")),
                account=self.say(*wording.EXPLAINED),
            )
        self.move("call_back", self.room, account=self.say(*wording.CALLED_BACK))
        if self.stop_at == "rectifying":
            raise Target
        self.office(self.random.uniform(6, 40))
        by = self.cast.handler(self.case.lead_unit_id, self.random) if self.case.lead_unit_id else self.worker
        self.move(
            "rectify",
            by,
            account=self.say(*wording.RECTIFIED),
            answer=wording.answer_to(self.random, self.matter),
        )
        if self.stop_at == "rectified":
            raise Target
        if self.random.random() < 0.6:
            self.later(700)
            self.t = min(self.t, self.played.last + 6.9 * DAY)
            stars = self.random.choices((2, 3, 4, 5), (1, 3, 4, 3))[0]
            return self.move("review", self.reporter, rating=stars, words=self.say(*wording.FAIR))
        self.t = self.played.last + 7 * DAY
        return self.move("review_over", SYSTEM)

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
        self.dispatch()
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
        self.dispatch()
        self.handle()

    def wait_for_parts(self) -> None:
        for part in self.played.parts:
            if part.case.open and part.case.completed_at is None:
                raise NotYet
            self.t = max(self.t, part.last + timedelta(minutes=5))


def awake(at: datetime, random: Random) -> datetime:
    """The same moment, or the next morning when people sleep."""
    local = timezone.localtime(at)
    if 7 <= local.hour < 21:
        return at
    morning = local.replace(hour=7, minute=30, second=0, microsecond=0) + timedelta(
        minutes=random.expovariate(1 / 70)
    )
    return morning + DAY if local.hour >= 21 else morning


def fold_voice(played: Played, person: int | None) -> Callable[[datetime], None]:
    """The other side of `link_duplicate`: the case that stays takes the voice over."""

    def take(at: datetime) -> None:
        known = {party.person_id for party in played.parties}
        arriving = [person] if person and person not in known else []
        played.parties += [Party(case=played.case, person_id=each, role="joined", at=at) for each in arriving]
        played.case.voices += max(len(arriving), 1)
        played.case.turn += 1

    return take


def join_in(played: Played, person: int) -> Callable[[datetime], None]:
    """One more resident says "me too"."""

    def join(at: datetime) -> None:
        if person not in {party.person_id for party in played.parties}:
            played.move("join", at, actor(person))

    return join
