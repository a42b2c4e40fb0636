"""The Merkle tree of RFC 9162 (section 2.1) as pure functions over hashes.

`node(level, number)` stands for the hash of the complete subtree over the leaves number * 2**level up to, not
including, (number + 1) * 2**level; whoever keeps the tree hands such a function in.
"""

import hashlib
from collections.abc import Callable, Sequence

Node = Callable[[int, int], bytes]
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """The hash of one leaf; 0x00 keeps it apart from inner nodes."""
    return hashlib.sha256(b"\x00" + content).digest()


def parent_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than size: where a tree of that size divides."""
    return 1 << ((size - 1).bit_length() - 1)


def complete_hash(hashes: Sequence[bytes]) -> bytes:
    """The hash over a complete subtree, from its lowest hashes (their number is a power of two)."""
    while len(hashes) > 1:
        hashes = [parent_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def range_hash(start: int, end: int, node: Node) -> bytes:
    """MTH(D[start:end]), where start is a multiple of the power of two that holds the range."""
    size = end - start
    if size == 0:
        return EMPTY
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + split(size)
    return parent_hash(range_hash(start, middle, node), range_hash(middle, end, node))


class GrowingTree:
    """A tree that only ever grows, as the few hashes of its complete subtrees: enough to know the root at
    any moment."""

    def __init__(self) -> None:
        self.size = 0
        self.subtrees: list[bytes] = []  # the largest first

    def append(self, leaf: bytes) -> None:
        hashed, ends = leaf, self.size
        while ends & 1:
            hashed = parent_hash(self.subtrees.pop(), hashed)
            ends >>= 1
        self.subtrees.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        if not self.subtrees:
            return EMPTY
        hashed = self.subtrees[-1]
        for left in reversed(self.subtrees[:-1]):
            hashed = parent_hash(left, hashed)
        return hashed


def root(size: int, node: Node) -> bytes:
    """The root over the first `size` leaves."""
    return range_hash(0, size, node)


def inclusion_path(leaf: int, size: int, node: Node) -> list[bytes]:
    """PATH(leaf, D[0:size]) of section 2.1.3.1: the hashes beside the way from the leaf up to the root."""
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if leaf < middle:
            path.append(range_hash(middle, end, node))
            end = middle
        else:
            path.append(range_hash(start, middle, node))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, node: Node) -> list[bytes]:
    """PROOF(old, D[0:new]) of section 2.1.4.1: shows that the first `old` leaves were not changed since."""
    path: list[bytes] = []
    start, end, known = 0, new, True  # known: whoever checks has the hash of the old part already
    while old < end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(range_hash(middle, end, node))
            end = middle
        else:
            path.append(range_hash(start, middle, node))
            start, known = middle, False
    if not known:
        path.append(range_hash(start, end, node))
    return path[::-1]


def root_of_inclusion(leaf: int, size: int, hashed: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion path leads to (section 2.1.3.2), or None when the path does not fit the
    size."""
    if not 0 <= leaf < size:
        return None
    number, last = leaf, size - 1
    for beside in path:
        if last == 0:
            return None
        if number & 1 or number == last:
            hashed = parent_hash(beside, hashed)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            hashed = parent_hash(hashed, beside)
        number, last = number >> 1, last >> 1
    return hashed if last == 0 else None


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the tree of size `new` begins with the tree of size `old` (section
    2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if not 0 < old < new or not path:
        return False
    steps = list(path) if old & (old - 1) else [old_root, *path]
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    first = second = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            first, second = parent_hash(beside, first), parent_hash(beside, second)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            second = parent_hash(second, beside)
        number, last = number >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
