"""Pages of the register on the desk: premises, devices, strangers in quarantine."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.personal_data import masked_name, masked_phone
from gridloop.core.people.queries import may
from gridloop.core.territory import tree
from gridloop.scenes.fire.registry import actions, duty, queries
from gridloop.scenes.fire.registry.forms import KnownDeviceForm, PremisesForm, ReasonForm, StrangerForm
from gridloop.scenes.fire.registry.models import Device, DeviceKind, Premises, PremisesKind, Stranger, Vendor
from gridloop.web.acting import actor_of, person_of, staff_only
from gridloop.web.paging import page_of
from gridloop.web.refusals import show_refusal

readers = staff_only(
    "dispatch", "watch_fire", "work_in_grid", "administer", "fight_fire", "see_measures", "audit"
)
registrars = staff_only(*queries.REGISTRARS)
PAGE = "fire/registry"


def show(
    request: HttpRequest, template: str, title: Any, *, trail: Any = (), status: int = 200, **context: Any
) -> HttpResponse:
    """A desk page with the way to it."""
    way = [{"title": each, "url": url} for each, url in trail] + [{"title": title, "url": ""}]
    facts = {"title": title, "way": way, "keeps": queries.is_registrar(person_of(request)), **context}
    return render(request, f"{PAGE}/{template}.html", facts, status=status)


def attempt(form: forms.Form, do: Callable[[], Any]) -> Any:
    """What the action gives, or None with its refusal beside the field."""
    try:
        return do()
    except Refusal as refusal:
        show_refusal(form, refusal)
        return None


def tabs_of(choices: Any, current: str, words: str) -> list[dict[str, Any]]:
    query = f"&q={words}" if words else ""
    tabs = [{"title": _("All"), "url": f"?{query.lstrip('&')}", "current": not current}]
    return tabs + [
        {"title": title, "url": f"?kind={value}{query}", "current": value == current}
        for value, title in choices
    ]


def premises_trail() -> list[tuple[Any, str]]:
    return [(_("Premises"), reverse("fire:premises_list"))]


def device_trail() -> list[tuple[Any, str]]:
    return [(_("Devices"), reverse("fire:device_list"))]


@require_safe
@readers
def premises_list(request: HttpRequest) -> HttpResponse:
    words, kind = request.GET.get("q", "").strip()[:80], request.GET.get("kind", "")
    kind = kind if kind in PremisesKind.values else ""
    found = queries.searched_premises(queries.premises_within_reach(person_of(request)), words, kind)
    page, picture = page_of(request, found), tree.current()
    rows = [(row, picture.full_name(row.grid_id) if row.grid_id else "") for row in page.rows]
    context: dict[str, Any] = {
        "page": page,
        "rows": rows,
        "words": words,
        "tabs": tabs_of(PremisesKind.choices, kind, words),
        "kind": kind,
    }
    return show(request, "premises_list", _("Premises"), **context)


@require_safe
@readers
def premises(request: HttpRequest, pk: int) -> HttpResponse:
    """One place: facts, devices, cameras; who answers for it is masked."""
    person = person_of(request)
    place = queries.premises_of(person, pk)
    devices = place.devices.filter(retired_at=None).select_related("vendor").order_by("floor", "code")
    context: dict[str, Any] = {
        "place": place,
        "facts": facts_of(place),
        "page": page_of(request, devices, 30),
        "cameras": queries.cameras_at(place)[:20],
        "cases": queries.cases_at(place, person)[:10],
        "may_unmask": person is not None
        and may(person, "unmask", place.grid_id)
        and (place.owner or place.duty_phone),
    }
    return show(request, "premises", place.name, trail=premises_trail(), **context)


def facts_of(place: Premises) -> list[tuple[Any, Any]]:
    unknown, owner = _("Not known"), place.owner
    bikes = {True: pgettext("fact", "Yes"), False: pgettext("fact", "No"), None: unknown}[
        place.electric_bikes
    ]
    return [
        (_("Premises code"), place.code),
        (_("Kind of premises"), place.get_kind_display()),
        (_("Grid"), tree.full_name(place.grid_id) if place.grid_id else "—"),
        (_("Address"), place.address or "—"),
        (
            _("Answers for it"),
            f"{masked_name(owner.name)} {masked_phone(owner.phone)}" if owner else _("Nobody yet"),
        ),
        (_("Organisation"), place.organisation.name if place.organisation else "—"),
        (_("Duty phone"), masked_phone(place.duty_phone) if place.duty_phone else "—"),
        (_("Year built"), place.built or unknown),
        (_("People usually inside"), place.people if place.people is not None else unknown),
        (_("E-bikes charged inside"), bikes),
    ]


@require_POST
@staff_only("unmask")
def unmask(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who answers for the premises, for a reason the person can read."""
    place = queries.premises_of(person_of(request), pk)
    shown = actions.unmask_owner(place, reason=request.POST.get("reason", ""), by=actor_of(request))
    trail = [*premises_trail(), (place.name, reverse("fire:premises", args=[pk]))]
    return show(request, "unmasked", _("Answers for it"), trail=trail, shown=shown, back=trail[-1][1])


