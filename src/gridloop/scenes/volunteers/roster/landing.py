"""Writes the volunteers read from a spreadsheet: who is known, who is new, who differs, in a few statements."""

import itertools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.rows import Rows, pour
from gridloop.core.people.models import Person
from gridloop.core.spreadsheets import RowError
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.roster.actions import new_number
from gridloop.scenes.volunteers.roster.models import Availability, Membership, Volunteer
from gridloop.scenes.volunteers.roster.reading import Found, Landed, Register

BATCH = 2000
Progress = Callable[[int, int], None]


def settle(found: list[Found], register: Register, landed: Landed, by: Actor, progress: Progress) -> None:
    """Batch by batch: who is known, who is new, who differs."""
    persons = people_by_phone([each.phone_digest for each in found if each.phone_digest])
    volunteers = Volunteer.objects.in_bulk()
    by_number = {each.number: each for each in volunteers.values()}
    by_person = {each.person_id: each for each in volunteers.values()}
    taken = set(by_number)
    skills, teams = pairs_of(Volunteer.skills.through, "skill_id"), standing_pairs()
    weekly = Availability.objects.values_list("volunteer").distinct()
    timed = {volunteer for (volunteer,) in weekly}
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        fresh: list[tuple[Found, int | None]] = []
        old: list[tuple[Found, Volunteer]] = []
        for each in batch:
            person = persons.get(each.phone_digest) if each.phone_digest else None
            numbered = by_number.get(each.number) if each.number else None
            own = by_person.get(person) if person else None
            volunteer = own or numbered
            if numbered is not None and person is not None and numbered.person_id != person:
                words = _("This volunteer number belongs to somebody with another phone.")
                landed.errors.append(RowError(each.row, words))
            elif volunteer is None:
                fresh.append((each, person))
            elif each.number and each.number in taken and volunteer.number != each.number:
                words = _("This volunteer number belongs to somebody else.")
                landed.errors.append(RowError(each.row, words))
            elif outside(volunteer, register):
                words = _("This volunteer is registered outside the area you look after.")
                landed.errors.append(RowError(each.row, words))
            else:
                old.append((each, volunteer))
        pairs = write_new(fresh, register, taken, by)
        touched = write_changed(old, taken)
        pairs += old
        touched |= write_links(pairs, skills, teams, timed)
        made = {volunteer.pk for _each, volunteer in pairs[: len(fresh)]}
        tell_changes([volunteer for _each, volunteer in old if volunteer.pk in touched], by)
        landed.made += len(made)
        landed.changed += sum(volunteer.pk in touched for _each, volunteer in old)
        landed.same += sum(volunteer.pk not in touched for _each, volunteer in old)
        progress(min(start + BATCH, len(found)), len(found))


def outside(volunteer: Volunteer, register: Register) -> bool:
    return register.communities is not None and volunteer.community_id not in register.communities


def people_by_phone(digests: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(digests), BATCH):
        known = Person.objects.filter(phone_digest__in=digests[start : start + BATCH])
        found.update(known.values_list("phone_digest", "pk"))
    return found


def pairs_of(through: Any, other: str) -> set[tuple[int, int]]:
    return set(through.objects.values_list("volunteer_id", other))


def standing_pairs() -> set[tuple[int, int]]:
    """Everybody who is or was in a team: an import never puts back who left."""
    return set(Membership.objects.values_list("volunteer_id", "team_id"))


def write_new(
    fresh: list[tuple[Found, int | None]], register: Register, taken: set[str], by: Actor
) -> list[tuple[Found, Volunteer]]:
    """Persons who are new, then their volunteers, each with an entry in the journal."""
    if not fresh:
        return []
    owners = write_people(fresh, by)
    now = timezone.now()
    volunteers = []
    for (each, _person), owner in zip(fresh, owners, strict=True):
        number = each.number or free_number(each, register, taken)
        taken.add(number)
        volunteers.append(
            Volunteer(
                person_id=owner, number=number, community_id=each.community, longitude=each.longitude,
                latitude=each.latitude, radius=each.radius or 1500, in_service=each.in_service,
                work_unit=each.work_unit, joined_at=now,
            )
        )  # fmt: skip
    Rows(Volunteer).pour(volunteers)
    ids = dict(
        Volunteer.objects.filter(number__in=[each.number for each in volunteers]).values_list("number", "pk")
    )
    for volunteer in volunteers:
        volunteer.pk = ids[volunteer.number]
    record_all(
        new_entry("volunteer_enrolled", by=by, at=now, subject_kind="volunteer", subject=volunteer.pk,
                  area=volunteer.community_id, facts={"person": volunteer.person_id, "in_service": volunteer.in_service})
        for volunteer in volunteers
    )  # fmt: skip
    return [(each, volunteer) for (each, _person), volunteer in zip(fresh, volunteers, strict=True)]


