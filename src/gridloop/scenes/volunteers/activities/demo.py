"""The demo county's activities: some weeks behind, this week, and ahead; sign-ups, attendance, one shift at risk."""

from datetime import timedelta
from random import Random

from django.db.models import F
from django.utils import timezone

from gridloop.core.clocks.timers import set_timers
from gridloop.core.journal.actor import Actor
from gridloop.core.people.queries import persons_in
from gridloop.core.scenes.stage import Act, Stage
from gridloop.scenes.volunteers.activities import attending, queries, signing_up
from gridloop.scenes.volunteers.activities.actions import AFTER_END
from gridloop.scenes.volunteers.activities.models import Activity, CheckIn, Shift, Signup, SignupState
from gridloop.scenes.volunteers.hours.presence import rotating_code
from gridloop.scenes.volunteers.roster.models import Membership, Team, Volunteer

# title, words, place, beginning, hours, weekday
PLANS: tuple[tuple[str, str, str, int, int, int], ...] = (
    ("河道清洁", "沿河捡拾垃圾，请穿防滑鞋，工具由社区提供。", "河滨步道东入口", 8, 2, 5),
    ("周末义诊", "测血压、血糖，健康咨询，协助秩序引导。", "社区文化广场", 9, 3, 6),
    ("平安夜巡", "两人一组巡查楼道和背街，反光背心现场领取。", "社区警务室门口", 19, 2, 2),
    ("老年食堂帮厨", "择菜、打饭、送餐到户，请带健康证。", "社区老年食堂", 10, 3, 3),
    ("四点半课堂", "陪小学生写作业、做游戏。", "社区活动室", 16, 2, 1),
    ("旧衣整理", "分拣、打包、登记捐赠衣物。", "慈善超市", 14, 2, 4),
    ("文明交通劝导", "路口引导行人和电动车。", "东门路口", 7, 2, 0),
    ("手机课堂", "教长辈用手机挂号、缴费、防诈骗。", "社区活动室", 9, 2, 4),
)
BEHIND, AHEAD = 6, 3  # weeks


def make(stage: Stage) -> None:
    """Each team of the first neighbourhoods has one or two; the demo volunteer is signed up for the next ones."""
    teams = list(
        Team.objects.filter(dissolved_at=None).select_related("organisation__area").order_by("pk")[:40]
    )
    activities = make_activities(stage, teams)
    shifts = make_shifts(stage, activities)
    people = members_of(teams)
    signups = [
        signup
        for shift in shifts
        for signup in sign_people_up(stage, shift, people.get(shift.activity.team_id or 0, []))
    ]
    show_demo_volunteer(stage, shifts, signups)
    Signup.objects.bulk_create(signups, batch_size=2000)
    Shift.objects.bulk_update(shifts, ["taken", "closed_at"], batch_size=500)
    make_check_ins(stage, signups)
    stage.progress(f"{len(activities)} activities, {len(shifts)} shifts, {len(signups)} sign-ups ...")


def make_activities(stage: Stage, teams: list[Team]) -> list[Activity]:
    made = []
    for number, team in enumerate(teams):
        area = team.organisation.area
        if area is None or area.longitude is None or area.latitude is None:
            continue
        for turn in range(2 if number < 6 else 1):
            title, words, place, *_when = PLANS[(number + turn) % len(PLANS)]
            made.append(
                Activity(
                    team=team, area=area, title=title, words=words, place=f"{area.name}{place.removeprefix('社区')}",
                    longitude=round(area.longitude + stage.random.gauss(0, 0.002), 5),
                    latitude=round(area.latitude + stage.random.gauss(0, 0.002), 5),
                    made_at=stage.now - timedelta(weeks=BEHIND + 1),
                )
            )  # fmt: skip
    return Activity.objects.bulk_create(made)


