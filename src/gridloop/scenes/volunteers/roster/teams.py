"""Teams: founded, joined in one of three ways, left, dissolved."""

import secrets
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.notices.actions import tell
from gridloop.core.people.actions import appoint, end_post
from gridloop.core.people.models import Person
from gridloop.core.people.organising import found_organisation, retire_organisation
from gridloop.core.people.queries import current_posts, forget_hats, require
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.roster.models import JoinMode, Membership, Skill, Team, Volunteer
from gridloop.scenes.volunteers.roster.queries import CARE, leads

# Founding an organisation and giving a post belong to administrators; here the scene does both, for whoever may
# found a team, and the journal names them beside it.
SCENE = Actor(kind="system", name="volunteers")
LEADER = "team_leader"
STANDING = ("asked", "invited", "member")


@transaction.atomic
def found_team(
    name: str,
    *,
    area: Area,
    join_mode: str = JoinMode.APPROVAL,
    words: str = "",
    skills: Iterable[Skill] = (),
    leader: Volunteer | None = None,
    by: Actor,
) -> Team:
    """A new team of an area; its leader, a volunteer, gets the post that goes with it."""
    require(by, CARE, area.pk)
    if join_mode not in JoinMode.values:
        raise Refusal(_("Choose how one joins."), field="join_mode")
    if Team.objects.filter(
        organisation__name=name.strip(), organisation__area=area, dissolved_at=None
    ).exists():
        raise Refusal(_("This area has a team of this name already."), field="name")

    organisation = found_organisation(
        name, kind="team", code=f"team-{area.code}-{secrets.token_hex(4)}", area=area, by=SCENE
    )
    team = Team.objects.create(organisation=organisation, join_mode=join_mode, words=words.strip()[:1000])
    team.skills.set(skills)

    record_team("team_founded", team, by)
    if leader is not None:
        appoint_leader(team, leader, by=by)
    return team


@transaction.atomic
def appoint_leader(team: Team, leader: Volunteer, *, by: Actor) -> Membership:
    """A volunteer becomes leader of the team, and a member of it if they were none."""
    require(by, CARE, team.organisation.area_id)
    guard_standing(team)
    membership, _made = Membership.objects.update_or_create(
        team=team, volunteer=leader,
        defaults={"state": "member", "role": "leader", "ended_at": None},
    )  # fmt: skip
    held = current_posts().filter(person=leader.person, role=LEADER, organisation=team.organisation)
    if not held.exists():
        appoint(leader.person, LEADER, organisation=team.organisation, by=SCENE)

    record_team("team_leader_named", team, by, volunteer=leader)
    return membership


@transaction.atomic
def change_team(
    team: Team,
    *,
    join_mode: str | None = None,
    words: str | None = None,
    skills: Iterable[Skill] | None = None,
    by: Actor,
) -> None:
    """How one joins, and what the team says of itself."""
    guard_leads(team, by)
    if join_mode is not None and join_mode not in JoinMode.values:
        raise Refusal(_("Choose how one joins."), field="join_mode")
    wanted = {
        "join_mode": join_mode or team.join_mode,
        "words": team.words if words is None else words.strip()[:1000],
    }
    if not Team.objects.filter(pk=team.pk, dissolved_at=None).update(**wanted):
        raise TooLate(_("This team has been dissolved."))
    team.join_mode, team.words = wanted["join_mode"], wanted["words"]
    if skills is not None:
        team.skills.set(skills)

    record_team("team_changed", team, by)


@transaction.atomic
def join_team(team: Team, volunteer: Volunteer, *, by: Actor) -> Membership:
    """Joins an open team at once, asks a team that decides, accepts an invitation."""
    guard_own(volunteer, by)
    guard_standing(team)
    known = Membership.objects.filter(team=team, volunteer=volunteer).first()
    if known is not None and known.state == "member":
        return known
    invited = known is not None and known.state == "invited"
    if team.join_mode == JoinMode.INVITATION and not invited:
        raise NotAllowed(_("This team invites its members. Speak with its leader."), code="by_invitation")
    state = "member" if invited or team.join_mode == JoinMode.OPEN else "asked"

    membership = set_state(team, volunteer, state)

    if state == "member":
        record_team("team_joined", team, by, volunteer=volunteer)
    else:
        record_team("team_asked", team, by, volunteer=volunteer)
    return membership


@transaction.atomic
def invite_to_team(team: Team, volunteer: Volunteer, *, by: Actor) -> Membership:
    """The team asks a volunteer to join; who has asked already becomes a member by this."""
    guard_leads(team, by)
    guard_standing(team)
    known = Membership.objects.filter(team=team, volunteer=volunteer).first()
    if known is not None and known.state in ("invited", "member"):
        return known
    state = "member" if known is not None and known.state == "asked" else "invited"

    membership = set_state(team, volunteer, state)

    if state == "member":
        record_team("membership_accepted", team, by, volunteer=volunteer)
        tell_member("membership_accepted", membership)
    else:
        record_team("team_invited", team, by, volunteer=volunteer)
        tell_member("team_invited", membership)
    return membership


