"""The Merkle tree of RFC 6962, against a second way to write it and the vectors of the RFC's reference code."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.runtime.audit.merkle import Frontier, consistency_proof, is_consistent, leaf_hash, root_of

# Inputs and roots of the certificate-transparency reference implementation (merkletree/merkle_tree_test.cc).
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_root_is_that_of_the_reference(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in INPUTS[:size]]
    assert root_of(leaves).hex() == ROOTS[size - 1]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert root_of([]) == Frontier().root() == hashlib.sha256(b"").digest()


@given(st.integers(0, 70))
def test_a_growing_frontier_has_the_root_of_all_its_leaves(size: int) -> None:
    leaves, frontier = [leaf_hash(bytes([k])) for k in range(size)], Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    assert frontier.root() == root_of(leaves)


@given(st.integers(1, 70), st.data())
def test_a_proof_holds_for_its_trees_and_for_no_others(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(bytes([k])) for k in range(size)]
    old = data.draw(st.integers(1, size))
    proof, roots = consistency_proof(leaves, old), (root_of(leaves[:old]), root_of(leaves))
    assert is_consistent(old, roots[0], size, roots[1], proof)
    changed = data.draw(st.integers(0, old - 1))
    other = [leaf_hash(b"other") if k == changed else leaf for k, leaf in enumerate(leaves)]
    assert not is_consistent(old, root_of(other[:old]), size, roots[1], proof)
    assert not is_consistent(old, roots[0], size, root_of(other), proof)
