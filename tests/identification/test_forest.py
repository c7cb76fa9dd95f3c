"""Our kernel reads boosted trees exactly as the library that grew them, missing values too."""

from __future__ import annotations

import numpy as np

from sargas.identification.forest import score
from sargas.identification.model_file import flatten


def test_scores_are_those_of_the_library() -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier  # every worker collects this file, one runs it

    rng = np.random.default_rng(5)
    x = rng.normal(size=(600, 7)).astype(np.float32)
    x[rng.random(x.shape) < 0.1] = np.nan
    y = (np.nan_to_num(x[:, 0]) > 0.3).astype(int) + (np.nan_to_num(x[:, 3]) * np.nan_to_num(x[:, 1]) > 0.2)
    library = HistGradientBoostingClassifier(max_iter=12, max_leaf_nodes=9, random_state=0).fit(x, y)
    trees = [tree.nodes for trees in library._predictors for tree in trees]
    forest = flatten(trees, library._baseline_prediction.ravel())
    ours = np.empty((len(x), 3), np.float32)
    for row, out in zip(x, ours, strict=True):
        score(forest, row, out)
    np.testing.assert_allclose(ours, library._raw_predict(x), rtol=1e-4, atol=1e-5)
    assert np.isnan(x).any()
