"""Handing out stored files: only to whom may see what they hang on, out of reach and absent being one answer."""

from collections.abc import Collection
from dataclasses import replace

from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridloop.core.cases.models import Case, Exhibit, Party
from gridloop.core.cases.queries import reach_condition
from gridloop.core.evidence import storage
from gridloop.core.evidence.models import File
from gridloop.core.evidence.queries import file_by_key
from gridloop.core.evidence.serving import headers_of
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.models import Person
from gridloop.core.people.queries import reach_of
from gridloop.web.acting import person_of
from gridloop.web.tracking import tracked_cases


def may_have(person: Person | None, file: File, tracked: Collection[int] = ()) -> bool:
    """Whether a file is shown to this person.

    Staff see what hangs on cases within their posts' reach. Who brought a case, or showed its code, sees what was
    reported; who stands behind it sees what is meant for them, never internal evidence; everybody sees public exhibits
    of public cases.
    """
    if person is not None and file.person == person.pk:
        return True
    shown = Exhibit.objects.filter(file=file)
    brought = Q(case__in=list(tracked))
    behind = brought
    allowed = Q(public=True, case__public=True)
    if person is not None:
        brought |= Q(case__parties__in=Party.objects.brought().filter(person=person))
        behind |= Q(case__parties__person=person)
        allowed |= Q(case__in=Case.objects.filter(reach_condition(replace(reach_of(person), person=None))))
    return shown.filter(allowed | (behind & Q(public=True)) | (brought & Q(purpose="report"))).exists()


@require_safe
def show_file(request: HttpRequest, key: str, size: str = "full") -> FileResponse | HttpResponse:
    """A photo (full or thumbnail) or a document."""
    file = file_by_key(key)
    if not may_have(person_of(request), file, tracked_cases(request)):
        raise NotFound(_("There is no such file."))
    content = storage.thumbnail(file) if size == "small" else storage.open_file(file)
    return FileResponse(content, headers=headers_of(file))
