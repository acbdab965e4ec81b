"""The tree against published vectors, the definition in RFC 6962, and proofs that were tampered with."""

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.transparency import tree
from infra.transparency.tree import Edge, Levels, grows, includes, leaf_hash, node_hash

VECTORS = Path(__file__).parent / "vectors"
CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LARGEST = 300
LEAVES = [leaf_hash(b"%d" % number) for number in range(LARGEST)]


def vectors(name: str) -> list[dict[str, Any]]:
    """Return the published vectors of one kind."""
    found: list[dict[str, Any]] = json.loads((VECTORS / f"merkle-{name}.json").read_text())
    return found


def decoded(values: list[str] | None) -> list[bytes]:
    """Return hashes from Base 64."""
    return [base64.b64decode(value) for value in values or ()]


@cache
def whole() -> Levels:
    """Return a tree of the largest size."""
    return Levels(LEAVES)


@cache
def defined_root(first: int, end: int) -> bytes:
    """Return MTH of RFC 6962, 2.1, word for word."""
    if end - first == 1:
        return LEAVES[first]
    split = first + (1 << (end - first - 1).bit_length() - 1)
    return node_hash(defined_root(first, split), defined_root(split, end))


def defined_path(index: int, first: int, end: int) -> list[bytes]:
    """Return PATH of RFC 6962, 2.1.1, word for word."""
    if end - first == 1:
        return []
    split = first + (1 << (end - first - 1).bit_length() - 1)
    if index < split:
        return [*defined_path(index, first, split), defined_root(split, end)]
    return [*defined_path(index, split, end), defined_root(first, split)]


def defined_growth(old: int, first: int, end: int, whole_known: bool = True) -> list[bytes]:
    """Return SUBPROOF of RFC 6962, 2.1.2, word for word; *old* counts from leaf 0."""
    if old == end:
        return [] if whole_known else [defined_root(first, end)]
    split = first + (1 << (end - first - 1).bit_length() - 1)
    if old <= split:
        return [*defined_growth(old, first, split, whole_known), defined_root(split, end)]
    return [*defined_growth(old, split, end, False), defined_root(first, split)]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_certificate_transparency(size: int) -> None:
    """The reference leaves of RFC 6962's implementations, at every size."""
    edge = Edge()
    for leaf in CT_LEAVES[:size]:
        edge.append(leaf_hash(bytes.fromhex(leaf)))
    assert edge.root().hex() == CT_ROOTS[size]


@pytest.mark.parametrize("vector", vectors("inclusion"), ids=lambda vector: vector["name"])
def test_an_inclusion_proof_holds_when_the_published_vector_says_so(vector: dict[str, Any]) -> None:
    """98 vectors, six of which are right."""
    leaf, root = decoded([vector["leafHash"], vector["root"]])
    found = includes(leaf, vector["leafIdx"], vector["treeSize"], decoded(vector["proof"]), root)
    assert found is not vector["wantErr"]


@pytest.mark.parametrize("vector", vectors("consistency"), ids=lambda vector: vector["name"])
def test_a_consistency_proof_holds_when_the_published_vector_says_so(vector: dict[str, Any]) -> None:
    """98 vectors, six of which are right."""
    roots = decoded([vector["root1"], vector["root2"]])
    found = grows(vector["size1"], vector["size2"], roots[0], roots[1], decoded(vector["proof"]))
    assert found is not vector["wantErr"]


def test_go_s_module_log_makes_the_same_roots_and_proofs() -> None:
    """Trees of up to 70,000 leaves, as another implementation builds and proves them."""
    made = json.loads((VECTORS / "go-sumdb.json").read_text())
    levels = Levels(leaf_hash(b"leaf %d" % number) for number in range(70_000))
    for row in made["roots"]:
        assert levels.root(row["size"]) == base64.b64decode(row["root"])
    for row in made["inclusion"]:
        assert levels.inclusion(row["index"], row["size"]) == decoded(row["path"])
    for row in made["consistency"]:
        assert levels.consistency(row["old"], row["new"]) == decoded(row["path"])


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_at_every_size_the_proofs_are_those_of_the_definition_and_hold(size: int) -> None:
    """Root, every inclusion proof and every consistency proof to this size."""
    levels = whole()
    root = levels.root(size)
    edge = Edge()
    for leaf in LEAVES[:size]:
        edge.append(leaf)
    assert edge.root() == root == (defined_root(0, size) if size else tree.EMPTY_ROOT)
    assert Edge(edge.size, edge.peaks).root() == root
    for index in range(size):
        path = levels.inclusion(index, size)
        assert path == defined_path(index, 0, size)
        assert includes(LEAVES[index], index, size, path, root)
        growth = levels.consistency(index + 1, size)
        assert growth == defined_growth(index + 1, 0, size)
        assert grows(index + 1, size, levels.root(index + 1), root, growth)


