"""How an actor stands to a case: the posts that touch it, whether they stand behind it, whether they handled it."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

from gridloop.core.cases.models import Case, Party, Task
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
from gridloop.core.people.queries import Hat, hats
from gridloop.core.people.roles import ROLES

HANDLING_EVENTS = ("case_completed", "case_fixed")


@dataclass
class Standing:
    """What the `who` column of a flow asks about. Costs one query for posts and one each for what is asked."""

    case: Case
    actor: Actor
    hats: list[Hat] = field(default_factory=list)
    token_for: str = ""

    @classmethod
    def of(cls, case: Case, actor: Actor, person: Person | None = None) -> "Standing":
        if actor.person is None:
            return cls(case, actor)
        return cls(case, actor, hats(person or Person.objects.get(pk=actor.person)))

    @property
    def is_system(self) -> bool:
        return self.actor.kind in {"system", "rule"}

    def covers(self, *roles: str) -> bool:
        """Holds one of the roles for an area around the case."""
        case = self.case
        around = {case.area_id, case.grid_id, case.community_id, case.town_id, case.county_id}
        return any(hat.role in roles and (hat.area is None or hat.area in around) for hat in self.hats)

    def serves(self, organisation: int | None) -> bool:
        """Holds a handling post in the organisation."""
        return organisation is not None and any(
            hat.organisation == organisation and "handle" in ROLES[hat.role].may for hat in self.hats
        )

    def assists(self) -> bool:
        mine = {hat.organisation for hat in self.hats if hat.organisation and "handle" in ROLES[hat.role].may}
        return (
            bool(mine)
            and Task.objects.filter(
                case=self.case, organisation__in=mine, role="assist", state__in=["sent", "taken"]
            ).exists()
        )

    def is_reporter(self) -> bool:
        if self.actor.kind == "token" and self.actor.name == f"case:{self.case.pk}":
            return True
        if self.actor.person is None:
            return False
        return (
            self.actor.person == self.case.reporter_id
            or Party.objects.behind().filter(case=self.case, person=self.actor.person).exists()
        )

    def reported(self) -> bool:
        """Brought the matter here, as against those who joined it."""
        return self.is_reporter() and not self._parties(role="joined").exists()

    def asked(self) -> bool:
        """Stood behind the matter before the work was done: the verdict is theirs, not a latecomer's."""
        done = self.case.completed_at
        return self.is_reporter() and (done is None or not self._parties(role="joined", at__gt=done).exists())

    def _parties(self, **which: object) -> "QuerySet[Party]":
        return Party.objects.filter(case=self.case, person=self.actor.person, **which)

    def holds(self) -> bool:
        """Has the case in their own hands."""
        return self.actor.person is not None and self.actor.person == self.case.worker_id

    def helps(self) -> bool:
        return (
            self.actor.person is not None
            and Party.objects.filter(case=self.case, person=self.actor.person, role="helper").exists()
        )

    def handled(self) -> bool:
        """Is the one whose handling is to be judged: finders and checkers are not handlers (notes 2.3)."""
        last = (
            Entry.objects.filter(subject_kind="case", subject=self.case.pk, event__in=HANDLING_EVENTS)
            .order_by("-id")
            .values_list("person", flat=True)
            .first()
        )
        return last is not None and last == self.actor.person


class PostsAlone(Standing):
    """What posts alone allow, for lists: who reported or handled a single case is asked when the move is made."""

    def is_reporter(self) -> bool:
        return False

    def assists(self) -> bool:
        return False

    def handled(self) -> bool:
        return False
