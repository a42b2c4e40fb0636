"""People and posts: who holds which post, opening and closing accounts, stand-ins, and a fresh sign-in."""

import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.actions import (
    appoint,
    close_account,
    delegate,
    end_post,
    enrol_person,
    issue_password,
    reset_second_factor,
    update_person,
    withdraw_delegation,
)
from gridloop.core.people.cells import area_by_code, organisation_by_code
from gridloop.core.people.models import Delegation, Person, Post
from gridloop.core.people.queries import current_posts, in_force
from gridloop.core.people.roles import ROLES
from gridloop.web.administration.codes import by_code
from gridloop.web.administration.pages import Asked, act, administer, ask, by_of, changes_of, show
from gridloop.web.paging import page_of

EVENTS = (
    "person_enrolled", "person_changed", "account_closed", "password_issued", "password_changed", "second_factor_reset",
    "post_given", "post_ended", "post_delegated", "delegation_withdrawn",
)  # fmt: skip
SEARCHED = 20_000  # names are encrypted: a search by name reads this many at most


class DayInput(forms.DateInput):
    input_type = "date"


class PersonForm(forms.Form):
    handle = forms.CharField(
        label=gettext_lazy("Sign-in name"),
        max_length=64,
        help_text=gettext_lazy("1 to 64 characters without blanks; the same person keeps it"),
    )
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=60)
    phone = forms.CharField(label=gettext_lazy("Mobile number"), max_length=20, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)


