"""The settings page of the specialists: who answers for what, deputies, leave; and a dry run of the rule."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.cases.models import Category
from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.queries import current_delegations
from gridloop.core.territory import tree
from gridloop.scenes.enterprises.matters.forms import towns
from gridloop.scenes.enterprises.matters.panels import told_candidates
from gridloop.scenes.enterprises.matters.queries import EDITION, classes
from gridloop.scenes.enterprises.specialists import choosing
from gridloop.scenes.enterprises.specialists.actions import retire_duty, save_duty, send_on_leave
from gridloop.scenes.enterprises.specialists.models import SpecialistDuty
from gridloop.scenes.enterprises.specialists.queries import (
    duties_in_force,
    duties_listed,
    duties_to_choose_from,
    loads,
    specialist_names,
)
from gridloop.web.acting import actor_of
from gridloop.web.administration.pages import Asked, act, administer, by_of, changes_of
from gridloop.web.administration.pages import ask as ask_page
from gridloop.web.move_forms import grouped_categories, unit_choices
from gridloop.web.paging import page_of

HOME = "enterprises:specialists"
CHANGES = ("specialist_saved", "specialist_retired")


def class_codes() -> list[tuple[str, str]]:
    return [(each.code, f"{each.code} {each.name}") for each in classes()]


class DutyForm(forms.Form):
    """What one specialist answers for."""

    organisation = forms.TypedChoiceField(
        label=gettext_lazy("Department or town"), coerce=int, choices=lambda: [("", "—"), *unit_choices()]
    )
    person = forms.CharField(
        label=gettext_lazy("Sign-in name"), max_length=64, help_text=gettext_lazy("See “People and posts”.")
    )
    title = forms.CharField(label=gettext_lazy("Position"), max_length=60, required=False)
    classes = forms.MultipleChoiceField(
        label=gettext_lazy("Classes (none: every class)"),
        choices=class_codes,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    towns = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Towns (none: the whole county)"), coerce=int, choices=towns, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    deputy = forms.CharField(label=gettext_lazy("Deputy (sign-in name)"), max_length=64, required=False)

    def person_of(self, name: str) -> Person | None:
        said = self.cleaned_data.get(name, "").strip()
        found = Person.objects.filter(handle=said, is_active=True).first() if said else None
        if said and found is None:
            self.add_error(name, _("Nobody signs in under this name."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.chosen, self.chosen_deputy = self.person_of("person"), self.person_of("deputy")
        return cleaned


class LeaveForm(forms.Form):
    """From when to when, and who stands in."""

    since = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    stand_in = forms.TypedChoiceField(
        label=gettext_lazy("Who stands in (empty: the deputy)"), coerce=int, required=False, empty_value=None,
        choices=lambda: [("", "—"), *specialist_names().items()],
    )  # fmt: skip


class TryForm(forms.Form):
    """A matter that nobody asked: whom would the rule name?"""

    control = forms.Select(attrs={"class": "control"})

    category = forms.TypedChoiceField(
        label=gettext_lazy("Class"),
        widget=control,
        coerce=int,
        required=False,
        empty_value=None,
        choices=lambda: [("", "—"), *grouped_categories(EDITION)],
    )
    town = forms.TypedChoiceField(
        label=gettext_lazy("Town"),
        widget=control,
        coerce=int,
        required=False,
        empty_value=None,
        choices=lambda: [("", "—"), *towns()],
    )


@require_safe
@administer
def specialists(request: HttpRequest) -> HttpResponse:
    """Every specialist, who is on leave, how much they hold; and whom the rule would name."""
    words = request.GET.get("q", "").strip()
    page = page_of(request, duties_listed(words))
    held, picture = loads(), tree.current()
    away = {
        lent.post.person_id: lent
        for lent in current_delegations().filter(post__role="specialist").select_related("post", "stand_in")
    }
    names = dict(classes().values_list("code", "name"))
    rows = [
        {
            "duty": duty,
            "classes": [names.get(code, code) for code in duty.classes],
            "towns": [picture.name(town) for town in duty.towns if town in picture],
            "open": held.get(duty.person_id, 0),
            "away": away.get(duty.person_id),
        }
        for duty in page.rows
    ]
    form = TryForm(request.GET if "town" in request.GET or "category" in request.GET else None)
    context = {
        "title": _("Specialists for enterprises"),
        "way": [{"title": _("Settings"), "url": reverse("settings:home")}, {"title": _("Specialists for enterprises"), "url": ""}],
        "rows": rows,
        "page": page,
        "words": words,
        "total": duties_in_force().count(),
        "form": form,
        "tried": tried(form),
        "changes": changes_of(("specialist",), CHANGES),
    }  # fmt: skip
    return render(request, "enterprises/specialists/list.html", context)


def tried(form: TryForm) -> list[dict[str, Any]] | None:
    """Whom the rule would name, best first; None when nothing was asked."""
    if not form.is_bound or not form.is_valid():
        return None
    category = Category.objects.filter(pk=form.cleaned_data["category"] or 0).first()
    chosen = choosing.choose(
        duties_to_choose_from(), category.code if category else "", form.cleaned_data["town"]
    )
    return told_candidates(chosen) if chosen else []


def asked(request: HttpRequest, form: forms.Form, do: Any, title: Any, **more: Any) -> HttpResponse:
    trail = [(_("Specialists for enterprises"), reverse(HOME))]
    return ask_page(request, Asked(title, form, do, reverse(HOME), done=_("Saved."), trail=trail, **more))


def save(request: HttpRequest, form: DutyForm, given: dict[str, Any]) -> None:
    assert form.chosen is not None  # clean() refuses a name nobody has
    save_duty(
        form.chosen, Organisation.objects.get(pk=given["organisation"]), codes=given["classes"], towns=given["towns"],
        deputy=form.chosen_deputy, title=given["title"], by=by_of(request),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def new_specialist(request: HttpRequest) -> HttpResponse:
    form = DutyForm(request.POST or None)
    return asked(request, form, lambda given: save(request, form, given), _("A new specialist"))


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def specialist(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what somebody answers for."""
    duty = get_object_or_404(duties_in_force().select_related("person", "deputy", "organisation"), pk=pk)
    initial = {
        "organisation": duty.organisation_id,
        "person": duty.person.handle,
        "title": duty.title,
        "classes": duty.classes,
        "towns": duty.towns,
        "deputy": duty.deputy.handle if duty.deputy else "",
    }
    form = DutyForm(request.POST or None, initial=initial)
    buttons = [{"words": _("Answers no longer"), "url": reverse("enterprises:retire_specialist", args=[pk])}]
    return asked(
        request, form, lambda given: save(request, form, given), duty.person.name, context={"buttons": buttons},
        lead=duty.organisation.name,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """A specialist goes on leave; the deputy gets what comes."""
    duty: SpecialistDuty = get_object_or_404(duties_in_force().select_related("person", "deputy"), pk=pk)

    def do(given: dict[str, Any]) -> Any:
        today = timezone.localdate()
        since = timezone.now() if given["since"] <= today else moment(given["since"], time.min)
        until = moment(given["until"], time(23, 59, 59))
        stand_in = Person.objects.filter(pk=given["stand_in"]).first() if given["stand_in"] else None
        return send_on_leave(duty, since=since, until=until, stand_in=stand_in, by=actor_of(request))

    deputy = duty.deputy.name if duty.deputy else _("nobody yet")
    return asked(
        request, LeaveForm(request.POST or None, initial={"since": timezone.localdate()}), do,
        _("%(name)s goes on leave") % {"name": duty.person.name}, lead=_("Deputy: %(name)s") % {"name": deputy},
    )  # fmt: skip


def moment(day: Any, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


@require_POST
@administer
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    duty = get_object_or_404(duties_in_force(), pk=pk)
    return act(request, lambda: retire_duty(duty, by=by_of(request)), reverse(HOME), _("Saved."))
