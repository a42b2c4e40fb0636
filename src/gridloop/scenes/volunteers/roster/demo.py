"""The demo county's volunteers: skills, people near their communities, papers, times, teams and their leaders."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Organisation, Person, Post
from gridloop.core.people.personal_data import digest
from gridloop.core.scenes.stage import Act, Stage
from gridloop.core.territory.models import Area
from gridloop.demo.names import invented_name, invented_phone
from gridloop.demo.organisations import write as write_organisations
from gridloop.scenes.volunteers.roster import actions
from gridloop.scenes.volunteers.roster.models import (
    Availability,
    AvailabilityException,
    Credential,
    JoinMode,
    Membership,
    Skill,
    Team,
    Volunteer,
)

# code, name, English, needs a paper, by phone, how common
SKILLS: tuple[tuple[str, str, str, bool, bool, int], ...] = (
    ("company", "陪伴聊天", "Company and talk", False, False, 30),
    ("call", "电话问候", "Calls to say hello", False, True, 16),
    ("escort", "陪同就医", "Company to the doctor", False, False, 18),
    ("errands", "代购送物", "Shopping and errands", False, False, 22),
    ("cleaning", "居家清洁", "Cleaning", False, False, 14),
    ("haircut", "上门理发", "Haircuts at home", False, False, 5),
    ("tutoring", "课业辅导", "Help with lessons", False, True, 9),
    ("phones", "手机教学", "Teaching smartphones", False, False, 12),
    ("repairs", "水电维修", "Water and electricity repairs", True, False, 6),
    ("first_aid", "应急救护", "First aid", True, False, 8),
    ("counselling", "心理疏导", "Counselling", True, True, 3),
    ("law", "法律咨询", "Legal advice", True, True, 3),
)
WEEKS = (
    ((5, 480, 1020), (6, 480, 1020)),
    ((5, 840, 1080), (6, 840, 1080)),
    ((0, 1080, 1320), (2, 1080, 1320), (4, 1080, 1320)),
    tuple((day, 480, 720) for day in range(5)),
    tuple((day, 480, 1080) for day in range(7)),
    ((1, 840, 1080), (3, 840, 1080), (5, 480, 720)),
    tuple((day, 1080, 1320) for day in range(5)),
    ((0, 720, 1080), (1, 720, 1080), (5, 480, 1080)),
)  # fmt: skip
THEMES = (
    "邻里互助",
    "银龄陪伴",
    "护河巡查",
    "平安夜巡",
    "环境清洁",
    "应急救护",
    "助学",
    "法律服务",
    "巾帼",
    "青年",
    "便民维修",
    "文艺",
)
UNITS = ("县人民医院", "县教育局", "县供电公司", "城关中学", "县税务局", "县总工会", "县气象局")
BLOCK = 8_000_000  # of invented telephone numbers


@dataclass(frozen=True, slots=True)
class Ground:
    """Where people live: a grid's point and its community."""

    community: Area
    longitude: float
    latitude: float


def size_of(cases: int) -> tuple[int, int]:
    """How many volunteers and teams a county of so many cases has: 1,200 in 60 up to 54,000 in 1,600."""
    share = (cases - 3_000) / 187_000
    return max(200, round(1_200 + share * 52_800)), max(20, round(60 + share * 1_540))


def make(stage: Stage) -> None:
    """All of it in a few statements; the first neighbourhood is the one visitors sign in to."""
    many, teams = size_of(stage.cases)
    stage.progress(f"{many:,} volunteers in {teams:,} teams ...")
    skills = make_skills()
    ground = grounds()
    volunteers = make_volunteers(stage, many, ground)
    give_skills(stage, volunteers, skills)
    give_times(stage, volunteers)
    make_teams(stage, teams, volunteers, skills)
    add_few_by_hand(stage, volunteers, skills)


def make_skills() -> list[Skill]:
    known = {skill.code: skill for skill in Skill.objects.all()}
    Skill.objects.bulk_create(
        [
            Skill(code=code, name=name, english=english, certified=certified, remote=remote)
            for code, name, english, certified, remote, _weight in SKILLS
            if code not in known
        ]
    )
    found = {skill.code: skill for skill in Skill.objects.all()}
    return [found[code] for code, *_rest in SKILLS]


