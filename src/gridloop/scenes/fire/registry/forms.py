"""What people fill in about premises, devices, vendors, strangers, and the key on a device."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from gridloop.core.territory.coordinates import SYSTEMS, to_wgs84
from gridloop.scenes.fire.adapters.gb26875.profiles import DIALECTS
from gridloop.scenes.fire.registry.models import DeviceKind, Premises, PremisesKind
from gridloop.scenes.fire.registry.queries import premises_within_reach

KNOWN = (
    ("", gettext_lazy("Not known")),
    ("1", pgettext_lazy("fact", "Yes")),
    ("0", pgettext_lazy("fact", "No")),
)


class PlaceFields(forms.Form):
    """The hidden part of the place picker: a point by phone, map or address."""

    place = forms.CharField(required=False, max_length=200)
    place_longitude = forms.FloatField(required=False, min_value=-180, max_value=180)
    place_latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    place_source = forms.CharField(required=False, max_length=12)

    def point(self) -> tuple[float, float] | None:
        given = self.cleaned_data
        longitude, latitude = given.get("place_longitude"), given.get("place_latitude")
        if longitude is None or latitude is None:
            return None
        system = "gcj02" if given.get("place_source") == "gcj02" else "wgs84"
        point = to_wgs84(longitude, latitude, system)
        return round(float(point[0]), 6), round(float(point[1]), 6)


class PremisesForm(PlaceFields):
    code = forms.CharField(label=gettext_lazy("Premises code"), max_length=32)
    name = forms.CharField(label=gettext_lazy("Premises name"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of premises"), choices=PremisesKind.choices)
    duty_phone = forms.CharField(label=gettext_lazy("Duty phone"), max_length=30, required=False)
    built = forms.IntegerField(
        label=gettext_lazy("Year built"), min_value=1000, max_value=2200, required=False
    )
    people = forms.IntegerField(label=gettext_lazy("People usually inside"), min_value=0, required=False)
    electric_bikes = forms.ChoiceField(
        label=gettext_lazy("E-bikes charged inside"), choices=KNOWN, required=False
    )

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        facts = {name: given[name] for name in ("code", "name", "kind", "duty_phone", "built", "people")}
        facts["electric_bikes"] = {"1": True, "0": False}.get(given["electric_bikes"])
        facts["address"] = given["place"]
        if point := self.point():
            facts["longitude"], facts["latitude"] = point
        return facts


class DeviceForm(forms.Form):
    premises = forms.CharField(label=gettext_lazy("Premises code"), max_length=32, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of device"), choices=DeviceKind.choices)
    floor = forms.CharField(label=gettext_lazy("Floor"), max_length=12, required=False)
    spot = forms.CharField(label=gettext_lazy("Where in the premises"), max_length=60, required=False)

    def __init__(self, person: Any, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.person = person

    def clean_premises(self) -> Premises | None:
        code = self.cleaned_data["premises"].strip()
        if not code:
            return None
        found = premises_within_reach(self.person).filter(code=code).first()
        if found is None:
            raise forms.ValidationError(_("There are no premises with the code “%(code)s”.") % {"code": code})
        return found


class KnownDeviceForm(DeviceForm):
    silence = forms.IntegerField(
        label=gettext_lazy("Offline after (seconds)"),
        min_value=0,
        max_value=31_536_000,
        help_text=gettext_lazy("0: as usual for its kind"),
    )


class StrangerForm(DeviceForm):
    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["premises"].required = True


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class VendorForm(forms.Form):
    code = forms.SlugField(
        label=gettext_lazy("Vendor code"),
        max_length=32,
        help_text=gettext_lazy("Stands in topics and messages; it cannot be changed later"),
    )
    name = forms.CharField(label=gettext_lazy("Vendor name"), max_length=80)
    profile = forms.ChoiceField(
        label=gettext_lazy("Dialect of GB/T 26875.3"),
        choices=lambda: [(each.name, each.title) for each in DIALECTS.values()],
    )
    allowed = forms.CharField(
        label=gettext_lazy("Networks its devices call from"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One a line, for example 10.20.0.0/16. Empty: none may call over GB/T 26875.3"
        ),
    )
    active = forms.BooleanField(label=gettext_lazy("Its devices may send"), required=False, initial=True)


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("CSV or XLSX, at most 64 MB"))
    system = forms.ChoiceField(
        label=gettext_lazy("Coordinates are written in"),
        choices=[
            ("wgs84", "WGS 84"),
            ("cgcs2000", "CGCS2000"),
            ("gcj02", gettext_lazy("GCJ-02 (Amap, Tencent)")),
            ("bd09", gettext_lazy("BD-09 (Baidu)")),
        ],
    )

    def clean_system(self) -> str:
        system: str = self.cleaned_data["system"]
        return system if system in SYSTEMS else "wgs84"


class KeyForm(forms.Form):
    """The key printed on the device."""

    key = forms.CharField(
        label=gettext_lazy("Key on the label"),
        max_length=24,
        help_text=gettext_lazy("Twelve letters and digits, for example 7K4P-9MXQ-2TRW"),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )


class ClaimForm(PlaceFields):
    """Where a device hangs that stands nowhere yet."""

    name = forms.CharField(label=gettext_lazy("What is it called there"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of premises"), choices=PremisesKind.choices)

    def facts(self) -> dict[str, Any] | None:
        point = self.point()
        if point is None:
            self.add_error("place", _("Say where it is: your position or a touch on the map."))
            return None
        given = self.cleaned_data
        return {
            "name": given["name"],
            "kind": given["kind"],
            "address": given["place"],
            "longitude": point[0],
            "latitude": point[1],
        }
