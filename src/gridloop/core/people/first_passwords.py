"""First passwords for many: who cannot sign in yet, and a password for each of them, told once."""

from collections.abc import Callable, Iterator

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet

from gridloop.core.journal.actor import Actor
from gridloop.core.people.actions import issue_password
from gridloop.core.people.models import Post
from gridloop.core.people.queries import current_posts
from gridloop.core.people.roles import ROLES


def posts_waiting(role: str = "", *, again: bool) -> QuerySet[Post]:
    """Today's posts of staff who cannot sign in yet; `again`: and of those whose first password lies unused."""
    cannot = Q(person__password__startswith=UNUSABLE_PASSWORD_PREFIX) | Q(person__password="")
    if again:
        cannot |= Q(person__password_issued=True)
    posts = current_posts().filter(cannot, person__is_active=True).exclude(person__handle=None)
    return posts.filter(role=role) if role else posts


def count_waiting(*, again: bool) -> dict[str, int]:
    """How many people wait, by role, and all together under ""."""
    found: dict[str, set[int]] = {"": set()}
    for role, person in posts_waiting(again=again).values_list("role", "person"):
        found.setdefault(role, set()).add(person)
        found[""].add(person)
    return {role: len(people) for role, people in found.items()}


def issue_first_passwords(
    role: str, *, again: bool, by: Actor, progress: Callable[[int, int], None] = lambda done, total: None
) -> Iterator[list[str]]:
    """A row a person: sign-in name, name, role, organisation, area, password. Each is a transaction of its own."""
    posts = posts_waiting(role, again=again).select_related("person", "organisation", "area")
    people: dict[int, Post] = {}
    for post in posts.defer("area__shape").order_by("pk"):
        people.setdefault(post.person_id, post)
    for done, post in enumerate(people.values()):
        progress(done, len(people))
        yield [
            post.person.handle or "",
            post.person.name,
            str(ROLES[post.role].title),
            post.organisation.name if post.organisation else "",
            post.area.name if post.area else "",
            issue_password(post.person, by=by),
        ]
