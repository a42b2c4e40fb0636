"""Verifying finds whatever was changed behind gridloop's back, and says where."""

import pytest

from gridloop.core.journal import verifying
from gridloop.core.journal.models import Entry, Seal, Tile
from gridloop.core.journal.sealing import published_roots, seal_new_entries, verify, verify_journal
from tests.core.journal.story import happen, happens
from tests.core.journal.tampering import run, without_guard

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed() -> list[Entry]:
    """320 entries under three seals, and one not sealed yet."""
    entries = []
    for number in (250, 10, 60):
        entries += happen(number, words="原话")
        seal_new_entries()
    happens("young")
    return entries


def test_sound_journal(sealed):
    told = []
    report = verify_journal(lambda done, total: told.append((done, total)))
    assert report.sound
    assert (report.size, report.checked, report.unsealed, report.seals) == (320, 320, 1, 3)
    assert report.root == published_roots()[-1]["root"]
    assert told[-1] == (320, 320)
    assert verify() == []


def test_empty_journal_is_sound():
    assert verify(full=True) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal_entry SET actor_name = 'nobody' WHERE id = {id}",
        "UPDATE journal_entry SET at = '2001-01-01 00:00:00+00' WHERE id = {id}",
        "UPDATE journal_entry SET facts = '{{\"case\": 99999}}' WHERE id = {id}",
        "UPDATE journal_entry SET words = 'other words' WHERE id = {id}",
        "DELETE FROM journal_entry WHERE id = {id}",
        "UPDATE journal_seal SET root = '{zero}' WHERE size = 260",
        "DELETE FROM journal_seal WHERE size = 320",
    ],
)
@pytest.mark.parametrize("place", [255, 319])
def test_change_behind_our_back_is_found(sealed, change, place):
    roots = published_roots()
    with without_guard():
        run(change.format(id=sealed[place].pk, zero="0" * 64))
    report = verify_journal(published=roots)
    assert not report.sound
    if "journal_entry" in change:
        assert any(str(sealed[place].pk) in trouble for trouble in report.troubles) or "DELETE" in change


def test_added_entry_is_found(sealed):
    with without_guard():
        run(f"DELETE FROM journal_entry WHERE id = {sealed[300].pk}")
        run(f"UPDATE journal_entry SET id = {sealed[300].pk} WHERE id = {sealed[-1].pk + 1}")
    assert any(str(sealed[300].pk) in trouble for trouble in verify(full=True))


def test_change_of_the_tree_is_found(sealed):
    tile = Tile.objects.get(level=1, number=0)
    Tile.objects.filter(pk=tile.pk).update(hashes=bytes(32) + bytes(tile.hashes)[32:])
    assert verify(full=True)
    assert verify()


def test_quick_check_finds_a_change_of_the_newest_entries(sealed):
    with without_guard():
        run(f"UPDATE journal_entry SET after = 'x' WHERE id = {sealed[-1].pk}")
    assert len(verify()) == 1


def test_rewriting_everything_is_found_by_who_kept_a_root(sealed):
    roots = published_roots()
    with without_guard():
        run(f"UPDATE journal_entry SET after = 'x' WHERE id = {sealed[3].pk}")
        run("DELETE FROM journal_seal")
        Tile.objects.all().delete()
        run("UPDATE journal_cursor SET position = 0")
    seal_new_entries()
    assert verify(full=True) == []
    assert not verify_journal(published=roots).sound


def test_check_is_not_confused_by_sealing_that_goes_on(sealed, monkeypatch):
    """The check looks at the newest seal first; what is sealed after that is not its business."""
    first = Seal.objects.order_by("-size")[1]
    report = verifying.Report(size=first.size, root=first.root)
    verifying.check_entries(report, first, lambda done, total: None, first_tile=0)
    verifying.check_tree(report)
    assert report.troubles == []
    assert report.checked == 260


def test_troubles_are_cut_short(sealed):
    with without_guard():
        run("UPDATE journal_entry SET actor_name = 'nobody'")
    assert len(verify(full=True)) == verifying.MOST_TROUBLES
