"""Finding files. Whether the viewer may have one is the question of whoever shows it: a case, a scene."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gridloop.core.evidence.models import File
from gridloop.core.journal.errors import NotFound


def file_by_key(key: UUID | str) -> File:
    """The file with this key, unless it was erased; NotFound also for a key that is none."""
    try:
        return File.objects.get(key=UUID(str(key)), erased_at=None)
    except (ValueError, File.DoesNotExist) as missing:
        raise NotFound(_("There is no such file.")) from missing
