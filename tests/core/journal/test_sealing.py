"""Seals over growing journals, receipts, and proofs between seals."""

from datetime import UTC, datetime

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridloop.core.journal import merkle, sealing
from gridloop.core.journal.actions import erase_words
from gridloop.core.journal.content import SEALED, canonical, content_of, entry_hash, sealed_content
from gridloop.core.journal.errors import NotFound
from gridloop.core.journal.models import Cursor, Entry, Seal, Tile
from gridloop.core.journal.sealing import (
    NotSealed,
    SealBroken,
    consistency_proof,
    published_roots,
    receipt,
    seal_new_entries,
    verify,
)
from gridloop.core.journal.tiles import append_leaves, stored_tree
from tests.core.journal.story import WANG, happen, happens
from tests.core.journal.tampering import run, without_guard

pytestmark = pytest.mark.django_db


def holds(kept: dict) -> bool:
    """Whether a receipt leads to its root, by our own functions."""
    path = [bytes.fromhex(beside) for beside in kept["path"]]
    root = merkle.root_of_inclusion(
        kept["leaf"], kept["size"], merkle.leaf_hash(canonical(kept["entry"])), path
    )
    return root is not None and root.hex() == kept["root"]


def test_seal_is_the_tree_head_over_all_entries(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 100)
    assert seal_new_entries() is None
    happen(300)
    seal = seal_new_entries()
    leaves = [entry_hash(row) for row in Entry.objects.order_by("id").values_list(*SEALED)]
    growing = merkle.GrowingTree()
    for leaf in leaves:
        growing.append(leaf)
    assert (seal.size, seal.root) == (300, growing.root().hex())
    assert list(Seal.objects.order_by("size").values_list("size", flat=True)) == [100, 200, 300]
    assert seal_new_entries() is None
    happens()
    assert seal_new_entries().size == 301
    assert Tile.objects.filter(level=0).count() == 2


def test_every_entry_gets_a_receipt_that_holds():
    entries = []
    for number in (1, 2, 5, 250, 40):
        entries += happen(number, words="说了什么")
        seal_new_entries()
    for entry in (*entries[:10], *entries[250:262], entries[-1]):
        assert holds(receipt(entry))
    for size in Seal.objects.values_list("size", flat=True):
        assert holds(receipt(entries[0], size=size))


def test_receipt_reads_a_handful_of_rows(django_assert_max_num_queries):
    entries = happen(600)
    seal_new_entries()
    with django_assert_max_num_queries(8):
        receipt(entries[300])


def test_young_entry_has_no_receipt_yet():
    with pytest.raises(NotSealed):
        receipt(happens())
    old = happens()
    seal_new_entries()
    young = happens()
    assert holds(receipt(old))
    with pytest.raises(NotSealed):
        receipt(young)
    seal_new_entries()
    with pytest.raises(NotSealed):
        receipt(young, size=2)


def test_receipt_carries_words_only_while_there_are_any():
    entry = happens(words="原话")
    seal_new_entries()
    assert receipt(entry)["words"]["text"] == "原话"
    assert receipt(entry, with_words=False)["words"] is None
    erase_words(entry, by=WANG)
    kept = receipt(entry)
    assert kept["words"] is None
    assert holds(kept)
    assert verify(full=True) == []


def test_receipt_of_a_changed_entry_is_refused():
    entry, *_ = happen(3)
    seal_new_entries()
    with without_guard():
        run(f"UPDATE journal_entry SET after = 'closed' WHERE id = {entry.pk}")
    with pytest.raises(SealBroken):
        receipt(entry)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 600), min_size=2, max_size=6))
def test_kept_tree_equals_the_naive_one_however_it_grew(steps):
    Tile.objects.all().delete()
    leaves = [merkle.leaf_hash(str(number).encode()) for number in range(sum(steps))]
    growing, size = merkle.GrowingTree(), 0
    roots = {}
    for step in steps:
        for leaf in leaves[size : size + step]:
            growing.append(leaf)
        append_leaves(size, leaves[size : size + step], lambda leaf, base=size: base + leaf)
        size += step
        roots[size] = growing.root()
    tree = stored_tree()
    for grown, root in roots.items():
        assert merkle.root(grown, tree) == root
        path = merkle.consistency_path(grown, size, tree)
        assert merkle.is_consistent(grown, size, root, roots[size], path)
    for leaf in {0, size // 2, size - 1}:
        path = merkle.inclusion_path(leaf, size, tree)
        assert merkle.root_of_inclusion(leaf, size, leaves[leaf], path) == roots[size]
    firsts = Tile.objects.filter(level=0).order_by("number").values_list("number", "first_entry")
    assert all(first == number * 256 for number, first in firsts)


def test_consistency_proof_between_two_seals():
    for number in (3, 4, 260):
        happen(number)
        seal_new_entries()
    proof = consistency_proof(3, 267)
    assert merkle.is_consistent(
        proof["old_size"], proof["new_size"],
        bytes.fromhex(proof["old_root"]), bytes.fromhex(proof["new_root"]),
        [bytes.fromhex(beside) for beside in proof["path"]],
    )  # fmt: skip
    assert consistency_proof(7, 7)["path"] == []
    for sizes in ((267, 3), (5, 267)):
        with pytest.raises(NotFound):
            consistency_proof(*sizes)


def test_published_roots_by_day():
    with time_machine.travel(datetime(2026, 3, 1, 15, 59, tzinfo=UTC), tick=False):
        happen(2)
        seal_new_entries()
    with time_machine.travel(datetime(2026, 3, 1, 16, 1, tzinfo=UTC), tick=False):  # the next day in Shanghai
        happen(2)
        newest = seal_new_entries()
    assert [root["size"] for root in published_roots()] == [2, 4]
    second = published_roots(day=datetime(2026, 3, 2).date())
    assert second == [{"size": 4, "root": newest.root, "sealed_at": "2026-03-01T16:01:00.000000Z"}]


def test_another_worker_sealing_first_leaves_nothing_to_do(monkeypatch):
    happen(3)
    real = sealing.newest_seal
    outdated = real()
    assert seal_new_entries().size == 3
    monkeypatch.setattr(sealing, "newest_seal", lambda: outdated)
    assert seal_new_entries() is None
    assert (Seal.objects.count(), Tile.objects.count()) == (1, 1)
    assert Cursor.objects.get(pk="sealing").position == real().last_entry


def test_content_is_the_same_whatever_the_database_makes_of_numbers():
    facts = {
        "whole": 3.0,
        "large": 1e22,
        "negative": -0.0,
        "part": 0.1,
        "tiny": 1e-7,
        "text": "中\u2028文",
        "list": [1.0, [2.5]],
    }
    entry = happens(facts=facts)
    kept = sealed_content(Entry.objects.get(pk=entry.pk))["facts"]
    assert kept == {**facts, "large": 10**22}
    assert b'"list":[1,[2.5]],"negative":0,"part":0.1' in canonical(
        content_of([getattr(entry, name) for name in SEALED])
    )
    assert canonical({"facts": kept}).isascii()
