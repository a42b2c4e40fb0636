"""The Merkle tree against the definitions of RFC 9162, written down naively."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from gridloop.core.journal import merkle

SIZES = st.integers(1, 300)


def leaves_of(size: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(size)]


def tree_head(leaves: list[bytes]) -> bytes:
    """MTH of section 2.1.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return hashlib.sha256(b"\x01" + tree_head(leaves[:middle]) + tree_head(leaves[middle:])).digest()


def path_of(leaf: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    if leaf < middle:
        return [*path_of(leaf, leaves[:middle]), tree_head(leaves[middle:])]
    return [*path_of(leaf - middle, leaves[middle:]), tree_head(leaves[:middle])]


def proof_of(old: int, leaves: list[bytes], known: bool = True) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1."""
    if old == len(leaves):
        return [] if known else [tree_head(leaves)]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    if old <= middle:
        return [*proof_of(old, leaves[:middle], known), tree_head(leaves[middle:])]
    return [*proof_of(old - middle, leaves[middle:], False), tree_head(leaves[:middle])]


def complete(leaves: list[bytes]) -> merkle.Node:
    return lambda level, number: tree_head(leaves[number << level : (number + 1) << level])


def test_known_roots():
    """The values that RFC 6962 implementations share as test vectors."""
    assert merkle.EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    contents = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    leaves = [merkle.leaf_hash(bytes.fromhex(content)) for content in contents]
    assert (
        merkle.root(8, complete(leaves)).hex()
        == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )


@given(SIZES)
def test_root_is_the_tree_head(size):
    leaves = leaves_of(size)
    growing = merkle.GrowingTree()
    for leaf in leaves:
        growing.append(leaf)
    assert merkle.root(size, complete(leaves)) == tree_head(leaves) == growing.root()


@given(SIZES, st.data())
def test_inclusion_path_is_the_one_defined_and_leads_to_the_root(size, data):
    leaf = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    path = merkle.inclusion_path(leaf, size, complete(leaves))
    assert path == path_of(leaf, leaves)
    assert merkle.root_of_inclusion(leaf, size, leaves[leaf], path) == tree_head(leaves)


@given(SIZES, st.data())
def test_inclusion_of_something_else_leads_elsewhere(size, data):
    leaf, claimed = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    path = path_of(leaf, leaves)
    reached = merkle.root_of_inclusion(claimed, size, leaves[leaf], path)
    assert (reached == tree_head(leaves)) == (claimed == leaf)
    assert merkle.root_of_inclusion(leaf, size, leaves[leaf], [*path, merkle.EMPTY]) is None
    if path:
        assert merkle.root_of_inclusion(leaf, size, leaves[leaf], path[:-1]) != tree_head(leaves)
        assert merkle.root_of_inclusion(leaf, size, merkle.leaf_hash(b"other"), path) != tree_head(leaves)


@given(SIZES, st.data())
def test_consistency_path_is_the_one_defined_and_proves(size, data):
    old = data.draw(st.integers(1, size))
    leaves = leaves_of(size)
    path = merkle.consistency_path(old, size, complete(leaves))
    assert path == proof_of(old, leaves)
    assert merkle.is_consistent(old, size, tree_head(leaves[:old]), tree_head(leaves), path)


@given(st.integers(2, 200), st.data())
def test_consistency_of_a_changed_past_is_refused(size, data):
    old = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    leaves = leaves_of(size)
    other = [*leaves]
    other[changed] = merkle.leaf_hash(b"rewritten")
    path = proof_of(old, other)
    assert not merkle.is_consistent(old, size, tree_head(leaves[:old]), tree_head(other), path)
    assert not merkle.is_consistent(
        old, size, tree_head(leaves[:old]), tree_head(leaves), [*path, merkle.EMPTY]
    )
    assert not merkle.is_consistent(
        old, size, tree_head(other[:old]), tree_head(leaves), proof_of(old, leaves)
    )
