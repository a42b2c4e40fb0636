"""What volunteers fill in, and what the desk asks about them."""

import datetime
from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.actions import good_phone
from gridloop.core.territory import tree
from gridloop.core.territory.addresses import match_address
from gridloop.core.territory.coordinates import to_wgs84
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.roster.models import JoinMode, Skill, Team
from gridloop.scenes.volunteers.roster.queries import community_at, usable_skills
from gridloop.scenes.volunteers.roster.reading import weekly_of
from gridloop.scenes.volunteers.roster.weekly_grid import CELLS, hours_of

RADII = [(500, _("500 m: my neighbours")), (1500, _("1.5 km: on foot")), (3000, _("3 km: by bicycle")),
         (8000, _("8 km: by scooter")), (20000, _("20 km: by car"))]  # fmt: skip


class SkillsField(forms.ModelMultipleChoiceField):
    """Skills to tick; what needs a paper says so."""

    def __init__(self, **named: Any) -> None:
        named.setdefault("label", _("What can you do?"))
        super().__init__(
            queryset=Skill.objects.none(), widget=forms.CheckboxSelectMultiple, required=False, **named
        )

    def label_from_instance(self, obj: Model) -> str:
        assert isinstance(obj, Skill)
        return str(_("%(skill)s (needs a paper)") % {"skill": obj.title}) if obj.certified else obj.title


class WithSkills(forms.Form):
    """Forms that ask for skills read the list when they are shown."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields.get("skills")
        if isinstance(field, SkillsField):
            field.queryset = usable_skills()


class PlaceForm(forms.Form):
    """Where one sets out from: an address, the phone's position or a touch on the map."""

    place = forms.CharField(max_length=200, required=False)
    place_longitude = forms.FloatField(required=False)
    place_latitude = forms.FloatField(required=False)
    place_source = forms.CharField(max_length=12, required=False)
    radius = forms.TypedChoiceField(
        label=_("How far do you come?"), choices=RADII, coerce=int, initial=1500, widget=forms.RadioSelect
    )
    remote_only = forms.BooleanField(label=_("I help by phone only"), required=False)
    community: Area | None = None
    point: tuple[float, float] | None = None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        longitude, latitude = given.get("place_longitude"), given.get("place_latitude")
        if longitude is None or latitude is None:
            self.community, self.point = place_named(given.get("place", ""))
            if self.community is None:
                self.add_error("place", _("Show where you live: by your phone, an address or the map."))
            return given
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            self.add_error("place", _("This place does not lie on the map. Choose it again."))
            return given
        if given.get("place_source") == "gcj02":
            longitude, latitude = to_wgs84(longitude, latitude, "gcj02")
        self.point = (float(longitude), float(latitude))
        self.community = community_at(*self.point)
        if self.community is None:
            self.add_error("place", _("This place lies in no community of the county. Choose it again."))
        return given


def place_named(words: str) -> tuple[Area | None, tuple[float, float] | None]:
    """The community an address names, and the point of the closest area that has one."""
    matches = match_address(words, limit=1) if words.strip() else []
    if not matches:
        return None, None
    around = tree.current().around(matches[0].area)
    areas = Area.objects.defer("shape").in_bulk(around)
    community = next((areas[pk] for pk in around if areas[pk].level == "community"), None)
    points = ((areas[pk].longitude, areas[pk].latitude) for pk in around)
    return community, next(((x, y) for x, y in points if x is not None and y is not None), None)


class AbilityForm(WithSkills):
    """What one can do, and whether one belongs to a work unit."""

    skills = SkillsField()
    in_service = forms.BooleanField(
        label=_("I am in service with a work unit and register where I live"), required=False
    )
    work_unit = forms.CharField(label=_("Work unit"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("in_service") and not (given.get("work_unit") or "").strip():
            self.add_error("work_unit", _("Say which unit you work for."))
        return given


class WeekForm(forms.Form):
    """The weekly grid, and exact times for who wants them."""

    cells = forms.MultipleChoiceField(
        choices=[(name, name) for name in CELLS], required=False, widget=forms.CheckboxSelectMultiple
    )
    exact = forms.CharField(
        label=_("Other times"), max_length=300, required=False,
        help_text=_("For example: 周六 09:30-11:00；周日 14:00-16:00"),
    )  # fmt: skip

    def clean_exact(self) -> str:
        words: str = self.cleaned_data["exact"]
        try:
            self.exact_hours = weekly_of(words)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.words)) from refusal
        return words

    def weekly(self) -> list[Any]:
        return hours_of(self.cleaned_data.get("cells", []), getattr(self, "exact_hours", []))


class ProfileForm(AbilityForm):
    """Everything a volunteer changes about what they offer, on one page."""

    radius = forms.TypedChoiceField(
        label=_("How far do you come?"), choices=RADII, coerce=int, widget=forms.RadioSelect
    )
    remote_only = forms.BooleanField(label=_("I help by phone only"), required=False)
    daily_tasks = forms.TypedChoiceField(
        label=_("At most how many tasks a day?"), choices=[(n, str(n)) for n in range(1, 6)], coerce=int
    )
    field_order = ("skills", "radius", "remote_only", "daily_tasks", "in_service", "work_unit")

    def __init__(self, *given: Any, radius: int = 1500, daily_tasks: int = 2, **named: Any) -> None:
        super().__init__(*given, **named)
        radii = (
            list(RADII) if radius in dict(RADII) else [*RADII, (radius, _("%(n)s metres") % {"n": radius})]
        )
        most = range(1, max(5, daily_tasks) + 1)
        for name, choices in (("radius", radii), ("daily_tasks", [(n, str(n)) for n in most])):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = choices


