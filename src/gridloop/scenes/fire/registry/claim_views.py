"""The owner's pages: claim a device by the key printed on it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from gridloop.core.journal.errors import Refusal
from gridloop.scenes.fire.registry import actions
from gridloop.scenes.fire.registry.forms import ClaimForm, KeyForm
from gridloop.scenes.fire.registry.models import Device
from gridloop.web.acting import actor_of, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def claim(request: HttpRequest) -> HttpResponse:
    """First the key, then "is it this one?", then it is yours. A link printed as a QR code brings the key along."""
    key = (request.POST.get("key") or request.GET.get("key", "")).strip()[:24]
    key_form = KeyForm({"key": key} if key else None)
    if not key or not key_form.is_valid():
        return page(request, key_form=key_form, status=422 if request.method == "POST" else 200)
    by = actor_of(request)
    try:
        device = actions.device_by_key(key, by=by)
    except Refusal as refusal:
        key_form.add_error("key", str(refusal.words))
        return page(request, key_form=key_form, status=422)
    form = ClaimForm(request.POST if "agreed" in request.POST else None)
    if "agreed" not in request.POST:
        return page(request, device=device, form=form, key=key)
    place = None
    if device.premises is None and (not form.is_valid() or (place := form.facts()) is None):
        return page(request, device=device, form=form, key=key, status=422)
    try:
        claimed = actions.claim_device(key, by=by, place=place)
    except Refusal as refusal:
        form.full_clean()
        form.errors.clear()
        form.add_error(None, str(refusal.words))
        return page(request, device=device, form=form, key=key, status=422)
    return page(request, device=Device.objects.select_related("premises").get(pk=claimed.pk), done=True)


def page(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    return render(request, "fire/registry/claim.html", context, status=status)
