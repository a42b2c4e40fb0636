"""The backup's file: whole and true, or refused with a sentence."""

import io
import tarfile
from pathlib import Path

import pytest

from gridloop.core.journal.errors import Refusal
from gridloop.operations import archive
from gridloop.operations.archive import Manifest, Part


def a_manifest(*parts: Part) -> Manifest:
    return Manifest(
        made_at="2026-11-01T00:00:00+00:00",
        version="0.1.0",
        database="sqlite",
        key_digest="0123456789abcdef",
        migrations=["journal.0001_initial"],
        entries=3,
        root="ab" * 32,
        parts=list(parts),
    )


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup with two parts."""
    sources = {}
    for name, words in {"database.sqlite3": b"facts", "files/ab/photo": b"light"}.items():
        path = tmp_path / name.replace("/", "_")
        path.write_bytes(words)
        sources[name] = path
    manifest = a_manifest(
        *(Part(name, path.stat().st_size, archive.digest_of(path)) for name, path in sources.items())
    )
    archive.write(tmp_path / "county.tar", manifest, sources)
    return tmp_path / "county.tar"


def rewritten(backup: Path, change) -> Path:
    """The same backup with every (name, bytes) passed through `change`; None leaves a part out."""
    target = backup.with_name("changed.tar")
    with tarfile.open(backup) as old, tarfile.open(target, "w") as new:
        for member in old:
            body = old.extractfile(member).read()
            for name, words in change(member.name, body):
                head = tarfile.TarInfo(name)
                head.size = len(words)
                new.addfile(head, io.BytesIO(words))
    return target


def test_what_was_written_comes_back(backup: Path, tmp_path: Path) -> None:
    manifest = archive.read_manifest(backup)

    archive.unpack(backup, manifest, tmp_path / "out")

    assert manifest.entries == 3
    assert (tmp_path / "out/files/ab/photo").read_bytes() == b"light"
    assert backup.stat().st_mode & 0o077 == 0


def test_damaged_part_is_named(backup: Path, tmp_path: Path) -> None:
    changed = rewritten(backup, lambda name, body: [(name, body.replace(b"light", b"dark!"))])

    with pytest.raises(Refusal, match="files/ab/photo"):
        archive.unpack(changed, archive.read_manifest(changed), tmp_path / "out")


def test_missing_part_is_named(backup: Path, tmp_path: Path) -> None:
    changed = rewritten(backup, lambda name, body: [] if name.startswith("files") else [(name, body)])

    with pytest.raises(Refusal, match="files/ab/photo"):
        archive.unpack(changed, archive.read_manifest(changed), tmp_path / "out")


@pytest.mark.parametrize("name", ["../outside", "/outside", "files/../../outside", "files/unknown"])
def test_part_that_leads_elsewhere_is_refused(backup: Path, tmp_path: Path, name: str) -> None:
    changed = rewritten(
        backup, lambda old, body: [(old, body)] if old == archive.MANIFEST else [(name, body)]
    )

    with pytest.raises(Refusal, match="does not name"):
        archive.unpack(changed, archive.read_manifest(changed), tmp_path / "out")

    assert not (tmp_path / "outside").exists()


def test_link_is_refused(backup: Path, tmp_path: Path) -> None:
    target = tmp_path / "linked.tar"
    with tarfile.open(backup) as old, tarfile.open(target, "w") as new:
        for member in old:
            if member.name == archive.MANIFEST:
                new.addfile(member, old.extractfile(member))
            else:
                member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0
                new.addfile(member)

    with pytest.raises(Refusal, match="does not name"):
        archive.unpack(target, archive.read_manifest(target), tmp_path / "out")


def test_cut_off_file_is_refused(backup: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.tar"
    cut.write_bytes(backup.read_bytes()[:2600])

    with pytest.raises(Refusal, match="another copy"):
        archive.unpack(cut, archive.read_manifest(cut), tmp_path / "out")


def test_other_file_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear reader")

    with pytest.raises(Refusal, match="not a gridloop backup"):
        archive.read_manifest(tmp_path / "letter")


def test_newer_format_is_refused(backup: Path) -> None:
    changed = rewritten(backup, lambda name, body: [(name, body.replace(b'"format": 1', b'"format": 9'))])

    with pytest.raises(Refusal, match="newer gridloop"):
        archive.read_manifest(changed)


def test_failed_write_leaves_nothing(tmp_path: Path) -> None:
    manifest = a_manifest(Part("database.sqlite3", 1, "00"))

    with pytest.raises(FileNotFoundError):
        archive.write(tmp_path / "county.tar", manifest, {"database.sqlite3": tmp_path / "absent"})

    assert list(tmp_path.iterdir()) == []
