"""Boosted trees as flat arrays, and the kernel that reads them: no training library is needed to classify."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sargas.model.columns import Float32, Int32, UInt8, UInt16
from sargas.model.kernel import kernel

LEAF = 255
"""Feature number of a leaf."""


class Forest(NamedTuple):
    """Trees one after the other, class by class within each round of boosting; node 0 of a tree is its root.

    ``tree`` (rounds * classes + 1,) are first nodes. A node goes to ``left`` (relative to the root) where its feature
    is not above the threshold, or is NaN and ``nan_left``; else to the node after ``left``. Leaves hold their worth
    in ``threshold``. ``base`` (classes,) is added once.
    """

    base: Float32
    tree: Int32
    feature: UInt8
    threshold: Float32
    nan_left: UInt8
    left: UInt16


@kernel
def score(forest: Forest, features: Float32, out: Float32) -> None:
    """Write the log-odds (classes,) of one row of features."""
    base, tree, feature, threshold, nan_left, left = forest
    classes = len(base)
    for c in range(classes):
        out[c] = base[c]
    for t in range(len(tree) - 1):
        root = tree[t]
        node = root
        while feature[node] != LEAF:
            value = features[feature[node]]
            goes_left = nan_left[node] == 1 if np.isnan(value) else value <= threshold[node]
            node = root + left[node] + (0 if goes_left else 1)
        out[t % classes] += threshold[node]
