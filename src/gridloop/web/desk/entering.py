"""Writing down a report for somebody: a call to the command room, a visit to the community office."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from gridloop.core.cases.errors import CaseError
from gridloop.core.cases.models import Category, Urgency
from gridloop.core.cases.spots import Spot, spot_named
from gridloop.core.dispatch.intake import take_in
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.actions import person_by_phone
from gridloop.web.acting import actor_of, staff_only
from gridloop.web.move_forms import TYPED_INTO, grouped_categories
from gridloop.web.picked import spot_picked
from gridloop.web.refusals import show_refusal


class EnterForm(forms.Form):
    """What the caller says, while they say it."""

    phone = forms.CharField(label=_("Caller's number"), required=False, max_length=20)
    name = forms.CharField(label=_("Caller's name"), required=False, max_length=40)
    title = forms.CharField(label=_("In one line"), max_length=60)
    words = forms.CharField(
        label=_("What is the matter?"), widget=forms.Textarea(attrs={"rows": 5}), max_length=5000
    )
    place = forms.CharField(label=_("Where"), required=False, max_length=200)
    place_longitude = forms.FloatField(required=False)
    place_latitude = forms.FloatField(required=False)
    place_source = forms.CharField(required=False)
    category = forms.TypedChoiceField(
        label=_("Class"), help_text=_("Left empty, one is suggested."), required=False, coerce=int, empty_value=None,
        choices=lambda: [("", "—"), *grouped_categories()], widget=forms.Select(attrs=TYPED_INTO),
    )  # fmt: skip
    urgency = forms.TypedChoiceField(
        label=_("Urgency"), coerce=int, choices=Urgency.choices, initial=Urgency.NORMAL
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            self.spot = self._spot(cleaned)
        except CaseError as refusal:
            self.add_error("place", str(refusal.words))
        return cleaned

    def _spot(self, given: dict[str, Any]) -> Spot:
        """Where the caller says it is; what they tell may name the place as well."""
        if not given.get("place") and given.get("place_longitude") is None:
            told = spot_named(given.get("words", ""))
            if told is not None:
                return replace(told, address="")
        return spot_picked(given)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("enter_for_others")
def enter(request: HttpRequest) -> HttpResponse:
    """The form for calls; it opens the case and leads to it."""
    form = EnterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, by = form.cleaned_data, actor_of(request)
        try:
            reporter = person_by_phone(given["phone"], name=given["name"], by=by) if given["phone"] else None
            case = take_in(
                "report",
                title=given["title"],
                words=given["words"],
                spot=form.spot,
                by=by,
                source="phone",
                category=Category.objects.filter(pk=given["category"]).first(),
                urgency=given["urgency"],
                reporter=reporter,
                anonymous=reporter is None,
                key=given["key"],
            )
            return redirect("desk:case", case.number)
        except Refusal as refusal:
            show_refusal(form, refusal)
    return render(request, "web/desk/enter.html", {"form": form}, status=422 if form.errors else 200)