@st.composite
def broken(draw: st.DrawFn, path: list[bytes]) -> list[bytes]:
    """Draw a path that differs from *path*: a bit, a hash more or less, or two that changed places."""
    how = draw(st.sampled_from(["bit", "more", "less", "swap", "empty"]))
    place = draw(st.integers(0, max(len(path) - 1, 0)))
    changed = list(path)
    if how == "more" or not path:
        changed.insert(place, draw(st.sampled_from([bytes(32), *LEAVES[:4], *path])))
    elif how == "bit":
        bit = draw(st.integers(0, 255))
        changed[place] = (int.from_bytes(path[place], "big") ^ 1 << bit).to_bytes(32, "big")
    elif how == "less":
        del changed[place]
    elif how == "swap" and len(path) > 1:
        other = (place + 1) % len(path)
        changed[place], changed[other] = changed[other], changed[place]
    else:
        changed = []
    return changed


@given(st.data())
def test_a_tampered_inclusion_proof_never_holds(data: st.DataObject) -> None:
    """Path, leaf, index, size and root: changing any one of them breaks the proof."""
    size = data.draw(st.integers(1, LARGEST))
    index = data.draw(st.integers(0, size - 1))
    path, root = whole().inclusion(index, size), whole().root(size)
    assert not includes(LEAVES[index], index, size, data.draw(broken(path)), root)
    other = data.draw(st.integers(0, LARGEST - 1).filter(lambda number: number != index))
    assert not includes(LEAVES[other], index, size, path, root)
    assert not includes(LEAVES[index], other, size, path, root)
    assert not includes(LEAVES[index], index, size, path, bytes(32))


@given(st.data())
def test_a_tampered_consistency_proof_never_holds(data: st.DataObject) -> None:
    """Path, either root: changing any one of them breaks the proof."""
    new = data.draw(st.integers(1, LARGEST))
    old = data.draw(st.integers(1, new))
    path = whole().consistency(old, new)
    roots = whole().root(old), whole().root(new)
    assert not grows(old, new, *roots, data.draw(broken(path)))
    assert not grows(old, new, bytes(32), roots[1], path)
    assert not grows(old, new, roots[0], bytes(32), path)


def test_an_empty_proof_proves_a_tree_of_one_leaf_and_no_other() -> None:
    """Given a root that equals a leaf, when the size says more, then the empty path is refused."""
    leaf = LEAVES[0]
    assert includes(leaf, 0, 1, [], leaf)
    assert not includes(leaf, 0, 2, [], leaf)
    assert not includes(leaf, 1, 2, [], leaf)
    assert not includes(leaf, 1, 1, [], leaf)
    assert not includes(leaf, -1, 1, [], leaf)
    assert not includes(leaf, 0, 0, [], tree.EMPTY_ROOT)


def test_nothing_is_proven_by_growth_from_the_empty_tree() -> None:
    """Whoever remembers nothing has nothing to compare with, so no proof may be said to hold."""
    assert not grows(0, 0, tree.EMPTY_ROOT, tree.EMPTY_ROOT, [])
    assert not grows(0, 5, tree.EMPTY_ROOT, whole().root(5), [])
    assert whole().consistency(0, 5) == []


def test_proofs_that_cannot_exist_are_not_made() -> None:
    """A leaf beyond the end and a past beyond the present are errors of the caller."""
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(ValueError, match="no leaf"):
            tree.inclusion_steps(index, size)
    with pytest.raises(ValueError, match="no earlier size"):
        tree.consistency_steps(6, 5)
    with pytest.raises(ValueError, match="one peak for each bit"):
        Edge(5, LEAVES[:1])
