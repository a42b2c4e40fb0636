"""The forms of signing in and of one's own account; what they check beyond form is checked by the actions."""

import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.people.models import Person, Post
from gridloop.core.people.queries import current_posts
from gridloop.core.people.roles import ROLES

OWN_NAMES = [  # a language is found by those who need it under its own name
    (code, {"zh-hans": "中文", "en": "English"}.get(code, name)) for code, name in settings.LANGUAGES
]
CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}


class PasswordSignIn(forms.Form):
    handle = forms.CharField(
        label=_("Sign-in name"),
        max_length=64,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class PhoneSignIn(forms.Form):
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "tel-national"}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Verification code"), max_length=20, widget=forms.TextInput(CODE))


class NewPassword(forms.Form):
    new = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters. A short sentence is easy to remember and hard to guess."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new") != given.get("again"):
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        return given


class FirstAdministrator(NewPassword):
    """The code of the machine, and who will administer from now on."""

    code = forms.CharField(
        label=_("Code from the start"),
        help_text=_("gridloop shows it where it was started: four letters or digits, four times"),
        max_length=40,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(
        label=_("Your name"), max_length=60, widget=forms.TextInput({"autocomplete": "name"})
    )
    handle = forms.CharField(
        label=_("Sign-in name"),
        help_text=_("1 to 64 characters without blanks; the same person keeps it"),
        max_length=64,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("code", "name", "handle", "new", "again")


class ChangePassword(NewPassword):
    old = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    field_order = ("old", "new", "again")


class Preferences(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=OWN_NAMES)
    large_text = forms.BooleanField(label=_("Large text and few choices"), required=False)


class LeaveForm(forms.Form):
    """Who stands in for which post of mine, from which day to which day (both included)."""

    post = forms.ModelChoiceField(label=_("Post"), queryset=Post.objects.none())
    stand_in = forms.ModelChoiceField(
        empty_label="—",
        label=_("Stand-in"),
        queryset=Person.objects.none(),
        help_text=_("A colleague of the same organisation or area."),
    )
    since = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput({"type": "date"}))

    def __init__(self, *given: Any, person: Person, **options: Any) -> None:
        super().__init__(*given, **options)
        posts = current_posts().filter(person=person).select_related("organisation", "area")
        post, stand_in = (cast(forms.ModelChoiceField, self.fields[name]) for name in ("post", "stand_in"))
        post.queryset = posts
        if len(posts) == 1:
            post.initial = posts[0]
        post.label_from_instance = post_words  # type: ignore[assignment]
        stand_in.queryset = colleagues_of(person)
        stand_in.label_from_instance = lambda colleague: colleague.name  # type: ignore[assignment]

    def moments(self) -> dict[str, datetime.datetime]:
        """The leave from the first midnight to the one after the last day."""
        midnight = datetime.time(tzinfo=timezone.get_current_timezone())
        after = self.cleaned_data["until"] + datetime.timedelta(days=1)
        return {
            "since": datetime.datetime.combine(self.cleaned_data["since"], midnight),
            "until": datetime.datetime.combine(after, midnight),
        }


class EraseForm(forms.Form):
    sure = forms.BooleanField(label=_("I understand that this cannot be undone"))


def colleagues_of(person: Person) -> Any:
    """Active people holding a post in an organisation or area where this person holds one."""
    mine = list(current_posts().filter(person=person).values_list("organisation", "area"))
    organisations = [organisation for organisation, _area in mine if organisation]
    areas = [area for _organisation, area in mine if area]
    near = current_posts().filter(Q(organisation__in=organisations) | Q(area__in=areas))
    return Person.objects.filter(pk__in=near.values("person")).exclude(pk=person.pk).order_by("handle")


def post_words(post: Post) -> str:
    """ "Grid worker · Committee of Chengguan · Grid 3"."""
    title = str(ROLES[post.role].title) if post.role in ROLES else post.role
    places = [place.name for place in (post.organisation, post.area) if place is not None]
    return " · ".join([title, *places])