def make_shifts(stage: Stage, activities: list[Activity]) -> list[Shift]:
    """The same every week, some weeks behind and some ahead."""
    today = timezone.localtime(stage.now).replace(hour=0, minute=0, second=0, microsecond=0)
    plans = {plan[0]: plan for plan in PLANS}
    made = []
    for activity in activities:
        _title, _words, _place, hour, hours, weekday = plans[activity.title]
        first = today + timedelta(days=(weekday - today.weekday()) % 7, hours=hour)
        places = stage.random.choice((4, 6, 8, 10))
        for week in range(-BEHIND, AHEAD):
            since = first + timedelta(weeks=week)
            made.append(
                Shift(
                    activity=activity, since=since, until=since + timedelta(hours=hours), places=places,
                    least=max(2, places // 2), made_at=activity.made_at,
                    closed_at=since + timedelta(hours=hours) + AFTER_END if since + timedelta(hours=hours) + AFTER_END <= stage.now else None,
                )
            )  # fmt: skip
    Shift.objects.bulk_create(made, batch_size=1000)
    arm_all(stage, made)
    return made


def arm_all(stage: Stage, shifts: list[Shift]) -> None:
    """The clocks of the shifts to come, in one statement."""
    coming = [shift for shift in shifts if shift.until + AFTER_END > stage.now]
    timers = [
        (f"shift:{one.pk}:close", "shift_close", one.until + AFTER_END, {"shift": one.pk}) for one in coming
    ]
    timers += [
        (
            f"shift:{one.pk}:risk:{hours}",
            "shift_at_risk",
            one.since - timedelta(hours=hours),
            {"shift": one.pk, "hours": hours},
        )
        for one in coming
        for hours in (48, 24)
        if one.since - timedelta(hours=hours) > stage.now
    ]
    set_timers(timers)


def members_of(teams: list[Team]) -> dict[int, list[Volunteer]]:
    rows = Membership.objects.filter(team__in=teams, state="member", volunteer__left_at=None)
    found: dict[int, list[Volunteer]] = {}
    for row in rows.select_related("volunteer__person").order_by("pk"):
        found.setdefault(row.team_id, []).append(row.volunteer)
    return found


def sign_people_up(stage: Stage, shift: Shift, people: list[Volunteer]) -> list[Signup]:
    """Most places are taken, the nearest shifts fuller; now and then somebody waits."""
    if not people:
        return []
    share = (
        stage.random.choice((0.5, 0.8, 1.0))
        if shift.since < stage.now + timedelta(days=7)
        else stage.random.choice((0.1, 0.4, 0.7))
    )
    wanted = min(len(people), round(shift.places * share) + (stage.random.random() < 0.2))
    chosen = [one for one in stage.random.sample(people, wanted) if one.person.handle != "demo-volunteer"]
    signups = []
    for number, volunteer in enumerate(chosen):
        over = shift.closed_at is not None
        state = SignupState.SIGNED_UP if number < shift.places else SignupState.WAITING
        if over:
            state = SignupState.ATTENDED if stage.random.random() < 0.92 else SignupState.NO_SHOW
        signups.append(
            Signup(
                shift=shift,
                volunteer=volunteer,
                state=state,
                at=shift.since - timedelta(days=stage.random.uniform(1, 6)),
            )
        )
    shift.taken = min(len(chosen), shift.places)
    return signups


def show_demo_volunteer(stage: Stage, shifts: list[Shift], signups: list[Signup]) -> None:
    """The visitors' own account: two shifts ahead, one of them soon, and some behind."""
    volunteer = Volunteer.objects.filter(person__handle="demo-volunteer").first()
    if volunteer is None:
        return
    own = [one for one in shifts if one.activity.area_id == volunteer.community_id] or shifts
    ahead = sorted((one for one in own if one.since > stage.now), key=lambda one: one.since)[:8]
    behind = [one for one in own if one.closed_at is not None][-4:]
    kept: list[Shift] = []
    for shift in (*ahead, *behind):
        if (
            any(other.since < shift.until and shift.since < other.until for other in kept)
            or shift.taken >= shift.places
        ):
            continue
        kept.append(shift)
        state = SignupState.ATTENDED if shift.closed_at else SignupState.SIGNED_UP
        signups.append(
            Signup(shift=shift, volunteer=volunteer, state=state, at=shift.since - timedelta(days=4))
        )
        shift.taken += 1


def make_check_ins(stage: Stage, signups: list[Signup]) -> None:
    """Who attended came a little early or late; the newest attendances still wait for their leader."""
    rows = []
    for signup in signups:
        if signup.state != SignupState.ATTENDED:
            continue
        shift = signup.shift
        came = shift.since + timedelta(minutes=stage.random.randint(-12, 9))
        forgotten = stage.random.random() < 0.06
        how = stage.random.choice(("position", "code"))
        old = shift.until < stage.now - timedelta(days=4)
        rows.append(
            CheckIn(
                signup=signup, at=came, device_at=came + timedelta(seconds=stage.random.randint(-40, 40)), how=how,
                metres=stage.random.randint(4, 180) if how == "position" else None,
                out_at=shift.until if forgotten else shift.until - timedelta(minutes=stage.random.randint(-8, 10)),
                out_how="forgotten" if forgotten else how, confirmed_at=shift.until + timedelta(hours=2) if old else None,
            )
        )  # fmt: skip
    CheckIn.objects.bulk_create(rows, batch_size=2000)


def sign_somebody_up(random: Random) -> object:
    """A volunteer signs up for a shift of their team or community."""
    shifts = list(queries.open_shifts(timezone.now()).filter(taken__lt=F("places"))[:40])
    if not shifts:
        return None
    shift = random.choice(shifts)
    people = list(
        Volunteer.objects.filter(community=shift.activity.area_id, left_at=None).select_related("person")[:60]
    )
    people = [one for one in people if not (one.person.handle or "").startswith("demo-")]
    if not people:
        return None
    volunteer = random.choice(people)
    return signing_up.sign_up(shift, volunteer, by=Actor("person", person=volunteer.person_id), aware=True)


def somebody_checks_in(random: Random) -> object:
    """Somebody of a shift that is going on comes, or goes."""
    now = timezone.now()
    going_on = Signup.objects.filter(
        shift__since__lte=now + timedelta(minutes=20), shift__until__gt=now, shift__cancelled_at=None,
        state__in=[SignupState.SIGNED_UP, SignupState.ATTENDED],
    ).exclude(volunteer__person__handle__startswith="demo-")  # fmt: skip
    signups = list(going_on.select_related("shift__activity", "volunteer__person")[:30])
    if not signups:
        return None
    signup = random.choice(signups)
    by = Actor("person", person=signup.volunteer.person_id)
    proof = attending.Proof(code=rotating_code(attending.subject_of(signup.shift)), device_at=now)
    inside = signup.check_ins.filter(out_at=None).first()
    if inside is None:
        return attending.check_in(signup, proof, by=by)
    late = signup.shift.until - now < timedelta(minutes=25)
    return attending.check_out(inside, proof, by=by) if late else None


def leader_confirms(random: Random) -> object:
    """A leader, or a clerk of the place, confirms one of the oldest attendances that wait."""
    waiting = CheckIn.objects.filter(out_at__isnull=False, confirmed_at=None, refused="")
    rows = waiting.select_related(
        "signup__shift__activity__team", "signup__shift__activity__area", "signup__volunteer__person"
    )
    for row in random.sample(found := list(rows.order_by("out_at")[:20]), len(found)):
        activity = row.signup.shift.activity
        people = [*queries.leaders_of(activity), *persons_in("community_clerk", area=activity.area_id)]
        others = [one for one in people if one.pk != row.signup.volunteer.person_id]
        if others:
            return attending.confirm_attendance(row, by=Actor("person", person=others[0].pk))
    return None


ACTS = (
    Act("sign_up", 2.0, sign_somebody_up),
    Act("check_in", 2.0, somebody_checks_in),
    Act("confirm_attendance", 0.6, leader_confirms),
)
