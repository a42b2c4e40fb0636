"""Checking the whole journal against its seals, entry by entry, and saying plainly what does not fit."""

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from gridloop.core.journal import merkle
from gridloop.core.journal.content import SEALED, entry_hash
from gridloop.core.journal.models import Entry, Seal, Tile
from gridloop.core.journal.tiles import WIDTH, pieces, stored_tree

COLUMNS = (*SEALED, "words", "salt")
TILES_AT_ONCE = 16
MOST_TROUBLES = 100


@dataclass
class Report:
    """What a check of the journal found."""

    size: int = 0
    root: str = ""
    seals: int = 0
    checked: int = 0
    unsealed: int = 0
    troubles: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether everything fits."""
        return not self.troubles

    def note(self, words: str) -> None:
        """Add a trouble; a journal broken all over need not be told line by line."""
        if len(self.troubles) < MOST_TROUBLES:
            self.troubles.append(words)


def verify(full: bool = False) -> list[str]:
    """What is wrong with the journal; empty when all is well. Not `full`: the newest entries and the
    newest roots."""
    return verify_journal(full=full).troubles


def verify_journal(
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    full: bool = True,
    published: Iterable[Mapping[str, Any]] = (),
) -> Report:
    """Recompute the seals from the entries; `progress(done, total)` counts entries.

    `published` are roots kept elsewhere ({"size", "root"}): only they can show that somebody rewrote entries
    and seals together.
    """
    report = Report(seals=Seal.objects.count())
    newest = Seal.objects.order_by("-size").first()
    report.unsealed = Entry.objects.filter(id__gt=newest.last_entry if newest else 0).count()
    if newest:
        report.size, report.root = newest.size, newest.root
        last_tile = (newest.size - 1) // WIDTH
        check_entries(report, newest, progress, first_tile=0 if full else max(0, last_tile - 3))
        if full:
            check_tree(report)
        else:
            check_newest_roots(report)
    check_published(report, published)
    return report


def check_entries(
    report: Report, newest: Seal, progress: Callable[[int, int], None], *, first_tile: int
) -> None:
    """Hash the entries again and compare them with the leaves that were kept."""
    for group in grouped(leaf_tiles(newest.size, first_tile), TILES_AT_ONCE):
        starts = [tile.first_entry or 0 for tile in group]
        end = first_entry_of(newest.size, group[-1].number + 1) or newest.last_entry + 1
        rows = list(
            Entry.objects.filter(id__gte=starts[0] if group[0].number else 0, id__lt=end)
            .order_by("id")
            .values_list(*COLUMNS)
        )
        ids = [row[0] for row in rows]
        cuts = [0, *(bisect_left(ids, start) for start in starts[1:]), len(rows)]
        for place, tile in enumerate(group):
            leaves = pieces(tile.hashes)[: newest.size - tile.number * WIDTH]
            check_tile(report, leaves, rows[cuts[place] : cuts[place + 1]], tile)
        report.checked += len(rows)
        progress(report.checked, report.size)


def check_tile(report: Report, leaves: list[bytes], rows: list[tuple[Any, ...]], tile: Tile) -> None:
    """Compare the entries of one tile with its leaves, and their words with the digests."""
    hashes = [entry_hash(row[: len(SEALED)]) for row in rows]
    if len(hashes) != len(leaves):
        report.note(
            _(
                "From entry %(start)s on, %(sealed)s were sealed but there are %(found)s: "
                "some were removed or added."
            )
            % {"start": tile.first_entry, "sealed": len(leaves), "found": len(hashes)}
        )
        kept = set(leaves)
        for row, hashed in zip(rows, hashes, strict=True):
            if hashed not in kept:
                report.note(_("Entry %(entry)s is not what was sealed.") % {"entry": row[0]})
    else:
        for row, hashed, leaf in zip(rows, hashes, leaves, strict=True):
            if hashed != leaf:
                report.note(_("Entry %(entry)s is not what was sealed.") % {"entry": row[0]})
    for row in rows:
        if not words_fit(row[-2], bytes(row[-1]), bytes(row[SEALED.index("words_digest")])):
            report.note(_("The words of entry %(entry)s are not those that were sealed.") % {"entry": row[0]})


def words_fit(words: str, salt: bytes, digest: bytes) -> bool:
    """Whether the words are the sealed ones, were erased, or never were."""
    if not words:
        return not salt
    return hashlib.sha256(salt + words.encode()).digest() == digest


def check_tree(report: Report) -> None:
    """Grow the whole tree again from its leaves, and compare every seal and every kept tile with it."""
    tree = merkle.GrowingTree()
    seals = Seal.objects.filter(size__lte=report.size).order_by("size").iterator()
    seal = next(seals, None)
    parents: list[bytes] = []
    for tile in leaf_tiles(report.size):
        leaves = pieces(tile.hashes)[: report.size - tile.number * WIDTH]
        for leaf in leaves:
            tree.append(leaf)
            while seal and seal.size == tree.size:
                if tree.root().hex() != seal.root:
                    note_root(report, seal)
                seal = next(seals, None)
        if len(leaves) == WIDTH:
            parents.append(merkle.complete_hash(leaves))
    if tree.size != report.size:
        report.note(
            _("The tree keeps %(kept)s leaves, the newest seal says %(sealed)s.")
            % {"kept": tree.size, "sealed": report.size}
        )
    check_upper_tiles(report, parents)


def check_upper_tiles(report: Report, parents: list[bytes]) -> None:
    """Compare the tiles above the leaves with what they should hold. They may hold more: sealing goes on
    meanwhile."""
    level = 1
    while parents:
        kept = b"".join(bytes(tile.hashes) for tile in Tile.objects.filter(level=level).order_by("number"))
        if not kept.startswith(b"".join(parents)):
            report.note(_("Level %(level)s of the tree does not fit the leaves.") % {"level": level})
        full = len(parents) - len(parents) % WIDTH
        parents = [merkle.complete_hash(parents[at : at + WIDTH]) for at in range(0, full, WIDTH)]
        level += 1


def check_newest_roots(report: Report) -> None:
    """Compare the newest seals with the tree as it is kept."""
    tree = stored_tree()
    for seal in Seal.objects.order_by("-size")[:20]:
        if merkle.root(seal.size, tree).hex() != seal.root:
            note_root(report, seal)


def check_published(report: Report, published: Iterable[Mapping[str, Any]]) -> None:
    """Compare our seals with the roots that others have kept."""
    for root in published:
        seal = Seal.objects.filter(size=root["size"]).first()
        if seal is None or seal.root != root["root"]:
            report.note(
                _("The root published over %(size)s entries is not ours: the journal was rewritten.")
                % {"size": root["size"]}
            )


def note_root(report: Report, seal: Seal) -> None:
    report.note(_("The root of the seal over %(size)s entries does not fit the tree.") % {"size": seal.size})


def leaf_tiles(size: int, first: int = 0) -> Iterator[Tile]:
    """The tiles of leaves that a tree of that size has, in order; sealing may already have begun others."""
    tiles = Tile.objects.filter(level=0, number__gte=first, number__lt=-(-size // WIDTH))
    return tiles.order_by("number").iterator(chunk_size=64)


def first_entry_of(size: int, number: int) -> int | None:
    """Where a tile of leaves begins, if a tree of that size has it."""
    if number * WIDTH >= size:
        return None
    return Tile.objects.filter(level=0, number=number).values_list("first_entry", flat=True).first()


def grouped(tiles: Iterator[Tile], size: int) -> Iterator[list[Tile]]:
    """The tiles in lists of `size`."""
    while group := list(islice(tiles, size)):
        yield group
