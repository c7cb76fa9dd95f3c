"""The trained model as bytes: a mark with its version, a header, flat arrays; no pickles, equal models equal bytes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

from sargas.identification.forest import Forest
from sargas.identification.motion_features import FEATURES
from sargas.identification.opinion import Tables
from sargas.model.parts import pack, unpack
from sargas.model.tracks import CLASSES

MARK = b"SARGAS-CLASSIFIER-1\n"
UNKNOWN_BELOW = 0.4
"""Where no class is as probable as this, a track is unknown."""


@dataclass(frozen=True, slots=True)
class ClassifierModel:
    """Trees, tables and where they came from: ``header`` holds the seed and size of the training."""

    header: dict[str, Any]
    forest: Forest
    tables: Tables

    def to_bytes(self) -> bytes:
        """Write the model."""
        header = {"classes": CLASSES, "features": FEATURES, **self.header}
        return pack(MARK, header, [*self.forest, *self.tables])

    @classmethod
    def from_bytes(cls, data: bytes) -> ClassifierModel:
        """Read a model. Raises ValueError for other bytes, and for a model of other classes or features."""
        header, arrays = unpack(MARK, data, len(Forest._fields) + len(Tables._fields))
        for name, ours in (("classes", CLASSES), ("features", FEATURES)):
            theirs = tuple(header.pop(name, ()))
            if theirs != ours:
                raise ValueError(
                    f"expected a model of our {len(ours)} {name}, was one of {len(theirs)} that differ: train it anew "
                    "with this version (sargas train)"
                )
        split = len(Forest._fields)
        return cls(header, Forest(*arrays[:split]), Tables(*arrays[split:]))


def shipped_model() -> bytes:
    """Return the model that comes with the package."""
    return resources.files("sargas.identification").joinpath("figures", "classifier.model").read_bytes()


def flatten(nodes_of_trees: list[np.ndarray[Any, Any]], base: np.ndarray[Any, Any]) -> Forest:
    """Lay trees of scikit-learn's histogram gradient boosting out flat, children side by side, breadth first."""
    from sargas.identification.forest import LEAF

    rows: list[tuple[int, float, int, int]] = []
    first = [0]
    for nodes in nodes_of_trees:
        order, placed = [0], {0: 0}
        for node in order:  # grows as children are placed
            if not nodes[node]["is_leaf"]:
                for child in (int(nodes[node]["left"]), int(nodes[node]["right"])):
                    placed[child] = len(order)
                    order.append(child)
        for node in order:
            one = nodes[node]
            if one["is_leaf"]:
                rows.append((LEAF, float(one["value"]), 0, 0))
            else:
                left = placed[int(one["left"])]
                rows.append(
                    (int(one["feature_idx"]), float(one["num_threshold"]), int(one["missing_go_to_left"]), left)
                )
        first.append(len(rows))
    feature, threshold, nan_left, left_child = zip(*rows, strict=True)
    return Forest(
        base.astype(np.float32), np.array(first, np.int32), np.array(feature, np.uint8),
        np.array(threshold, np.float32), np.array(nan_left, np.uint8), np.array(left_child, np.uint16),
    )  # fmt: skip
