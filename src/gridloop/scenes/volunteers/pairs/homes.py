"""Reading where a vulnerable person lives: only who may, and every reading is written down for the person to see."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal
from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.pairs import queries
from gridloop.scenes.volunteers.pairs.models import Vulnerable

SHORTEST_REASON = 2


@dataclass(frozen=True, slots=True)
class Home:
    """What a companion needs at the door."""

    name: str
    phone: str
    address: str
    remarks: str


@transaction.atomic
def read_home(vulnerable: Vulnerable, *, reason: str, by: Actor) -> Home:
    """Name, telephone, home and remarks in plain; refused before a pairing was accepted, journalled always."""
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    if person is None or not queries.may_read_home(person, vulnerable):
        raise NotAllowed(
            _(
                "Name and home are shown to companions who have accepted, and to the community. Accept the pair first."
            )
        )
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(
            _("Say in a few words why you need to see this. The person concerned can read it."),
            field="reason",
        )
    whole = vulnerable.person

    record(
        "data_unmasked",
        by=by,
        subject_kind="person",
        subject=whole.pk,
        area=vulnerable.community_id,
        words=reason.strip(),
        facts={"field": "home", "vulnerable": vulnerable.pk},
    )

    return Home(whole.name, whole.phone, vulnerable.address, vulnerable.remarks)
