"""Who asks: the token behind a secret, the actor it is, and what lies within its reach."""

from dataclasses import replace
from datetime import timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.api.models import Token
from gridloop.api.rates import BUCKETS
from gridloop.api.secrets import digest_of
from gridloop.core.cases.models import Case, Exhibit
from gridloop.core.cases.queries import cases_within_reach, reach_condition
from gridloop.core.evidence.models import File
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal
from gridloop.core.journal.rows import rows_of
from gridloop.core.people.models import Person
from gridloop.core.people.queries import hats, reach_of

USED_EVERY = timedelta(minutes=1)
TOKENS = rows_of(Token)
GOOD = """digest = %s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %s)
AND (person_id IS NULL OR EXISTS (SELECT 1 FROM people_person person WHERE person.id = person_id AND person.is_active))"""


class NoToken(Refusal):
    """The request carries no token, or none that is good."""

    status = 401
    code = "no_token"


def token_of(secret: str) -> Token:
    """The token of a secret, with one query; raises NoToken or TooOften. Its last use is kept to the minute."""
    now = timezone.now()
    token = TOKENS.first(GOOD, [digest_of(secret), connection.ops.adapt_datetimefield_value(now)])
    if token is None:
        raise NoToken(_("This token is not known, has been revoked, or has run out. Ask for a new one."))
    if token.person_id is not None:  # name and number stay encrypted where they are: no request needs them
        token.person = Person.from_db(connection.alias, ["id", "is_active"], [token.person_id, True])
    BUCKETS.take(token.pk, token.rate)
    if token.used_at is None or token.used_at < now - USED_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=now)
    return token


def require_scope(token: Token, scope: str) -> None:
    if scope not in token.scopes:
        raise NotAllowed(
            _("This token lacks the scope “%(scope)s”. Ask for one that has it.") % {"scope": scope},
            code="no_scope",
        )


def plain_actor_of(token: Token) -> Actor:
    """The actor without a look at posts: for reports, where nobody's post matters."""
    if token.person_id is None:
        return Actor(kind="outside", name=f"token:{token.name}"[:40])
    return Actor(kind="person", person=token.person_id, name=f"token:{token.name}"[:40])


def acting_as(token: Token) -> Actor:
    """The actor in the person's first post, as on the pages."""
    actor = plain_actor_of(token)
    worn = hats(token.person) if token.person else []
    return replace(actor, post=worn[0].post, on_behalf_of=worn[0].on_behalf_of) if worn else actor


def staff_condition(person: Person) -> Q:
    """Cases within reach by a post, not only because the person stands behind them."""
    return reach_condition(replace(reach_of(person), person=None))


def is_staff_for(person: Person | None, case: Case) -> bool:
    """Whether the inside of a case (accounts, returns, who did what) is for this person."""
    if person is None or not hats(person):
        return False
    return Case.objects.filter(staff_condition(person), pk=case.pk).exists()


def files_within_reach(person: Person | None) -> QuerySet[File]:
    """Files of cases within reach (for those behind a case: what is public or what they brought), and public ones."""
    shown = Q(public=True, case__public=True)
    if person is not None:
        inside = Case.objects.filter(staff_condition(person)) if hats(person) else Case.objects.none()
        shown |= Q(case__in=inside)
        shown |= Q(case__in=cases_within_reach(person), public=True)
        shown |= Q(case__in=Case.objects.filter(reporter=person), purpose="report")
    found = Q(pk__in=Exhibit.objects.filter(shown).values("file"))
    if person is not None:
        found |= Q(person=person.pk)
    return File.objects.filter(found, erased_at=None)


def own_files(token: Token) -> QuerySet[File]:
    """Files this token's person uploaded: the only ones it may hang on a case."""
    if token.person_id is None:
        return File.objects.none()
    return File.objects.filter(person=token.person_id, erased_at=None)
