"""The Merkle tree as it is kept: tiles of 256 hashes, so that adding is cheap and a proof reads a handful
of rows."""

from collections.abc import Callable, Sequence

from gridloop.core.journal import merkle
from gridloop.core.journal.models import Tile

HEIGHT = 8
WIDTH = 1 << HEIGHT
LENGTH = 32


def pieces(hashes: bytes | memoryview) -> list[bytes]:
    """The hashes of a tile."""
    whole = bytes(hashes)
    return [whole[at : at + LENGTH] for at in range(0, len(whole), LENGTH)]


def append_leaves(size: int, leaves: Sequence[bytes], first_entries: Callable[[int], int]) -> None:
    """Add leaves to a tree that holds `size`; `first_entries(n)` is the id of the entry that is the n-th
    of these leaves."""
    level, added = 0, list(leaves)
    while added:
        number, inside = divmod(size, WIDTH)
        begun = pieces(Tile.objects.get(level=level, number=number).hashes)[:inside] if inside else []
        every = begun + added
        rows = [every[at : at + WIDTH] for at in range(0, len(every), WIDTH)]
        if inside:
            Tile.objects.filter(level=level, number=number).update(hashes=b"".join(rows[0]))
        Tile.objects.bulk_create(
            [
                Tile(
                    level=level,
                    number=number + place,
                    hashes=b"".join(row),
                    first_entry=first_entries(place * WIDTH - inside) if level == 0 else None,
                )
                for place, row in enumerate(rows)
                if place or not inside
            ],
            batch_size=50,
        )
        full = [row for row in rows if len(row) == WIDTH]
        level, size, added = level + 1, number, [merkle.complete_hash(row) for row in full]


def stored_tree() -> merkle.Node:
    """The kept tree as a function of level and number; tiles are read once each."""
    read: dict[tuple[int, int], list[bytes]] = {}

    def node(level: int, number: int) -> bytes:
        row, rise = divmod(level, HEIGHT)
        tile, first = divmod(number << rise, WIDTH)
        if (row, tile) not in read:
            read[row, tile] = pieces(Tile.objects.get(level=row, number=tile).hashes)
        return merkle.complete_hash(read[row, tile][first : first + (1 << rise)])

    return node
