"""The pages of signing in: password and second factor, code by SMS, a provider, the demo's buttons."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people import first_administrator, one_time, openid, phone_codes, signing_in
from gridloop.core.people.actions import change_password
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import decrypt, encrypt, masked_phone
from gridloop.core.people.roles import ROLES
from gridloop.core.people.sessions import end_session
from gridloop.core.people.signing_in import next_step
from gridloop.core.people.throttling import address_of
from gridloop.web.account.forms import CodeForm, FirstAdministrator, NewPassword, PasswordSignIn, PhoneSignIn
from gridloop.web.account.passage import (
    PassageClosed,
    finish,
    go_on,
    home_of,
    keep,
    onward_address,
    open_session,
    passage_of,
    start_passage,
    with_preferences,
)
from gridloop.web.refusals import show_refusal

PHONE = "phone_asked"
ONWARD = "onward"
LINKING = "linking"
private = [never_cache, sensitive_post_parameters()]


def as_person(person: Person) -> Actor:
    return Actor("person", person=person.pk)


def ask(request: HttpRequest, template: str, form: Any, *, status: int = 200, **facts: Any) -> HttpResponse:
    """A page with one form; a form with errors answers 422 unless a refusal said otherwise."""
    if status == 200 and form.is_bound and form.errors:
        status = 422
    return render(request, f"web/account/{template}.html", {"form": form, **facts}, status=status)


@method_decorator(private, name="dispatch")
class SignIn(View):
    """Staff: sign-in name and password."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(onward_address(request) or home_of(request.user))
        return self.page(request, PasswordSignIn())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PasswordSignIn(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        try:
            person = signing_in.check_password(**form.cleaned_data, address=address_of(request))
        except Refusal as refusal:
            show_refusal(form, refusal)
            return self.page(request, form, status=refusal.status)
        return start_passage(request, person, how="password")

    def page(self, request: HttpRequest, form: PasswordSignIn, status: int = 200) -> HttpResponse:
        demo = [
            {
                "role": role,
                "title": ROLES[role].title
                if role in ROLES
                else _("Volunteer")
                if role == "volunteer"
                else _("Resident"),
                "name": person.name,
            }
            for role, person in signing_in.demo_accounts().items()
        ]
        return ask(
            request,
            "sign_in",
            form,
            status=status,
            demo=demo,
            waited_for=first_administrator.is_waited_for(),
            onward=onward_address(request),
            provider=(settings.OIDC_NAME or _("Organisation account")) if openid.is_set_up() else "",
        )


@method_decorator(private, name="dispatch")
class First(View):
    """The first administrator of an empty installation; the page is not there once somebody administers."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not first_administrator.is_waited_for():
            raise Http404
        return ask(request, "first", FirstAdministrator())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FirstAdministrator(request.POST)
        if not form.is_valid():
            return ask(request, "first", form)
        given = form.cleaned_data
        try:
            person = first_administrator.open_first_account(
                given["code"],
                handle=given["handle"],
                name=given["name"],
                password=given["new"],
                address=address_of(request),
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
            return ask(request, "first", form, status=refusal.status)
        return start_passage(request, person, how="password")


@method_decorator(private, name="dispatch")
class SecondFactor(View):
    """The authenticator's code, or a recovery code."""

    def get(self, request: HttpRequest) -> HttpResponse:
        passage_of(request)
        return ask(request, "second", CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        passage, person = passage_of(request)
        if not person.one_time_secret:
            return go_on(request, passage, person)
        form = CodeForm(request.POST)
        if not form.is_valid():
            return ask(request, "second", form)
        try:
            one_time.check_second_factor(person, form.cleaned_data["code"], by=as_person(person))
        except Refusal as refusal:
            show_refusal(form, refusal)
            return ask(request, "second", form, status=refusal.status)
        passage.second = True
        return go_on(request, passage, person)


@method_decorator(private, name="dispatch")
class Enrol(View):
    """The first sign-in: an authenticator app is tied to the account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        passage, person = passage_of(request)
        if next_step(person) != "enrol":
            return go_on(request, passage, person)
        if not passage.secret:
            passage.secret = encrypt(one_time.new_secret())
            keep(request, passage)
        return self.page(request, person, decrypt(passage.secret), CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        passage, person = passage_of(request)
        if next_step(person) != "enrol" or not passage.secret:
            return go_on(request, passage, person)
        secret = decrypt(passage.secret)
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self.page(request, person, secret, form)
        try:
            codes = one_time.enrol(
                person, secret=secret, code=form.cleaned_data["code"], by=as_person(person)
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
            return self.page(request, person, secret, form, status=refusal.status)
        open_session(request, person, how=passage.how)
        facts = {"codes": codes, "onward": passage.onward or home_of(person)}
        return with_preferences(render(request, "web/account/recovery_codes.html", facts), person)

    def page(
        self, request: HttpRequest, person: Person, secret: str, form: CodeForm, status: int = 200
    ) -> HttpResponse:
        picture = one_time.enrolment_picture(person, secret)
        spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return ask(request, "enrol", form, status=status, picture=picture, secret=spaced)


@method_decorator(private, name="dispatch")
class ChooseFirstPassword(View):
    """Replaces the password an administrator issued; the second factor, if there is one, is asked first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        passage, person = passage_of(request)
        if next_step(person, second_passed=passage.second) != "password":
            return go_on(request, passage, person)
        return ask(request, "new_password", NewPassword())

    def post(self, request: HttpRequest) -> HttpResponse:
        passage, person = passage_of(request)
        if next_step(person, second_passed=passage.second) != "password":
            return go_on(request, passage, person)
        form = NewPassword(request.POST)
        if not form.is_valid():
            return ask(request, "new_password", form)
        try:
            change_password(person, new=form.cleaned_data["new"], by=as_person(person))
        except Refusal as refusal:
            show_refusal(form, refusal)
            return ask(request, "new_password", form, status=refusal.status)
        return go_on(request, passage, person)


@method_decorator(private, name="dispatch")
class PhoneFirst(View):
    """Residents: the mobile number."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return ask(request, "phone", PhoneSignIn(), onward=onward_address(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PhoneSignIn(request.POST)
        if not form.is_valid():
            return ask(request, "phone", form, onward=onward_address(request))
        phone = form.cleaned_data["phone"]
        try:
            demo_code = phone_codes.send_code(phone, address=address_of(request))
        except Refusal as refusal:
            show_refusal(form, refusal)
            return ask(request, "phone", form, status=refusal.status, onward=onward_address(request))
        request.session[PHONE] = encrypt(phone)
        request.session["demo_code"] = demo_code
        request.session[ONWARD] = onward_address(request)
        return redirect("account:phone_code")


@method_decorator(private, name="dispatch")
class PhoneCodeNext(View):
    """Residents: the six digits that arrived."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if PHONE not in request.session:
            return redirect("account:phone")
        return self.page(request, CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if PHONE not in request.session:
            return redirect("account:phone")
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        phone = decrypt(request.session[PHONE])
        try:
            person = signing_in.check_phone(phone, form.cleaned_data["code"], address=address_of(request))
        except Refusal as refusal:
            show_refusal(form, refusal)
            return self.page(request, form, status=refusal.status)
        onward = request.session.pop(ONWARD, "")
        for kept in (PHONE, "demo_code"):
            request.session.pop(kept, None)
        return finish(request, person, how="phone", onward=onward)

    def page(self, request: HttpRequest, form: CodeForm, status: int = 200) -> HttpResponse:
        phone = decrypt(request.session[PHONE])
        demo_code = request.session.get("demo_code", "") if settings.DEMO else ""
        return ask(
            request,
            "phone_code",
            form,
            status=status,
            phone=masked_phone(phone),
            whole=phone,
            demo_code=demo_code,
        )


@never_cache
def elsewhere(request: HttpRequest) -> HttpResponse:
    """To the provider. A plain link, because forms here may only go to ourselves (CSP form-action)."""
    if not openid.is_set_up():
        raise Http404
    request.session[ONWARD] = onward_address(request)
    try:
        return openid.send_to_provider(request, settings.PUBLIC_ADDRESS + reverse("account:returned"))
    except Refusal as refusal:
        return refused(request, refusal)


@never_cache
def returned(request: HttpRequest) -> HttpResponse:
    """Back from the provider: signs in whoever is linked, or links when the person just asked for that."""
    if not openid.is_set_up():
        raise Http404
    linking = request.session.pop(LINKING, None)
    onward = request.session.pop(ONWARD, "")
    try:
        issuer, subject = openid.account_from(request)
        if linking and request.user.is_authenticated and linking == request.user.pk:
            signing_in.link_outside_account(
                request.user, issuer=issuer, subject=subject, by=as_person(request.user)
            )
            return redirect("account:home")
        person = signing_in.person_by_outside_account(issuer, subject)
    except Refusal as refusal:
        return refused(request, refusal)
    return finish(request, person, how="provider", onward=onward)


@require_POST
def enter_demo(request: HttpRequest) -> HttpResponse:
    """One press signs in as a role. It exists in the demo alone."""
    person = signing_in.demo_accounts().get(request.POST.get("role", ""))
    if person is None:
        raise Http404
    return finish(request, person, how="demo", onward=onward_address(request))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    end_session(request)
    return redirect("/")


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Says why it stopped, with the way back to the beginning."""
    return render(request, "web/account/refused.html", {"words": refusal.words}, status=refusal.status)


def closes_passage(view: Any) -> Any:
    """Somebody without a passage (too slow, or a bookmark) begins again."""

    def walked(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *given, **named)
        except PassageClosed as closed:
            return refused(request, closed)

    return walked
