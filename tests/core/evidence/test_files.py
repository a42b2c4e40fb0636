"""Files are safely down before they have a row, are found by key alone, and are gone when erased."""

import os
import signal
import subprocess
import sys
import uuid
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from gridloop.core.evidence import actions, queries, storage
from gridloop.core.evidence.models import File
from gridloop.core.evidence.serving import headers_of
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotFound, Refusal, TooLate
from gridloop.core.journal.models import Entry
from tests.core.evidence import pictures

ME = Actor(kind="person", person=7)


def photo_upload(name: str = "IMG_1.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pictures.telling_jpeg(), content_type="image/png")


@pytest.mark.django_db
def test_a_photo_is_kept_under_what_it_is() -> None:
    file = actions.keep_photo(photo_upload("坑洼.php"), by=ME)
    with storage.open_file(file) as stored, storage.thumbnail(file) as small:
        content = stored.read()
        assert small.read().startswith(b"\xff\xd8\xff")
    assert b"SECRET" not in content
    assert (file.name, file.media_type, file.size, file.person) == ("坑洼.jpg", "image/jpeg", len(content), 7)
    assert (file.width, file.height) == (480, 640)
    assert queries.file_by_key(str(file.key)) == file


@pytest.mark.django_db
def test_a_document_is_only_handed_out_as_an_attachment() -> None:
    file = actions.keep_document(SimpleUploadedFile("通知.pdf", b"%PDF-1.7 body"), by=ME)
    headers = headers_of(file)
    assert headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E9%80%9A")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    with pytest.raises(NotFound):
        storage.thumbnail(file)


@pytest.mark.django_db
def test_a_refused_upload_leaves_nothing(settings) -> None:
    with pytest.raises(Refusal):
        actions.keep_photo(b"<svg/>", by=ME)
    assert not File.objects.exists()
    assert not Path(settings.FILES).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", ["", "x", "../secret", str(uuid.UUID("00000000-0000-4000-8000-000000000001"))]
)
def test_an_unknown_key_finds_nothing(key: str) -> None:
    with pytest.raises(NotFound):
        queries.file_by_key(key)


@pytest.mark.django_db(transaction=True)
def test_erasing_takes_the_bytes_of_this_file_only(settings) -> None:
    one, twin = actions.keep_photo(photo_upload(), by=ME), actions.keep_photo(photo_upload(), by=ME)
    assert one.digest == twin.digest
    actions.erase_file(one, reason="asked for by the person shown", by=ME)
    with pytest.raises(NotFound):
        storage.open_file(one)
    with pytest.raises(NotFound):
        queries.file_by_key(one.key)
    storage.open_file(twin).close()
    assert len([path for path in Path(settings.FILES).rglob("*") if path.is_file()]) == 2
    entry = Entry.objects.get(event="file_erased")
    assert (entry.subject, entry.words) == (one.pk, "asked for by the person shown")
    with pytest.raises(TooLate):
        actions.erase_file(one, reason="again", by=ME)


@pytest.mark.django_db(transaction=True)
def test_an_erasing_that_fails_takes_nothing() -> None:
    file = actions.keep_photo(photo_upload(), by=ME)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.erase_file(file, reason="", by=ME)
        raise RuntimeError
    storage.open_file(File.objects.get(pk=file.pk)).close()


@pytest.mark.django_db(transaction=True)
def test_what_failed_transactions_leave_behind_is_swept(settings) -> None:
    kept = actions.keep_photo(photo_upload(), by=ME)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.keep_photo(photo_upload(), by=ME)
        raise RuntimeError
    erased = actions.keep_photo(photo_upload(), by=ME)
    File.objects.filter(pk=erased.pk).update(erased_at=timezone.now())  # died before the removing
    assert actions.sweep_files() == 0  # too fresh to judge
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert actions.sweep_files() == 4
        assert actions.sweep_files() == 0
    storage.open_file(kept).close()
    storage.thumbnail(kept).close()


WRITER = """
import sys
from pathlib import Path
from gridloop.core.evidence.stores import FolderStore
store, content = FolderStore(Path(sys.argv[1])), b"x" * 300_000
for number in range(10**6):
    path = f"{number % 7:02}/{number % 5:02}/{number}"
    store.write(path, content)
    print(path, flush=True)
"""


@pytest.mark.faults
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(40)]
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += [line.strip() for line in writer.stdout.read().splitlines()]
    writer.wait()
    writer.stdout.close()
    assert all((tmp_path / path).stat().st_size == 300_000 for path in acknowledged)
    whole = [path for path in tmp_path.rglob("*") if path.is_file() and not path.name.startswith(".writing-")]
    assert {path.stat().st_size for path in whole} == {300_000}


@pytest.mark.skipif(find_spec("boto3") is not None, reason="boto3 is installed here")
def test_a_bucket_needs_boto3(settings) -> None:
    with pytest.raises(ModuleNotFoundError, match="boto3"):
        storage.store_for("", "gridloop", "http://localhost:1")
