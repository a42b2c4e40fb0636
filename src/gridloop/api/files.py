"""Files over the JSON API: uploaded first, then hung on a case or a move by their key."""

import uuid
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Router
from ninja.files import UploadedFile

from gridloop.api import schemas, showing
from gridloop.api.bearer import READ, WRITE, person_in, token_in
from gridloop.api.queries import files_within_reach, plain_actor_of
from gridloop.core.evidence import storage
from gridloop.core.evidence.actions import keep_photo
from gridloop.core.evidence.serving import headers_of
from gridloop.core.journal.errors import NotAllowed, NotFound

router = Router(tags=["files"])


@router.post("/files", auth=WRITE, response={201: schemas.FileLine}, summary="Upload a photo")
def upload_photo(request: HttpRequest, photo: File[UploadedFile]) -> Any:
    """Cleaned (position and camera taken out), hashed and stored; the key is for `photos` of a case or a move."""
    if person_in(request) is None:
        raise NotAllowed(_("This token belongs to no person, so photos cannot be kept for it."))
    return showing.shown_file(keep_photo(photo, by=plain_actor_of(token_in(request))))


@router.get("/files/{key}", auth=READ, summary="Read a file", include_in_schema=False)
def read_file(request: HttpRequest, key: uuid.UUID, small: bool = False) -> FileResponse | HttpResponse:
    """The stored bytes, or the small picture of a photo; out of reach and absent are the same answer."""
    file = files_within_reach(person_in(request)).filter(key=key).first()
    if file is None:
        raise NotFound(_("There is no such file."))
    content = storage.thumbnail(file) if small else storage.open_file(file)
    return FileResponse(content, headers=headers_of(file))