def grounds() -> list[Ground]:
    """Every grid's point, the demo accounts' own community first."""
    communities = Area.objects.defer("shape").filter(level="community", retired_at=None).in_bulk()
    grids = Area.objects.filter(level="grid", retired_at=None, longitude__isnull=False).order_by("code")
    rows = grids.values_list("parent_id", "longitude", "latitude")
    return [
        Ground(communities[parent], longitude, latitude)
        for parent, longitude, latitude in rows
        if parent in communities and longitude is not None and latitude is not None
    ]


def make_volunteers(stage: Stage, many: int, ground: list[Ground]) -> list[Volunteer]:
    random, none = stage.random, make_password(None)
    shown = Person.objects.filter(handle="demo-resident").values_list("password", flat=True).first() or none
    people = []
    for number in range(many):
        phone = invented_phone(BLOCK + number)
        handle, name = {0: ("demo-volunteer", "孟晓明"), 1: ("demo-team_leader", "龙晓明")}.get(
            number, (None, invented_name(random))
        )
        people.append(
            Person(handle=handle, name=name, phone=phone, phone_digest=digest(phone),
                   password=shown if handle else none, joined_at=stage.now - timedelta(days=random.randint(30, 1_500)))
        )  # fmt: skip
    Person.objects.bulk_create(people, batch_size=2000)
    volunteers = [volunteer_of(stage, number, person, ground) for number, person in enumerate(people)]
    Volunteer.objects.bulk_create(volunteers, batch_size=2000)
    record_all(
        new_entry("volunteer_enrolled", by=stage.by, at=one.joined_at, subject_kind="volunteer", subject=one.pk,
                  area=one.community_id, facts={"person": one.person_id, "in_service": one.in_service})
        for one in volunteers
    )  # fmt: skip
    return volunteers


def volunteer_of(stage: Stage, number: int, person: Person, ground: list[Ground]) -> Volunteer:
    """Somebody a few hundred metres around a grid's middle, with the record they brought along."""
    random = stage.random
    near = ground[0] if number < 14 else random.choice(ground)
    in_service = random.random() < 0.18
    asked = int(random.expovariate(1 / 9))
    accepted = sum(random.random() < 0.62 for _offer in range(asked))
    done = sum(random.random() < 0.93 for _task in range(accepted))
    ratings = sum(random.random() < 0.7 for _task in range(done))
    return Volunteer(
        person=person,
        number=f"3310832{2016 + number % 10}{number:07d}" if number % 4 else f"L331083{number:09d}",
        community=near.community,
        longitude=round(near.longitude + random.gauss(0, 0.003), 3),
        latitude=round(near.latitude + random.gauss(0, 0.003), 3),
        radius=random.choice((500, 1500, 1500, 1500, 3000, 3000, 8000)),
        remote_only=random.random() < 0.06,
        daily_tasks=random.choice((1, 2, 2, 3)),
        in_service=in_service,
        work_unit=random.choice(UNITS) if in_service else "",
        joined_at=stage.now - timedelta(days=random.randint(20, 1_400)),
        paused_until=(stage.now + timedelta(days=random.randint(3, 60))).date()
        if number > 1 and random.random() < 0.03
        else None,
        asked=asked,
        accepted=accepted,
        done=done,
        ratings=ratings,
        rating_sum=sum(random.choice((5, 5, 5, 4, 4, 3)) for _rating in range(ratings)),
        asked_at=stage.now - timedelta(days=random.randint(1, 90)) if asked else None,
    )