@transaction.atomic
def decide_membership(membership: Membership, accept: bool, *, words: str = "", by: Actor) -> Membership:
    """The team's leader, or who looks after its area, answers somebody who asked to join."""
    guard_leads(membership.team, by)
    if by.person is not None and by.person == membership.volunteer.person_id:
        raise NotAllowed(_("Somebody else has to decide about you."))
    guard_standing(membership.team)
    asked = Membership.objects.filter(pk=membership.pk, state="asked")
    now = timezone.now()
    after = {"state": "member", "since": now} if accept else {"state": "declined", "ended_at": now}
    if asked.update(**after) != 1:
        raise TooLate(_("This has been decided already."))
    membership.refresh_from_db()

    if accept:
        record_team("membership_accepted", membership.team, by, volunteer=membership.volunteer)
        tell_member("membership_accepted", membership)
    else:
        record_team(
            "membership_declined", membership.team, by, volunteer=membership.volunteer, words=words.strip()
        )
        tell_member("membership_declined", membership, reason=words.strip())
    return membership


@transaction.atomic
def leave_team(membership: Membership, *, by: Actor) -> Membership:
    """A member leaves, an invitation is refused, a question taken back; or the leader ends a membership."""
    if by.person is None or by.person != membership.volunteer.person_id:
        guard_leads(membership.team, by)
    now = timezone.now()
    if Membership.objects.filter(pk=membership.pk, state__in=STANDING).update(
        state="left", role="member", ended_at=now
    ) != 1:  # fmt: skip
        raise TooLate(_("This membership has ended already."))
    end_leader_posts(membership.team, person=membership.volunteer.person)
    membership.refresh_from_db()

    record_team("team_left", membership.team, by, volunteer=membership.volunteer)
    return membership


@transaction.atomic
def dissolve_team(team: Team, *, by: Actor) -> Team:
    """The team is no more: memberships and posts end. Whoever counts on it hears `team_dissolved`."""
    guard_leads(team, by)
    now = timezone.now()
    if Team.objects.filter(pk=team.pk, dissolved_at=None).update(dissolved_at=now) != 1:
        raise TooLate(_("This team has been dissolved already."))
    team.dissolved_at = now
    standing = Membership.objects.filter(team=team, state__in=STANDING)
    told = list(standing.filter(state="member").select_related("volunteer", "team__organisation"))
    members = standing.update(state="left", role="member", ended_at=now)
    for post in current_posts().filter(organisation=team.organisation):
        end_post(post, by=SCENE)
    if not team.organisation.children.filter(retired_at=None).exists():
        retire_organisation(team.organisation, by=SCENE)

    record_team("team_dissolved", team, by, facts={"members": members})
    for membership in told:
        tell_member("team_dissolved", membership)
    return team


def set_state(team: Team, volunteer: Volunteer, state: str) -> Membership:
    """The one row of this volunteer in this team; two requests at once leave one."""
    if volunteer.left_at is not None:
        raise TooLate(_("This volunteer has left. Enrol them again first."))
    now = timezone.now()
    fresh = {"state": state, "role": "member", "since": now, "ended_at": None}
    try:
        with transaction.atomic():
            return Membership.objects.create(team=team, volunteer=volunteer, **fresh)
    except IntegrityError:
        Membership.objects.filter(team=team, volunteer=volunteer).exclude(state="member").update(**fresh)
        return Membership.objects.get(team=team, volunteer=volunteer)


def end_leader_posts(team: Team, *, person: Person) -> None:
    for post in current_posts().filter(organisation=team.organisation, person=person, role=LEADER):
        end_post(post, by=SCENE)
        forget_hats(person)


def guard_standing(team: Team) -> None:
    if not Team.objects.filter(pk=team.pk, dissolved_at=None).exists():
        raise TooLate(_("This team has been dissolved."))


def guard_leads(team: Team, by: Actor) -> None:
    if by.person is None and by.kind in ("system", "rule"):
        return
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    if person is None or not leads(person, team):
        raise NotAllowed(_("Only the team's leader or the community's office decides this."))


def guard_own(volunteer: Volunteer, by: Actor) -> None:
    if by.person is None or by.person != volunteer.person_id:
        require(by, CARE, volunteer.community_id)


def record_team(
    event: str,
    team: Team,
    by: Actor,
    *,
    volunteer: Volunteer | None = None,
    words: str = "",
    facts: dict[str, object] | None = None,
) -> None:
    record(
        event,
        by=by,
        subject_kind="team",
        subject=team.pk,
        area=team.organisation.area_id,
        words=words,
        facts={**({"volunteer": volunteer.pk} if volunteer else {}), **(facts or {})},
    )


def tell_member(event: str, membership: Membership, *, reason: str = "") -> None:
    tell(
        event,
        key=f"{event}:{membership.pk}:{timezone.now():%Y%m%d%H%M%S%f}",
        audience="volunteer",
        person=membership.volunteer.person,
        address="/volunteer/teams/",
        facts={"team": membership.team.organisation.name, "reason": reason},
    )