@require_http_methods(["GET", "HEAD", "POST"])
@registrars
def edit_premises(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Enter premises, or change them."""
    place = queries.premises_of(person_of(request), pk) if pk else None
    initial = {}
    if place:
        bikes = {True: "1", False: "0", None: ""}[place.electric_bikes]
        names = ("code", "name", "kind", "duty_phone", "built", "people")
        initial = {name: getattr(place, name) for name in names} | {
            "electric_bikes": bikes,
            "place": place.address,
        }
    form = PremisesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        if place is None and "longitude" not in facts:
            form.add_error("place", _("Say where it is: touch the map."))
        elif saved := attempt(form, lambda: actions.save_premises(place, by=actor_of(request), **facts)):
            messages.success(request, _("The register is kept."))
            return redirect("fire:premises", saved.pk)
    title = place.name if place else _("New premises")
    back = reverse("fire:premises", args=[pk]) if pk else reverse("fire:premises_list")
    status = 422 if form.errors else 200
    return show(
        request,
        "edit_premises",
        title,
        trail=premises_trail(),
        status=status,
        form=form,
        place=place,
        back=back,
    )


@require_POST
@registrars
def retire_premises(request: HttpRequest, pk: int) -> HttpResponse:
    actions.retire_premises(queries.premises_of(person_of(request), pk), by=actor_of(request))
    messages.success(
        request, _("The premises are out of the register; their devices wait for another place.")
    )
    return redirect("fire:premises_list")


@require_safe
@readers
def device_list(request: HttpRequest) -> HttpResponse:
    words, kind, vendor = (request.GET.get(name, "").strip()[:80] for name in ("q", "kind", "vendor"))
    kind = kind if kind in DeviceKind.values else ""
    found = queries.searched_devices(queries.devices_within_reach(person_of(request)), words, kind, vendor)
    context: dict[str, Any] = {
        "page": page_of(request, found),
        "words": words,
        "kind": kind,
        "vendor": vendor,
        "vendors": Vendor.objects.order_by("name")[:200],
        "tabs": tabs_of(DeviceKind.choices, kind, words),
        "strangers": queries.strangers_waiting().count() if queries.is_registrar(person_of(request)) else 0,
    }
    return show(request, "device_list", _("Devices"), **context)


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def device(request: HttpRequest, pk: int) -> HttpResponse:
    """One device; registrars move it and set how long it may be silent."""
    person = person_of(request)
    one = queries.device_of(person, pk)
    initial = {"premises": one.premises.code if one.premises else "", "kind": one.kind, "floor": one.floor,
               "spot": one.spot, "silence": one.silence}  # fmt: skip
    form = KnownDeviceForm(person, request.POST or None, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: actions.save_device(one, by=actor_of(request), **form.cleaned_data))
    ):
        messages.success(request, _("The register is kept."))
        return redirect("fire:device", pk)
    facts = device_facts(one)
    checks = list(duty.last_checks(one)[:5]) if one.kind == "transmitter" else []
    points = Device.objects.filter(panel=one, retired_at=None).order_by("code")
    status = 422 if form.errors else 200
    return show(request, "device", one.code, trail=device_trail(), status=status, device=one, facts=facts, form=form,
                checks=checks, page=page_of(request, points, 30))  # fmt: skip


def device_facts(one: Device) -> list[tuple[Any, Any]]:
    return [
        (_("Kind of device"), one.get_kind_display()),
        (_("Vendor"), one.vendor.name),
        (_("Premises"), one.premises.name if one.premises else _("Nowhere yet")),
        (_("Floor"), one.floor or "—"),
        (_("Where in the premises"), one.spot or "—"),
        (_("Panel"), one.panel.code if one.panel else "—"),
        (_("Installed on"), one.installed_at.isoformat() if one.installed_at else _("Not known")),
        (_("Claimed by its owner"), pgettext("fact", "Yes") if one.claimed_at else pgettext("fact", "No")),
    ]


@require_POST
@registrars
def new_key(request: HttpRequest, pk: int) -> HttpResponse:
    """A claim key to print; shown once."""
    one = queries.device_of(person_of(request), pk)
    key = actions.renew_claim_key(one, by=actor_of(request))
    back = reverse("fire:device", args=[pk])
    trail = [*device_trail(), (one.code, back)]
    link = request.build_absolute_uri(f"{reverse('fire:claim')}?key={key}")
    return show(request, "claim_key", _("Claim key"), trail=trail, key=key, link=link, device=one, back=back)


@require_POST
@registrars
def retire_device(request: HttpRequest, pk: int) -> HttpResponse:
    actions.retire_device(queries.device_of(person_of(request), pk), by=actor_of(request))
    messages.success(request, _("The device is out of the register."))
    return redirect("fire:device_list")


@require_POST
@registrars
def ask_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """Is somebody on watch? The listener asks within seconds."""
    one = queries.device_of(person_of(request), pk)
    try:
        duty.ask_duty(one, by=actor_of(request))
    except Refusal as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, _("The device is asked within seconds; the answer appears here."))
    return redirect("fire:device", pk)


@require_safe
@registrars
def strangers(request: HttpRequest) -> HttpResponse:
    """Quarantine: devices that sent and are in no register."""
    return show(
        request,
        "strangers",
        _("Unknown devices"),
        trail=device_trail(),
        page=page_of(request, queries.strangers_waiting()),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@registrars
def stranger(request: HttpRequest, pk: int) -> HttpResponse:
    """Register one to premises."""
    one = get_object_or_404(Stranger.objects.select_related("vendor"), pk=pk, decided_at=None)
    form = StrangerForm(person_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        place = given.pop("premises")
        if attempt(
            form, lambda: actions.register_stranger(one, premises=place, by=actor_of(request), **given)
        ):
            messages.success(request, _("The device is registered; its messages count from now on."))
            return redirect("fire:strangers")
    trail = [*device_trail(), (_("Unknown devices"), reverse("fire:strangers"))]
    status = 422 if form.errors else 200
    return show(
        request,
        "stranger",
        one.code,
        trail=trail,
        status=status,
        stranger=one,
        form=form,
        reason=ReasonForm(),
    )


@require_POST
@registrars
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Stranger, pk=pk)
    try:
        actions.refuse_stranger(one, reason=request.POST.get("reason", ""), by=actor_of(request))
    except Refusal as refusal:
        messages.error(request, str(refusal.words))
        return redirect("fire:stranger", pk)
    messages.success(request, _("The device is refused; what it sends is only counted."))
    return redirect("fire:strangers")