def give_skills(stage: Stage, volunteers: list[Volunteer], skills: list[Skill]) -> None:
    """One to three each; who has a skill that needs a paper has mostly handed one in."""
    random, through = stage.random, Volunteer.skills.through
    weights = [weight for *_rest, weight in SKILLS]
    by_code = {skill.code: skill for skill in skills}
    links, papers = [], []
    today = stage.now.date()
    for number, volunteer in enumerate(volunteers):
        chosen = set(random.choices(skills, weights, k=random.choice((1, 2, 2, 3))))
        if number == 0:
            chosen = {by_code["company"], by_code["escort"], by_code["first_aid"]}
        for skill in sorted(chosen, key=lambda each: each.code):
            links.append(through(volunteer_id=volunteer.pk, skill_id=skill.pk))
            if skill.certified and (number == 0 or random.random() < 0.9):
                days = 21 if number == 0 else random.randint(-60, 1_000)
                confirmed = number == 0 or (days > 0 and random.random() < 0.92)
                papers.append(
                    Credential(
                        volunteer=volunteer, skill=skill, number=f"ZJ{random.randint(10**7, 10**8 - 1)}",
                        valid_until=today + timedelta(days=max(days, 40) if not confirmed else days),
                        added_at=stage.now - timedelta(days=random.randint(1, 20 if not confirmed else 400)),
                        confirmed_at=stage.now - timedelta(days=random.randint(1, 300)) if confirmed else None,
                    )
                )  # fmt: skip
    through.objects.bulk_create(links, batch_size=5000)
    Credential.objects.bulk_create(papers, batch_size=2000)


def give_times(stage: Stage, volunteers: list[Volunteer]) -> None:
    random = stage.random
    times = [
        Availability(volunteer=volunteer, weekday=day, since=since, until=until)
        for number, volunteer in enumerate(volunteers)
        if number == 0 or random.random() < 0.96
        for day, since, until in (WEEKS[7] if number == 0 else random.choice(WEEKS))
    ]
    Availability.objects.bulk_create(times, batch_size=5000)


def make_teams(stage: Stage, many: int, volunteers: list[Volunteer], skills: list[Skill]) -> None:
    """The towns' teams, then one theme after another in each community; members live in or near them."""
    random = stage.random
    standing = list(Organisation.objects.filter(kind="team", retired_at=None, team=None).order_by("code"))
    communities = list(
        Area.objects.defer("shape").filter(level="community", retired_at=None).order_by("code")
    )
    wanted = max(0, many - len(standing))
    fresh = [
        Organisation(
            name=f"{area.name}{THEMES[(place // len(communities) + place % 5) % len(THEMES)]}志愿服务队"
            if place
            else f"{area.name}志愿服务队",
            kind="team",
            code=f"team-{area.code}-{place // len(communities)}",
            area=area,
        )
        for place in range(wanted)
        for area in (
            communities[
                place % len(communities)
                if wanted >= len(communities)
                else place * len(communities) // max(1, wanted)
            ],
        )
    ]
    write_organisations(fresh, by=stage.by)
    modes = (JoinMode.OPEN, JoinMode.APPROVAL, JoinMode.APPROVAL, JoinMode.INVITATION)
    teams = [
        Team(
            organisation=organisation,
            join_mode=JoinMode.APPROVAL if place == 0 else random.choice(modes),
            words="每月至少开展两次活动，欢迎邻里加入。",
        )
        for place, organisation in enumerate([*fresh, *standing])
    ]
    Team.objects.bulk_create(teams, batch_size=2000)
    Team.skills.through.objects.bulk_create(
        [Team.skills.through(team_id=team.pk, skill_id=random.choice(skills).pk) for team in teams]
    )
    fill_teams(stage, teams, volunteers)


def fill_teams(stage: Stage, teams: list[Team], volunteers: list[Volunteer]) -> None:
    """Everybody belongs to one team or two of their own community or town; the longest-serving one leads."""
    random = stage.random
    by_area: dict[int, list[Team]] = {}
    for team in teams:
        by_area.setdefault(team.organisation.area_id or 0, []).append(team)
    rows: dict[tuple[int, int], Membership] = {}
    for number, volunteer in enumerate(volunteers):
        community = volunteer.community
        near = by_area.get(community.pk, []) + by_area.get(community.parent_id or 0, []) if community else []
        near = near or random.sample(teams, 1)
        chosen = near[:1] if number < 12 else random.sample(near, min(len(near), random.choice((1, 1, 1, 2))))
        for team in chosen:
            asked = number in (2, 3, 4) or (number > 11 and random.random() < 0.02)
            rows[team.pk, volunteer.pk] = Membership(
                team=team, volunteer=volunteer, state="asked" if asked else "member",
                since=stage.now - timedelta(days=random.randint(1, 6) if asked else random.randint(10, 900)),
            )  # fmt: skip
    leaders: dict[int, Membership] = {}
    for membership in rows.values():
        first = membership.volunteer.person.handle != "demo-volunteer"
        if membership.state == "member" and first:
            leaders.setdefault(membership.team_id, membership)
    for membership in leaders.values():
        membership.role = "leader"
    Membership.objects.bulk_create(rows.values(), batch_size=2000)
    posts = [
        Post(person=each.volunteer.person, role="team_leader", organisation=each.team.organisation)
        for each in leaders.values()
    ]
    Post.objects.bulk_create(posts, batch_size=2000)