def write_people(fresh: list[tuple[Found, int | None]], by: Actor) -> list[int]:
    """Who each volunteer is: the person with this phone, or a new one."""
    none, now = make_password(None), timezone.now()
    named = [
        Person(name=each.name, phone=each.phone, phone_digest=each.phone_digest, password=none, joined_at=now)
        for each, person in fresh
        if person is None and each.phone_digest
    ]
    Rows(Person).pour(named)
    by_phone = people_by_phone([person.phone_digest for person in named])
    without = [
        Person(name=each.name, password=none) for each, person in fresh if not (person or each.phone_digest)
    ]
    Person.objects.bulk_create(without, batch_size=BATCH)
    unnumbered = iter(without)
    owners = [
        person or (by_phone[each.phone_digest] if each.phone_digest else next(unnumbered).pk)
        for each, person in fresh
    ]
    record_all(
        new_entry("person_joined", by=by, at=now, subject_kind="person", subject=pk)
        for pk in [*by_phone.values(), *(person.pk for person in without)]
    )
    return owners


def free_number(each: Found, register: Register, taken: set[str]) -> str:
    place = Area(code=register.codes[each.community])
    return next(number for number in iter(lambda: new_number(place), None) if number not in taken)


def write_changed(old: list[tuple[Found, Volunteer]], taken: set[str]) -> set[int]:
    """What the file says differently; empty cells change nothing."""
    differing = []
    for each, volunteer in old:
        wanted: dict[str, Any] = {"community_id": each.community}
        if each.community != volunteer.community_id or volunteer.longitude is None:
            wanted |= {"longitude": each.longitude, "latitude": each.latitude}
        if each.number:
            wanted["number"] = each.number
        for name in ("radius", "work_unit", "in_service"):
            if getattr(each, name):
                wanted[name] = getattr(each, name)
        if any(getattr(volunteer, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(volunteer, name, value)
            taken.add(volunteer.number)
            differing.append(volunteer)
    fields = ["community", "longitude", "latitude", "number", "radius", "work_unit", "in_service"]
    Volunteer.objects.bulk_update(differing, fields, batch_size=500)
    return {volunteer.pk for volunteer in differing}


def write_links(
    pairs: list[tuple[Found, Volunteer]],
    skills: set[tuple[int, int]],
    teams: set[tuple[int, int]],
    timed: set[int],
) -> set[int]:
    """Skills, teams and weekly times that are not there yet; whom they were added to."""
    able = [
        (volunteer.pk, skill)
        for each, volunteer in pairs
        for skill in each.skills
        if (volunteer.pk, skill) not in skills
    ]
    members = [
        (volunteer.pk, team)
        for each, volunteer in pairs
        for team in each.teams
        if (volunteer.pk, team) not in teams
    ]
    times = [
        (volunteer.pk, *hours)
        for each, volunteer in pairs
        if volunteer.pk not in timed
        for hours in each.weekly
    ]
    skills.update(able)
    teams.update(members)
    pour(Volunteer.skills.through._meta.db_table, ("volunteer_id", "skill_id"), able)
    Rows(Membership).pour(
        [Membership(volunteer_id=one, team_id=team, state="member") for one, team in members]
    )
    pour(Availability._meta.db_table, ("volunteer_id", "weekday", "since", "until"), times)
    changed = {one for one, *_hours in times}
    timed.update(changed)
    return changed | {one for one, _other in itertools.chain(able, members)}


def tell_changes(changed: list[Volunteer], by: Actor) -> None:
    record_all(
        new_entry("volunteer_changed", by=by, subject_kind="volunteer", subject=volunteer.pk,
                  area=volunteer.community_id, facts={"fields": ["imported"]})
        for volunteer in changed
    )  # fmt: skip
