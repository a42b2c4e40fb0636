"""Sealing the journal in batches, and the receipts and proofs that let anybody check it without trusting
this server."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.journal import merkle
from gridloop.core.journal.content import SEALED, entry_hash, moment, sealed_content
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.journal.models import Cursor, Entry, Seal, Tile
from gridloop.core.journal.ordering import settled_position
from gridloop.core.journal.tiles import WIDTH, append_leaves, stored_tree
from gridloop.core.journal.verifying import verify, verify_journal

__all__ = [
    "NotSealed", "SealBroken", "consistency_proof", "published_roots", "receipt", "seal_new_entries",
    "verify", "verify_journal",
]  # fmt: skip

FORMAT = "gridloop receipt 1"
BATCH = 10_000


class NotSealed(Refusal):
    """The entry is too young to have a receipt."""

    status = 409
    code = "not_sealed"


class SealBroken(Refusal):
    """The entry no longer matches what was sealed: somebody has changed the database behind gridloop's
    back."""

    status = 500
    code = "seal_broken"


def seal_new_entries(*, at_most: int = 200_000) -> Seal | None:
    """Seal what is settled and not yet sealed; the newest seal made, or None when there was nothing to do.

    Leaves stand in the order of ids. Only settled entries are sealed, so no entry can appear between them
    later, and the number of a leaf never changes.
    """
    settled = settled_position()
    made = None
    for _batch in range(max(1, at_most // BATCH)):
        seal = seal_batch(settled)
        if seal is None:
            break
        made = seal
    return made


def seal_batch(settled: int) -> Seal | None:
    """Seal the next entries up to the settled position; hashing happens before the transaction, to keep
    that short."""
    last = newest_seal()
    size, position = (last.size, last.last_entry) if last else (0, 0)
    rows = list(
        Entry.objects.filter(id__gt=position, id__lte=settled).order_by("id").values_list(*SEALED)[:BATCH]
    )
    if not rows:
        return None
    leaves = [entry_hash(row) for row in rows]
    Cursor.objects.get_or_create(pk="sealing", defaults={"position": position})

    with transaction.atomic():
        mine = Cursor.objects.filter(pk="sealing", position=position)
        if mine.update(position=rows[-1][0], moved_at=timezone.now()) != 1:
            return None  # another worker has sealed these
        append_leaves(size, leaves, lambda leaf: rows[leaf][0])
        root = merkle.root(size + len(leaves), stored_tree())
        return Seal.objects.create(
            size=size + len(leaves),
            first_entry=rows[0][0],
            last_entry=rows[-1][0],
            root=root.hex(),
            at=timezone.now(),
        )


def newest_seal() -> Seal | None:
    """The seal over most entries."""
    return Seal.objects.order_by("-size").first()


def published_roots(*, day: date | None = None) -> list[dict[str, Any]]:
    """Every root there is, or those of one local day, oldest first: to be published where nobody can take
    them back."""
    seals = Seal.objects.order_by("size")
    if day:
        midnight = timezone.make_aware(datetime.combine(day, time()))
        seals = seals.filter(at__gte=midnight, at__lt=midnight + timedelta(days=1))
    return [{"size": seal.size, "root": seal.root, "sealed_at": moment(seal.at)} for seal in seals.iterator()]


def receipt(entry: Entry, *, size: int | None = None, with_words: bool = True) -> dict[str, Any]:
    """What a resident can keep: the entry as it was sealed, and the way from it to a published root.

    `size` chooses the seal to prove it against (the newest otherwise). The words come along with their salt
    unless they were erased or the one who asks should not have them; the receipt is as good without.
    """
    seal = newest_seal() if size is None else Seal.objects.filter(size=size).first()
    if seal is None or entry.pk > seal.last_entry:
        raise NotSealed(_("This entry is not sealed yet. Please ask for the receipt again in a minute."))

    kept = Entry.objects.get(pk=entry.pk)
    leaf = leaf_number(kept)
    tree = stored_tree()
    path = merkle.inclusion_path(leaf, seal.size, tree) if leaf < seal.size else []
    hashed = entry_hash([getattr(kept, name) for name in SEALED])
    if merkle.root_of_inclusion(leaf, seal.size, hashed, path) != bytes.fromhex(seal.root):
        raise SealBroken(
            _(
                "This entry no longer matches its seal: the database was changed. "
                "Please tell the administrator at once."
            )
        )
    return {
        "format": FORMAT,
        "entry": sealed_content(kept),
        "words": {"text": kept.words, "salt": bytes(kept.salt).hex()} if with_words and kept.words else None,
        "leaf": leaf,
        "size": seal.size,
        "path": [beside.hex() for beside in path],
        "root": seal.root,
        "sealed_at": moment(seal.at),
    }


def leaf_number(entry: Entry) -> int:
    """Which leaf a sealed entry is: its tile, and its place among the entries of that tile."""
    tile = Tile.objects.filter(first_entry__lte=entry.pk).order_by("-first_entry").first()
    if tile is None:
        return 0  # not among the sealed ones; the check of the root will say so
    before = Entry.objects.filter(id__gte=tile.first_entry, id__lt=entry.pk)[:WIDTH].count()
    return tile.number * WIDTH + before


def consistency_proof(old_size: int, new_size: int) -> dict[str, Any]:
    """Shows that of two published roots the newer one only added entries to the older."""
    roots = dict(Seal.objects.filter(size__in=[old_size, new_size]).values_list("size", "root"))
    if old_size not in roots or new_size not in roots or old_size > new_size:
        raise NotFound(_("There are no two seals of these sizes, the smaller one first."))
    path = merkle.consistency_path(old_size, new_size, stored_tree())
    return {
        "old_size": old_size,
        "old_root": roots[old_size],
        "new_size": new_size,
        "new_root": roots[new_size],
        "path": [beside.hex() for beside in path],
    }