def add_few_by_hand(stage: Stage, volunteers: list[Volunteer], skills: list[Skill]) -> None:
    """What the visitors' own pages show: a day that differs, papers to compare in their community."""
    first = volunteers[0]
    day = (stage.now + timedelta(days=9)).date()
    AvailabilityException.objects.bulk_create([AvailabilityException(volunteer=first, day=day)])
    aid = next(skill for skill in skills if skill.code == "first_aid")
    Credential.objects.bulk_create(
        [
            Credential(volunteer=one, skill=aid, number=f"HSZ-2026-{place:04d}", valid_until=(stage.now + timedelta(days=900)).date(),
                       added_at=stage.now - timedelta(days=place))
            for place, one in enumerate(volunteers[5:9], start=1)
        ]
    )  # fmt: skip


def somebody(random: Random, among: Any) -> Any:
    """One row at random, without reading them all."""
    last = among.order_by("-pk").values_list("pk", flat=True).first()
    return among.filter(pk__gte=random.randint(1, last)).order_by("pk").first() if last else None


def enrol_somebody(random: Random) -> object:
    """A resident becomes a volunteer."""
    person = somebody(
        random,
        Person.objects.filter(is_active=True, posts=None, volunteer=None, handle=None).exclude(phone=""),
    )
    community = somebody(random, Area.objects.filter(level="community", retired_at=None))
    if person is None or community is None:
        return None
    by = Actor("person", person=person.pk)
    volunteer = actions.enrol_volunteer(
        person, community=community, longitude=community.longitude, latitude=community.latitude,
        skills=list(Skill.objects.filter(certified=False, retired_at=None).order_by("?")[:2]), by=by,
    )  # fmt: skip
    actions.set_availability(volunteer, random.choice(WEEKS), by)
    return volunteer


def change_times(random: Random) -> object:
    """A volunteer says anew when they can come."""
    volunteer = somebody(random, Volunteer.objects.filter(left_at=None))
    if volunteer is None:
        return None
    actions.set_availability(volunteer, random.choice(WEEKS), Actor("person", person=volunteer.person_id))
    return volunteer


def ask_to_join(random: Random) -> object:
    """A volunteer asks a team of their town."""
    volunteer = somebody(random, Volunteer.objects.filter(left_at=None))
    near = (
        Team.objects.filter(dissolved_at=None)
        .exclude(join_mode=JoinMode.INVITATION)
        .select_related("organisation")
    )
    if volunteer is None or volunteer.community is None:
        return None
    team = near.filter(organisation__area=volunteer.community_id).first() or near.order_by("?").first()
    return (
        actions.join_team(team, volunteer, by=Actor("person", person=volunteer.person_id)) if team else None
    )


def answer_asking(random: Random) -> object:
    """A leader answers who waits longest."""
    asked = Membership.objects.filter(
        state="asked", team__dissolved_at=None, since__lt=timezone.now() - timedelta(minutes=5)
    )
    row = asked.select_related("team__organisation", "volunteer").order_by("since").first()
    leader = (
        Membership.objects.filter(team=row.team_id, role="leader", state="member")
        .exclude(volunteer=row.volunteer_id)
        .first()
        if row
        else None
    )
    if row is None or leader is None:
        return None
    by = Actor("person", person=leader.volunteer.person_id)
    try:
        return actions.decide_membership(row, random.random() < 0.9, words="", by=by)
    except Refusal:
        return None


ACTS = (
    Act("enrol a volunteer", 0.6, enrol_somebody),
    Act("change when they can come", 0.8, change_times),
    Act("ask to join a team", 0.6, ask_to_join),
    Act("answer who asks to join", 0.5, answer_asking),
)
