"""Proofs over the JSON API: receipts of journal entries within reach, and the roots anybody may keep."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from gridloop.api import schemas
from gridloop.api.bearer import READ
from gridloop.api.cases import person_needed
from gridloop.api.queries import is_staff_for
from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import case_within_reach
from gridloop.core.cases.timeline import timeline
from gridloop.core.journal.errors import NotFound
from gridloop.core.journal.models import Entry
from gridloop.core.journal.sealing import consistency_proof, published_roots, receipt

router = Router(tags=["proofs"])


@router.get("/cases/{number}/receipts/{entry}", auth=READ, response=dict[str, Any], summary="Read a receipt")
def read_receipt(request: HttpRequest, number: schemas.Number, entry: schemas.Id) -> dict[str, Any]:
    """One entry as it was sealed, with its way to a published root; 409 while it is too young."""
    person = person_needed(request)
    case: Case = case_within_reach(person, number)
    staff = is_staff_for(person, case)
    if entry not in {one.entry for one in timeline(case, staff=staff)}:
        raise NotFound(_("There is no such entry in this case, or it is not yours to see."))
    return receipt(Entry.objects.get(pk=entry), with_words=staff)


@router.get("/seals", auth=None, response=list[schemas.SealLine], summary="List published roots")
def list_seals(request: HttpRequest, day: schemas.Day | None = None) -> list[dict[str, Any]]:
    """Every root, or those of one local day, oldest first. Keep them elsewhere: then nobody can rewrite the past."""
    return published_roots(day=day)


@router.get(
    "/seals/consistency", auth=None, response=dict[str, Any], summary="Prove that entries were only added"
)
def prove_consistency(request: HttpRequest, old: Query[schemas.Id], new: Query[schemas.Id]) -> dict[str, Any]:
    """The proof (RFC 9162) that the newer of two published roots only added to the older."""
    return consistency_proof(old, new)
