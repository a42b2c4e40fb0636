"""Papers on the desk: seen, confirmed or refused by somebody of the community."""

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gridloop.core.evidence import storage
from gridloop.core.evidence.serving import headers_of
from gridloop.core.journal.actions import record
from gridloop.core.journal.errors import NotFound
from gridloop.scenes.volunteers.roster import actions, queries
from gridloop.scenes.volunteers.roster.desk import tabs
from gridloop.scenes.volunteers.roster.doors import (
    by_of,
    office,
)
from gridloop.scenes.volunteers.roster.models import Credential
from gridloop.scenes.volunteers.roster.views import said
from gridloop.web.acting import viewer
from gridloop.web.paging import page_of


@require_safe
@office
def credentials(request: HttpRequest) -> HttpResponse:
    """Papers that wait to be compared."""
    person = viewer(request)
    page = page_of(request, queries.credentials_to_confirm(person), 30)
    lines = [
        (each, queries.name_for(person, each.volunteer), each.volunteer.person_id == person.pk)
        for each in page.rows
    ]
    context = {"tabs": tabs(request, "desk_credentials"), "page": page, "rows": lines}
    return render(request, "volunteers/roster/desk_credentials.html", context)


def credential_within_reach(request: HttpRequest, pk: int) -> Credential:
    found = Credential.objects.select_related("skill", "volunteer__person", "file").filter(
        pk=pk, volunteer__community__in=queries.areas_of_care(viewer(request))
    )
    credential = found.first()
    if credential is None:
        raise NotFound(_("There is no such paper in your reach."))
    return credential


@require_POST
@office
def decide_credential(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirmed, or refused with a reason."""
    credential = credential_within_reach(request, pk)

    def decide() -> None:
        if request.POST.get("decision") == "confirm":
            actions.confirm_credential(credential, by=by_of(request))
        else:
            reason = request.POST.get("reason", "").replace("\x00", "")[:200]
            actions.withdraw_credential(credential, reason=reason, by=by_of(request))

    if request.POST.get("back") == "person":
        return said(request, "volunteers:person", decide, credential.volunteer_id, done=_("Saved."))
    return said(request, "volunteers:desk_credentials", decide, done=_("Saved."))


@require_safe
@office
def credential_file(request: HttpRequest, pk: int) -> FileResponse:
    """The photo of a paper, for who compares it; that it was opened is written down."""
    credential = credential_within_reach(request, pk)
    file = credential.file
    if file is None or file.erased_at is not None:
        raise NotFound(_("There is no such file."))
    with transaction.atomic():
        record(
            "credential_viewed", by=by_of(request), subject_kind="volunteer", subject=credential.volunteer_id,
            area=credential.volunteer.community_id, facts={"credential": credential.pk},
        )  # fmt: skip
    return FileResponse(storage.open_file(file), headers=headers_of(file))
