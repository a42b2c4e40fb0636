"""The demo county's requests: some at every step, a history behind them, and what people go on doing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from django.db.models import Q
from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Urgency
from gridloop.core.cases.spots import Spot
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person, Post
from gridloop.core.scenes.stage import Act, Stage
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.requests import actions, history, mandates
from gridloop.scenes.volunteers.requests.models import (
    LIVE,
    Assignment,
    AssignmentState,
    MatchingMode,
    Mode,
    Offer,
    OfferState,
)
from gridloop.scenes.volunteers.requests.proving import shown_code
from gridloop.scenes.volunteers.requests.queries import KIND
from gridloop.scenes.volunteers.requests.reasons import CANNOT
from gridloop.scenes.volunteers.requests.running import look_for_volunteers, match_at_once, match_waiting
from gridloop.scenes.volunteers.roster.models import Skill, Volunteer

WORDS = {
    "errands": ("帮忙到菜场买几样菜，三楼没有电梯。", "想请人到药店取一下降压药，处方在家里。"),
    "escort": ("后天去医院复查，一个人走不稳。", "请陪着去社区卫生服务中心量血压、取药。"),
    "company": ("老伴住院了，一个人在家，想有人来坐坐说说话。", "孩子都在外地，想请人陪着下盘棋。"),
    "repairs": ("厨房水龙头一直滴水，自己拧不紧。", "楼道灯换了灯泡还是不亮，想请人看看。"),
    "phones": ("新手机不会用，想学会跟孙子视频。", "不会在手机上预约挂号，请教一教。"),
    "haircut": ("行动不便，想请人上门理个发。",),
    "cleaning": ("窗户够不着，想请人帮忙擦一下。",),
    "call": ("想请人每天打个电话问一声。",),
    "tutoring": ("孩子三年级，数学应用题跟不上。",),
}
PRAISE = ("很耐心，谢谢！", "准时到的，帮了大忙。", "小伙子很热情。", "下次还想请她来。")


@dataclass(frozen=True, slots=True)
class Corner:
    """The community in which visitors look around: its clerk, its volunteers, its residents."""

    community: Area
    clerk: Actor
    volunteers: list[Volunteer]
    residents: list[Person]
    spots: list[Spot]


def actor(person: Person | int) -> Actor:
    return Actor("person", person=person if isinstance(person, int) else person.pk)


def make(stage: Stage) -> None:
    """A history for the figures, then requests at every step in the visitors' community, through the real engine."""
    place = corner(stage.random)
    if place is None:
        return
    stage.progress("Requests for help at every step ...")
    set_modes(place)
    history.write(stage, place.community, place.volunteers, place.residents)
    play_steps(stage, place)
    make_mandates(stage, place)


def corner(random: Random) -> Corner | None:
    """The demo clerk's community, and who lives there."""
    post = Post.objects.filter(person__handle="demo-community_clerk").select_related("person", "area").first()
    if post is None or post.area is None or not Skill.objects.exists():
        return None
    grids = Area.objects.filter(parent=post.area, level="grid", retired_at=None).values_list(
        "pk", "longitude", "latitude"
    )
    spots = [
        Spot(pk, longitude + random.gauss(0, 0.0015), latitude + random.gauss(0, 0.0015), "", "point")
        for pk, longitude, latitude in grids
        for _spot in range(6)
        if longitude is not None and latitude is not None
    ]
    near = Volunteer.objects.filter(
        Q(community=post.area) | Q(community__parent=post.area.parent_id), left_at=None, paused_until=None
    )
    first = list(near.filter(person__handle="demo-volunteer").select_related("person"))
    others = list(near.exclude(person__handle="demo-volunteer").select_related("person").order_by("pk")[:60])
    residents = Person.objects.filter(posts=None, volunteer=None, is_active=True).exclude(phone="")
    resident = list(Person.objects.filter(handle="demo-resident"))
    people = [*resident, *residents.exclude(handle="demo-resident").order_by("pk")[:60]]
    if not spots or len(others) < 12 or len(people) < 12:
        return None
    return Corner(
        post.area, Actor("person", person=post.person_id, post=post.pk), [*first, *others], people, spots
    )


