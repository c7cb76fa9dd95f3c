"""Merkle tree over the audit's entries (RFC 6962 section 2.1): one hash for all of it, and proofs that it only grew."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry: SHA-256(0x00, entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The root of a tree that grows leaf by leaf: the roots of its full subtrees, largest first; log n hashes."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Append a leaf's hash."""
        width, node = 1, leaf
        while self._roots and self._roots[-1][0] == width:
            node = _node_hash(self._roots.pop()[1], node)
            width *= 2
        self._roots.append((width, node))
        self.size += 1

    def root(self) -> bytes:
        """Return the tree's root; SHA-256 of nothing for the empty tree."""
        if not self._roots:
            return hashlib.sha256(b"").digest()
        node = self._roots[-1][1]
        for _, left in reversed(self._roots[:-1]):
            node = _node_hash(left, node)
        return node


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaves' hashes, as RFC 6962 writes it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = _split(len(leaves))
    return _node_hash(root_of(leaves[:k]), root_of(leaves[k:]))


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Prove that the tree of the first ``old_size`` leaves is the beginning of this one (RFC 6962 section 2.1.2)."""
    if not 0 < old_size <= len(leaves):
        raise ValueError(f"expected an old size of 1 to {len(leaves)}, was {old_size}")
    return _subproof(leaves, old_size, is_whole=True)


def _subproof(leaves: Sequence[bytes], m: int, *, is_whole: bool) -> list[bytes]:
    n = len(leaves)
    if m == n:
        return [] if is_whole else [root_of(leaves)]
    k = _split(n)
    if m <= k:
        return [*_subproof(leaves[:k], m, is_whole=is_whole), root_of(leaves[k:])]
    return [*_subproof(leaves[k:], m - k, is_whole=False), root_of(leaves[:k])]


def is_consistent(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Check a consistency proof (RFC 9162 section 2.1.4.2): the old tree is the beginning of the new one."""
    if old_size == size:
        return old_root == root and not proof
    if not 0 < old_size < size:
        return False
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    fn, sn = old_size - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = path[0]
    for node in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = _node_hash(node, first), _node_hash(node, second)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = _node_hash(second, node)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == root


def _split(n: int) -> int:
    """Return the largest power of two below n."""
    return 1 << ((n - 1).bit_length() - 1)
