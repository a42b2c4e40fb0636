"""Settings: vendors of devices, how they speak, where they call from, and their secrets."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.scenes.fire.adapters.gb26875.profiles import DIALECTS
from gridloop.scenes.fire.registry.actions import make_secret, save_vendor
from gridloop.scenes.fire.registry.forms import VendorForm
from gridloop.scenes.fire.registry.models import Vendor
from gridloop.scenes.fire.registry.queries import vendors_listed
from gridloop.scenes.fire.settings_changes import told_changes
from gridloop.web.administration.pages import Asked, administer, ask, by_of, show
from gridloop.web.paging import page_of

EVENTS = ("vendor_entered", "vendor_changed", "vendor_secret_made")


def trail() -> list[tuple[Any, str]]:
    return [(_("Vendors of devices"), reverse("fire:vendors"))]


@require_safe
@administer
def vendors(request: HttpRequest) -> HttpResponse:
    page = page_of(request, vendors_listed())
    rows = [
        (row, DIALECTS[row.profile].title if row.profile in DIALECTS else row.profile) for row in page.rows
    ]
    title = _("Vendors of devices")
    way = [{"title": _("Settings"), "url": reverse("settings:home")}, {"title": title, "url": ""}]
    context = {
        "title": title,
        "way": way,
        "page": page,
        "rows": rows,
        "changes": told_changes(["vendor"], EVENTS),
    }
    return render(request, "fire/registry/vendors.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def vendor(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Enter a vendor, or change one."""
    one = get_object_or_404(Vendor, pk=pk) if pk else None
    names = ("code", "name", "profile", "allowed", "active")
    initial = {name: getattr(one, name) for name in names} if one else {}
    form = VendorForm(request.POST or None, initial=initial)
    if one:
        form.fields["code"].disabled = True

    def do(given: dict[str, Any]) -> Any:
        return save_vendor(one, by=by_of(request), **given)

    buttons = []
    if one:
        words = (
            _("Make a new secret (the old one stops at once)") if one.secret_digest else _("Make a secret")
        )
        buttons = [{"url": reverse("fire:vendor_secret", args=[one.pk]), "words": words}]
    title = one.name if one else _("New vendor")
    asked = Asked(title, form, do, reverse("fire:vendors"), _("The vendor is kept."), trail=trail(),
                  context={"buttons": buttons, "changes": told_changes(["vendor"], EVENTS, subject=pk) if pk else []})  # fmt: skip
    return ask(request, asked)


@require_POST
@administer
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Shown once."""
    one = get_object_or_404(Vendor, pk=pk)
    made = make_secret(one, by=by_of(request))
    address = request.build_absolute_uri(reverse("fire:device_messages"))
    context = {
        "lead": _("Copy it now: it is not shown again. Hand it over on a safe way."),
        "secrets": [
            (_("Secret of %(name)s") % {"name": one.name}, made),
            (_("Address for messages over HTTP"), address),
        ],
        "then": reverse("fire:vendors"),
    }
    return show(request, "secret", one.name, context, trail=trail())