def set_modes(place: Corner) -> None:
    """A dry run where visitors are, on next door, off everywhere else."""
    MatchingMode.objects.update_or_create(community=place.community, defaults={"mode": Mode.DRY})
    siblings = Area.objects.defer("shape").filter(parent=place.community.parent_id, level="community")
    for neighbour in siblings.exclude(pk=place.community.pk).order_by("code")[:4]:
        MatchingMode.objects.update_or_create(community=neighbour, defaults={"mode": Mode.ON})


def ask(
    random: Random,
    place: Corner,
    person: Person,
    *,
    hours: float = 5.0,
    skill: str = "",
    urgency: int = Urgency.NORMAL,
    people: int = 1,
) -> Case:
    """A resident asks for help, some hours from now."""
    code = skill or random.choice([code for code in WORDS if code in known_skills()])
    spot = random.choice(place.spots)
    since = timezone.now() + timedelta(hours=hours)
    since = since.replace(minute=since.minute // 30 * 30, second=0, microsecond=0)
    house = f"{place.community.name}{random.randint(1, 60)}号{random.randint(1, 4)}单元{random.randint(1, 6)}0{random.randint(1, 3)}室"
    return actions.ask_for_help(
        Skill.objects.get(code=code),
        words=random.choice(WORDS[code]),
        spot=spot,
        since=since,
        until=since + timedelta(hours=2),
        person=person,
        contact=actions.Contact(person.name, person.phone, house),
        urgency=urgency,
        people=people,
        by=actor(person),
    )


def known_skills() -> set[str]:
    return set(Skill.objects.filter(retired_at=None).values_list("code", flat=True))


def play_steps(stage: Stage, place: Corner) -> None:
    """One or more requests at each step; the visitors' own resident and volunteer have a part in several."""
    random, clerk = stage.random, place.clerk
    resident, visitor, others = place.residents[0], place.volunteers[0], place.volunteers[1:]
    people = iter(place.residents[1:])
    helpers = iter(others)

    def seek(person: Person, **more: Any) -> Case:
        return move_case(ask(random, place, person, **more), "accept", by=clerk)

    def offer(case: Case, *volunteers: Volunteer) -> list[Offer]:
        actions.ask_volunteers(case, [one.number for one in volunteers], by=clerk)
        return list(Offer.objects.filter(case=case, state=OfferState.SENT).order_by("pk"))

    def promise(person: Person, volunteer: Volunteer, **more: Any) -> Assignment:
        found = offer(seek(person, **more), volunteer)
        return actions.accept_offer(found[0], by=actor(volunteer.person))

    def arrive(task: Assignment, minutes: int = 50) -> Assignment:
        actions.arrive(task, code=shown_code(task), by=actor(task.volunteer.person))
        Assignment.objects.filter(pk=task.pk).update(arrived_at=timezone.now() - timedelta(minutes=minutes))
        task.refresh_from_db()
        return task

    def help_(person: Person, volunteer: Volunteer, **more: Any) -> Assignment:
        task = arrive(promise(person, volunteer, hours=0.2, **more))
        return actions.complete(task, code=shown_code(task), by=actor(task.volunteer.person))

    def judge(task: Assignment, rating: int, words: str = "") -> Case:
        by = actor(task.case.reporter_id or 0)
        return move_case(task.case, "review", by=by, facts={"rating": rating, "words": words})

    ask(random, place, resident, hours=26, skill="phones")
    ask(random, place, next(people), hours=7, urgency=Urgency.URGENT)
    ask(random, place, next(people), hours=30)
    waiting = [seek(next(people), hours=hours) for hours in (22, 24, 25, 28)]
    match_waiting(Mode.DRY, reason="batch")
    for case, alike in zip(waiting, (True, True, False), strict=False):
        best = list(
            Volunteer.objects.filter(pk__in=case.considerations.filter(chosen=True).values("volunteer"))
        )
        found = offer(case, best[0] if alike and best else next(helpers))
        actions.accept_offer(found[0], by=actor(found[0].volunteer.person_id))
    offer(seek(next(people), hours=8, skill="company"), visitor, next(helpers), next(helpers))
    offer(seek(next(people), hours=27, skill="escort", people=2), visitor, next(helpers))
    declined = offer(seek(next(people), hours=9), next(helpers), next(helpers))
    actions.decline_offer(
        declined[0], reason="too_far", words="在城西上班", by=actor(declined[0].volunteer.person)
    )
    promise(resident, next(helpers), hours=6, skill="errands")
    promise(next(people), visitor, hours=3, skill="escort")
    back = promise(next(people), next(helpers), hours=5)
    actions.hand_back(back, reason="unwell", by=actor(back.volunteer.person))
    arrive(promise(next(people), next(helpers), hours=0.2), minutes=20)
    help_(resident, next(helpers), skill="company")
    help_(next(people), visitor)
    judge(help_(next(people), next(helpers)), 1, "来得太晚，饭点都过了。")
    bad = judge(help_(next(people), next(helpers)), 2, "东西买错了。")
    move_case(bad, "call_back", by=clerk, facts={"account": "电话核实，情况属实。"})
    for _good in range(2):
        task = help_(next(people), next(helpers))
        judge(task, random.choice((4, 5, 5)), random.choice(PRAISE))
        actions.rate_task(task, rating=5, words="老人家很客气。", by=actor(task.volunteer.person))
    move_case(ask(random, place, next(people)), "decline", by=clerk,
              facts={"reason_code": "not_voluntary", "answer": "燃气维修请联系燃气公司，社区已代为转告。"})  # fmt: skip
    withdrawing = next(people)
    move_case(seek(withdrawing), "withdraw", by=actor(withdrawing), facts={"reason_code": "solved_itself"})
    move_case(seek(next(people)), "close_unresolved", by=clerk,
              facts={"reason_code": "nobody_free", "answer": "本周没有会修家电的志愿者，已登记下周的便民服务日。"})  # fmt: skip


def make_mandates(stage: Stage, place: Corner) -> None:
    """The visitors' resident may ask for an old neighbour; a daughter waits for the community's yes."""
    resident, mother, daughter = place.residents[0], place.residents[40], place.residents[41]
    mandate = mandates.ask_for_mandate(
        resident, mother, relation="relative", community=place.community, by=actor(resident)
    )
    mandates.confirm_mandate(mandate, by=place.clerk)
    mandates.ask_for_mandate(
        daughter, place.residents[42], relation="relative", community=place.community, by=actor(daughter)
    )
    mandates.ask_for_mandate(
        place.residents[43],
        resident,
        relation="neighbour",
        community=place.community,
        by=actor(place.residents[43]),
    )


# What people go on doing, one small thing at a time.


def one(random: Random, found: Any) -> Any:
    """One row of the first hundred."""
    rows = list(found[:100])
    return random.choice(rows) if rows else None


def somebody_asks(random: Random) -> object:
    """A resident asks; about one in six is in a hurry."""
    place = corner(random)
    if place is None:
        return None
    hurry = random.random() < 0.17
    return ask(random, place, random.choice(place.residents[1:]), hours=1 if hurry else random.uniform(2, 60),
               urgency=Urgency.URGENT if hurry else Urgency.NORMAL, people=2 if random.random() < 0.1 else 1)  # fmt: skip


def the_community_accepts(random: Random) -> object:
    """A clerk accepts what waits longest, and has volunteers asked."""
    case = Case.objects.filter(kind=KIND, step="asked", open=True).order_by("pk").first()
    post = Post.objects.filter(role="community_clerk", area=case.community_id).first() if case else None
    if case is None or post is None:
        return None
    by = Actor("person", person=post.person_id, post=post.pk)
    case = move_case(case, "accept", by=by)
    return dispatch(case, by)


def the_community_dispatches(random: Random) -> object:
    """A clerk asks volunteers where nobody is being asked."""
    waiting = Case.objects.filter(kind=KIND, step="seeking", open=True, need__until__gt=timezone.now())
    case = one(random, waiting.exclude(offers__state=OfferState.SENT).order_by("pk"))
    post = Post.objects.filter(role="community_clerk", area=case.community_id).first() if case else None
    return dispatch(case, Actor("person", person=post.person_id, post=post.pk)) if case and post else None


def dispatch(case: Case, by: Actor) -> object:
    if match_at_once(case) is not None and case.offers.filter(state=OfferState.SENT).exists():
        return case
    run = look_for_volunteers(case, by=by)
    best = run.considerations.filter(case=case).order_by("-chosen", "total")[:2] if run else []
    numbers = [row.volunteer.number for row in best]
    return actions.ask_volunteers(case, numbers, by=by, run=run.pk) if run and numbers else None


def a_volunteer_answers(random: Random) -> object:
    """Six in ten say yes; the others give a reason."""
    waiting = Offer.objects.filter(state=OfferState.SENT, expires_at__gt=timezone.now(), case__step="seeking")
    offer = one(
        random,
        waiting.exclude(volunteer__person__handle="demo-volunteer")
        .select_related("case", "volunteer")
        .order_by("pk"),
    )
    if offer is None:
        return None
    by = actor(offer.volunteer.person_id)
    return quietly(
        lambda: (
            actions.accept_offer(offer, by=by)
            if random.random() < 0.6
            else actions.decline_offer(offer, reason=random.choice(list(CANNOT)), by=by)
        )
    )


def a_volunteer_arrives(random: Random) -> object:
    soon = timezone.now() + timedelta(hours=1)
    due = Assignment.objects.filter(state=AssignmentState.PROMISED, case__need__since__lte=soon)
    task = one(
        random,
        due.exclude(volunteer__person__handle="demo-volunteer")
        .select_related("case", "volunteer")
        .order_by("pk"),
    )
    if task is None:
        return None
    return quietly(lambda: actions.arrive(task, code=shown_code(task), by=actor(task.volunteer.person_id)))


def a_volunteer_finishes(random: Random) -> object:
    there = Assignment.objects.filter(
        state=AssignmentState.ARRIVED, arrived_at__lt=timezone.now() - timedelta(minutes=2)
    )
    task = one(
        random,
        there.exclude(volunteer__person__handle="demo-volunteer")
        .select_related("case", "volunteer")
        .order_by("pk"),
    )
    if task is None:
        return None
    return quietly(lambda: actions.complete(task, code=shown_code(task), by=actor(task.volunteer.person_id)))


def a_volunteer_hands_back(random: Random) -> object:
    ahead = Assignment.objects.filter(
        state__in=LIVE, case__step="assigned", case__need__since__gt=timezone.now()
    )
    task = one(
        random,
        ahead.exclude(volunteer__person__handle="demo-volunteer")
        .select_related("case", "volunteer")
        .order_by("pk"),
    )
    if task is None:
        return None
    return quietly(lambda: actions.hand_back(task, reason="no_time", by=actor(task.volunteer.person_id)))


def somebody_judges(random: Random) -> object:
    """The person helped says how it was; seldom badly."""
    done = Case.objects.filter(kind=KIND, step__in=("done", "rectified"), open=True, reporter__isnull=False)
    case = one(random, done.exclude(reporter__handle="demo-resident").order_by("pk"))
    if case is None:
        return None
    facts = {"rating": random.choice((5, 5, 5, 4, 4, 3, 2)), "words": random.choice(PRAISE)}
    return quietly(lambda: move_case(case, "review", by=actor(case.reporter_id), facts=facts))


def quietly(act: Callable[[], object]) -> object:
    """Somebody may have been faster: then nothing happens."""
    try:
        return act()
    except Refusal:
        return None


ACTS = (
    Act("ask a neighbour for help", 1.6, somebody_asks),
    Act("accept a request for help", 1.4, the_community_accepts),
    Act("dispatch volunteers by hand", 0.8, the_community_dispatches),
    Act("answer an offer", 2.2, a_volunteer_answers),
    Act("arrive at a neighbour's", 1.4, a_volunteer_arrives),
    Act("finish helping", 1.4, a_volunteer_finishes),
    Act("hand a task back", 0.1, a_volunteer_hands_back),
    Act("say how the help was", 1.2, somebody_judges),
)