class ChangePersonForm(forms.Form):
    """Numbers are shown to nobody here; what is left empty stays as it is."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=60)
    phone = forms.CharField(
        label=gettext_lazy("New mobile number"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Empty: it stays as it is"),
    )
    email = forms.EmailField(
        label=gettext_lazy("New e-mail"), required=False, help_text=gettext_lazy("Empty: it stays as it is")
    )


class PostForm(forms.Form):
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[(role.name, role.title) for role in ROLES.values()]
    )
    organisation = forms.CharField(
        widget=by_code("organisations"),
        label=gettext_lazy("Organisation code"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("For roles in a unit"),
    )
    area = forms.CharField(
        widget=by_code("areas"),
        label=gettext_lazy("Area"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Its code, or its name if only one has it"),
    )
    since = forms.DateField(label=gettext_lazy("First day"), required=False, widget=DayInput)
    until = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=DayInput)
    part_time = forms.BooleanField(label=gettext_lazy("Part-time"), required=False)


class StandInForm(forms.Form):
    stand_in = forms.CharField(label=gettext_lazy("Sign-in name of who stands in"), max_length=64)
    since = forms.DateField(label=gettext_lazy("First day of leave"), widget=DayInput)
    until = forms.DateField(label=gettext_lazy("Last day of leave"), widget=DayInput)


@require_safe
@administer
def people(request: HttpRequest) -> HttpResponse:
    """Posts of today, with who holds them."""
    words, role = request.GET.get("q", "").strip(), request.GET.get("role", "")
    found = current_posts().select_related("person", "organisation", "area").defer("area__shape")
    if role in ROLES:
        found = found.filter(role=role)
    if words:
        found = found.filter(person__in=persons_called(words))
    context = {
        "page": page_of(request, found.order_by("role", "pk")),
        "words": words,
        "role": role,
        "roles": ROLES,
        "without": Person.objects.filter(is_active=True)
        .exclude(handle=None)
        .exclude(posts__in=current_posts())[:21]
        if not words and not role
        else [],
        "changes": changes_of([""], ["spreadsheet_imported", "spreadsheet_exported"]),
    }
    return show(request, "people", _("People and posts"), context)


def persons_called(words: str) -> list[int]:
    """Staff by sign-in name or name; names are encrypted, so they are read and compared here."""
    staff: QuerySet[Person] = (
        Person.objects.exclude(handle=None).filter(is_active=True).only("pk", "handle", "name")
    )
    wanted = words.casefold()
    return [
        each.pk
        for each in staff[:SEARCHED]
        if wanted in (each.handle or "").casefold() or wanted in each.name.casefold()
    ]


def here(person: Person | None = None) -> list[tuple[str, str]]:
    way = [(_("People and posts"), reverse("settings:people"))]
    return [*way, (person.name, reverse("settings:person", args=[person.pk]))] if person else way


def staff_member(pk: int) -> Person:
    person: Person = get_object_or_404(Person.objects.exclude(handle=None), pk=pk)
    return person


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def new_person(request: HttpRequest) -> HttpResponse:
    """Open an account; its first password is issued on the person's page."""
    form = PersonForm(request.POST or None)
    opened: list[Person] = []

    def do(given: dict[str, Any]) -> Any:
        opened.append(
            enrol_person(
                given["handle"],
                name=given["name"],
                phone=given["phone"],
                email=given["email"],
                by=by_of(request),
            )
        )

    answer = ask(
        request,
        Asked(
            _("Open an account"),
            form,
            do,
            reverse("settings:people"),
            trail=here(),
            send=_("Open the account"),
        ),
    )
    return redirect("settings:person", pk=opened[0].pk) if opened else answer


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: posts, stand-ins, account."""
    row = staff_member(pk)
    form = ChangePersonForm(request.POST or None, initial={"name": row.name})

    def do(given: dict[str, Any]) -> Any:
        return update_person(
            row,
            name=given["name"],
            phone=given["phone"] or None,
            email=given["email"] or None,
            by=by_of(request),
        )

    today = timezone.localdate()
    posts = (
        Post.objects.filter(person=row)
        .select_related("organisation", "area")
        .defer("area__shape")
        .order_by("-pk")
    )
    present = set(posts.filter(in_force(today)).values_list("pk", flat=True))
    lent = Delegation.objects.filter(
        post__person=row, withdrawn_at=None, until__gt=timezone.now()
    ).select_related("stand_in")
    context = {
        "person": row,
        "posts": [
            (post, ROLES[post.role].title if post.role in ROLES else post.role, post.pk in present)
            for post in posts
        ],
        "lent": lent,
        "changes": changes_of(["person"], EVENTS, subject=row.pk),
    }
    asked = Asked(
        row.name,
        form,
        do,
        reverse("settings:person", args=[pk]),
        _("Saved."),
        trail=here(),
        template="person",
        context=context,
    )
    return ask(request, asked)


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def new_post(request: HttpRequest, pk: int) -> HttpResponse:
    row = staff_member(pk)

    def do(given: dict[str, Any]) -> Any:
        return appoint(
            row, given["role"], organisation=organisation_by_code(given["organisation"].strip()),
            area=area_by_code(given["area"].strip()), since=given["since"], until=given["until"],
            part_time=given["part_time"], by=by_of(request),
        )  # fmt: skip

    title = _("A post for %(name)s") % {"name": row.name}
    asked = Asked(
        title,
        PostForm(request.POST or None),
        do,
        reverse("settings:person", args=[pk]),
        _("The post was given."),
        trail=here(row),
        send=_("Give the post"),
    )
    return ask(request, asked)


@require_POST
@administer
def end(request: HttpRequest, pk: int) -> HttpResponse:
    post = get_object_or_404(Post, pk=pk)
    return act(
        request,
        lambda: end_post(post, by=by_of(request)),
        reverse("settings:person", args=[post.person_id]),
        _("The post has ended."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def stand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody does a post's work while its holder is on leave."""
    post = get_object_or_404(Post.objects.select_related("person"), pk=pk)

    def do(given: dict[str, Any]) -> Any:
        other = Person.objects.filter(handle=given["stand_in"].strip()).first()
        if other is None:
            raise Refusal(_("There is no person with this sign-in name."), field="stand_in")
        since = timezone.make_aware(datetime.datetime.combine(given["since"], datetime.time()))
        until = timezone.make_aware(
            datetime.datetime.combine(given["until"] + datetime.timedelta(days=1), datetime.time())
        )
        return delegate(post, other, since=since, until=until, by=by_of(request))

    title = _("Leave of %(name)s") % {"name": post.person.name}
    lead = _("The stand-in sees and does what this post may; the journal names both.")
    then = reverse("settings:person", args=[post.person_id])
    asked = Asked(
        title,
        StandInForm(request.POST or None),
        do,
        then,
        _("The stand-in is named."),
        lead=lead,
        trail=here(post.person),
        send=_("Name the stand-in"),
    )
    return ask(request, asked)


@require_POST
@administer
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Delegation.objects.select_related("post"), pk=pk)
    then = reverse("settings:person", args=[row.post.person_id])
    return act(
        request, lambda: withdraw_delegation(row, by=by_of(request)), then, _("The stand-in was withdrawn.")
    )


@require_POST
@administer
def reset(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """A first password, shown once; a new second step; or the end of an account."""
    row = staff_member(pk)
    then = reverse("settings:person", args=[pk])
    if what == "password":
        secret = issue_password(row, by=by_of(request))
        lead = _(
            "Tell it to %(name)s in person. It must be replaced at the next sign-in, and is not shown again."
        ) % {"name": row.name}
        return show(
            request,
            "secret",
            _("First password"),
            {"secrets": [(_("First password"), secret)], "lead": lead, "then": then},
            trail=here(row),
        )
    if what == "second":
        return act(
            request,
            lambda: reset_second_factor(row, by=by_of(request)),
            then,
            _("The person sets up a new second step at the next sign-in."),
        )
    return act(request, lambda: close_account(row, by=by_of(request)), then, _("The account is closed."))
