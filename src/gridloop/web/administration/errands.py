"""Errands: imports and trainings that may take longer than a request, run beside it, with progress and a result."""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from gridloop.core.clocks.editions import Shelf
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.core.territory import tree
from gridloop.web.models import Errand

LARGEST = 64 * 2**20  # bytes of an uploaded table
AT_ONCE = 200 * 2**10  # a file up to this size is worked through within the request
LISTED = 5000  # wrong rows kept
GIVEN_UP_AFTER = timedelta(minutes=30)
log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Outcome:
    """What came of an errand: counts by name, and rows left out with the reason for each."""

    counts: dict[str, int] = field(default_factory=dict)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


COUNTS = {  # what the counts of tables are called
    "made": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "same": gettext_lazy("Unchanged"),
    "rows": gettext_lazy("Rows"),
}
Work = Callable[[Errand, Path, Actor, Progress], Outcome]
KINDS: dict[str, Work] = {}


def errand_kind(name: str) -> Callable[[Work], Work]:
    """Decorates what is done for one kind of errand."""

    def register(work: Work) -> Work:
        KINDS[name] = work
        return work

    return register


def folder() -> Path:
    return Path(settings.DATA) / "errands"


def file_of(errand: Errand) -> Path:
    suffix = Path(errand.name).suffix.lower()
    return folder() / f"{errand.key}{suffix if suffix.isascii() and len(suffix) < 10 else ''}"


def progress_file(errand: Errand) -> Path:
    return folder() / f"{errand.key}.progress"


def ask_errand(
    kind: str,
    *,
    person: Person,
    by: Actor,
    upload: UploadedFile | None = None,
    source: Errand | None = None,
    options: dict[str, Any] | None = None,
    dry: bool = False,
) -> Errand:
    """Take an errand on: a small one is done at once, a large one by the next free worker."""
    if upload is not None and (upload.size or 0) > LARGEST:
        raise Refusal(_("This file is larger than 64 MB. Split it into several files."), field="file")
    actor = {"person": by.person, "post": by.post, "on_behalf_of": by.on_behalf_of}
    errand = Errand(
        kind=kind,
        name=((upload.name if upload else source.name if source else "") or "")[-120:],
        dry=dry,
        options={**(source.options if source else {}), **(options or {}), "actor": actor},
        person=person,
    )
    folder().mkdir(parents=True, exist_ok=True)
    if upload is not None:
        with file_of(errand).open("wb") as kept:
            for chunk in upload.chunks():
                kept.write(chunk)
    elif source is not None:
        file_of(errand).write_bytes(file_of(source).read_bytes())
    errand.options["language"] = get_language() or settings.LANGUAGE_CODE
    errand.save()
    path = file_of(errand)
    if path.exists() and path.stat().st_size <= AT_ONCE and kind != "train":
        claim(errand)
        run_errand(errand)
    return errand


def start_waiting_errand() -> threading.Thread | None:
    """Begin the oldest waiting errand in a thread of its own, so that timers and notices go on meanwhile."""
    Errand.objects.filter(step="running", begun_at__lt=timezone.now() - GIVEN_UP_AFTER).update(
        step="failed", done_at=timezone.now(), trouble="the worker ended before it was done"
    )
    errand = Errand.objects.filter(step="waiting").order_by("pk").first()
    if errand is None or Errand.objects.filter(step="running").exists() or not claim(errand):
        return None
    thread = threading.Thread(target=run_in_thread, args=(errand,), name=f"errand-{errand.pk}", daemon=True)
    thread.start()
    return thread


def claim(errand: Errand) -> bool:
    """Of several workers one gets it."""
    errand.begun_at = timezone.now()
    return (
        Errand.objects.filter(pk=errand.pk, step="waiting").update(step="running", begun_at=errand.begun_at)
        == 1
    )


def run_in_thread(errand: Errand) -> None:
    close_old_connections()
    try:
        run_errand(errand)
    finally:
        connection.close()


def run_errand(errand: Errand) -> None:
    """Do it and keep the result; whatever goes wrong becomes words its owner reads."""
    given = errand.options["actor"]
    by = Actor("person", person=given["person"], post=given["post"], on_behalf_of=given["on_behalf_of"])
    with override(errand.options.get("language") or settings.LANGUAGE_CODE):
        try:
            outcome = do(errand, by)
        except Refusal as refusal:
            finish(errand, "failed", trouble=str(refusal.words))
        except Exception as mistake:  # an errand that breaks must say so; nobody waits for its thread
            log.exception("the errand %s failed", errand.pk)
            finish(errand, "failed", trouble=f"{type(mistake).__name__}: {mistake}"[:500])
        else:
            wrong = [[where, str(words)] for where, words in outcome.wrong[:LISTED]]
            result = {
                "counts": outcome.counts,
                "wrong": wrong,
                "left_out": len(outcome.wrong),
                **outcome.facts,
            }
            finish(errand, "done", result=result)


def do(errand: Errand, by: Actor) -> Outcome:
    work, path = KINDS[errand.kind], file_of(errand)

    def progress(done: int, total: int) -> None:
        tell_progress(errand, done, total)

    if not errand.dry:
        return work(errand, path, by, progress)
    with transaction.atomic():  # everything is done as it would be, looked at, and taken back
        outcome = work(errand, path, by, progress)
        transaction.set_rollback(True)
    tree.forget()
    for shelf in Shelf.everyone:
        shelf.forget()
    return outcome


def tell_progress(errand: Errand, done: int, total: int) -> None:
    """Beside the database: an import is one transaction, and what it says meanwhile must be seen at once."""
    fresh = progress_file(errand).with_suffix(".fresh")
    fresh.write_text(json.dumps({"done": done, "total": total}))
    fresh.replace(progress_file(errand))


def progress_of(errand: Errand) -> tuple[int, int]:
    try:
        told = json.loads(progress_file(errand).read_text())
    except (OSError, ValueError):
        return 0, 0
    return int(told["done"]), int(told["total"])


def finish(errand: Errand, step: str, *, result: dict[str, Any] | None = None, trouble: str = "") -> None:
    errand.step, errand.result, errand.trouble, errand.done_at = step, result or {}, trouble, timezone.now()
    errand.save(update_fields=["step", "result", "trouble", "done_at"])
    progress_file(errand).unlink(missing_ok=True)
    if not errand.dry or step == "failed":
        file_of(errand).unlink(missing_ok=True)


def sweep_files() -> int:
    """Uploaded tables nobody brought in within a day are removed."""
    limit = (timezone.now() - timedelta(days=1)).timestamp()
    old = [path for path in folder().glob("*") if path.stat().st_mtime < limit] if folder().exists() else []
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