class DayForm(forms.Form):
    """A day on which the week does not hold."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    available = forms.TypedChoiceField(
        label=_("On that day"), choices=[("no", _("I cannot come")), ("yes", _("I can come as well"))],
        coerce=lambda word: word == "yes", initial="no", widget=forms.RadioSelect,
    )  # fmt: skip
    since = forms.TimeField(label=_("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    until = forms.TimeField(label=_("Until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))

    def minutes(self) -> tuple[int, int]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        return (minute(since) if since else 0, minute(until) if until else 1440)


def minute(moment: datetime.time) -> int:
    return moment.hour * 60 + moment.minute


class PauseForm(forms.Form):
    until = forms.DateField(label=_("Pause until"), widget=forms.DateInput(attrs={"type": "date"}))


class CredentialForm(forms.Form):
    """A paper to hand in."""

    skill = forms.ModelChoiceField(
        label=_("For which skill"), queryset=Skill.objects.none(), empty_label=None
    )
    number = forms.CharField(label=_("Number on the paper"), max_length=60, required=False)
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    photo = forms.FileField(label=_("Photo of the paper"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["skill"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = usable_skills().filter(certified=True)

    def clean_valid_until(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["valid_until"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This paper has expired. Hand in the renewed one."))
        return day


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class PeopleFilter(WithSkills):
    """The narrowing of the desk's list; everything is optional."""

    q = forms.CharField(label=_("Number or phone"), required=False, max_length=40)
    community = forms.TypedChoiceField(label=_("Community"), required=False, coerce=int, empty_value=None)
    skill = forms.ModelChoiceField(
        label=_("Skill"), required=False, queryset=Skill.objects.all(), empty_label=_("Any skill")
    )
    team = forms.IntegerField(label=_("Team"), required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", _("Active")), ("paused", _("Paused")), ("expiring", _("A paper expires soon")),
                 ("in_service", _("In service")), ("left", _("Left")), ("all", _("All"))],
    )  # fmt: skip

    def __init__(self, *given: Any, communities: list[int], **named: Any) -> None:
        super().__init__(*given, **named)
        picture = tree.current()
        field = self.fields["community"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("Any community")), *((pk, picture.name(pk)) for pk in communities)]


class EnrolForm(AbilityForm):
    """A resident enrolled at the desk."""

    name = forms.CharField(label=_("Full name"), max_length=40)
    phone = forms.CharField(
        label=_("Mobile number"), max_length=20, widget=forms.TextInput(attrs={"type": "tel"})
    )
    number = forms.CharField(
        label=_("Volunteer number"), max_length=24, required=False,
        help_text=_("The national number; empty: one is given here"),
    )  # fmt: skip
    community = forms.TypedChoiceField(label=_("Community"), coerce=int)
    radius = forms.TypedChoiceField(label=_("How far do they come?"), choices=RADII, coerce=int, initial=1500)
    remote_only = forms.BooleanField(label=_("By phone only"), required=False)
    field_order = (
        "name",
        "phone",
        "number",
        "community",
        "radius",
        "remote_only",
        "skills",
        "in_service",
        "work_unit",
    )

    def __init__(self, *given: Any, communities: list[int], **named: Any) -> None:
        super().__init__(*given, **named)
        picture = tree.current()
        field = self.fields["community"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(pk, picture.full_name(pk)) for pk in communities]
        self.fields["skills"].label = _("Skills")
        self.fields["in_service"].label = _("In service with a work unit")

    def clean_phone(self) -> str:
        try:
            return good_phone(self.cleaned_data["phone"])
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.words)) from refusal


class TeamForm(WithSkills):
    """A team's way to join and what it says of itself."""

    name = forms.CharField(label=_("Name of the team"), max_length=60)
    area = forms.TypedChoiceField(label=_("Area"), coerce=int)
    join_mode = forms.ChoiceField(
        label=_("How one joins"), choices=JoinMode.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("What the team does"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    skills = SkillsField(label=_("Skills it is about"))
    leader = forms.CharField(
        label=_("Volunteer number of its leader"), required=False, max_length=24,
        help_text=_("May be named later"),
    )  # fmt: skip

    def __init__(self, *given: Any, areas: list[int], **named: Any) -> None:
        super().__init__(*given, **named)
        picture = tree.current()
        field = self.fields["area"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(pk, picture.full_name(pk)) for pk in areas]


class TeamChangeForm(WithSkills):
    join_mode = forms.ChoiceField(
        label=_("How one joins"), choices=JoinMode.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("What the team does"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    skills = SkillsField(label=_("Skills it is about"))

    @classmethod
    def of(cls, team: Team, data: Any = None) -> "TeamChangeForm":
        initial = {"join_mode": team.join_mode, "words": team.words, "skills": list(team.skills.all())}
        return cls(data, initial=initial)


class NumberForm(forms.Form):
    number = forms.CharField(label=_("Volunteer number"), max_length=24)


class SkillForm(forms.Form):
    """A skill of the county's list."""

    code = forms.SlugField(label=_("Short code"), max_length=24)
    name = forms.CharField(label=_("Name"), max_length=40)
    english = forms.CharField(label=_("English name"), max_length=60, required=False)
    certified = forms.BooleanField(label=_("Counts only with a confirmed paper"), required=False)
    remote = forms.BooleanField(label=_("Done by phone: distance does not matter"), required=False)
