"""Train the blend: one network a horizon, by Adam, in numpy alone.

The loss is the mean logarithm of the miss plus a floor, whose best answer is near the median's, and the pinball loss of
the 0.9 quantile of the logarithm for the spread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.assessment.prediction.blend import FARTHEST, NAMES, OUTPUTS, Blend
from sargas.assessment.prediction.models import MODELS

M = len(MODELS)
HIDDEN = (160, 48)
BATCH, RATE, DECAY = 512, 2e-3, 1e-4
FURTHER_RATE = 1e-3
AVERAGED = 1e-3
"""Weight of the newest step in the weights that are kept."""
QUANTILE = 0.9
Array = np.ndarray


@dataclass(frozen=True)
class Examples:
    """Rows of one horizon: features (n, f), truth along and across (n, 2), length unit (n,), weights (n,)."""

    features: Array
    truth: Array
    unit_m: Array
    weight: Array

    def places(self) -> Array:
        """Return the models' places (n, m, 2) along and across, which the features hold as asinh."""
        unit = self.unit_m[:, None]
        return np.stack([np.sinh(self.features[:, w * M : w * M + M] / 0.3) * unit for w in range(2)], axis=2)


@dataclass(frozen=True)
class Network:
    """One horizon's network: standardisation, then three layers."""

    mean: Array
    scale: Array
    layers: tuple[Array, ...]

    def standardised(self, features: Array) -> Array:
        """Return features in sigmas, bounded."""
        return np.clip((features - self.mean) * self.scale, -FARTHEST, FARTHEST)

    def predict(self, examples: Examples) -> tuple[Array, Array]:
        """Return places along and across (n, 2) and spreads (n,)."""
        _, _, out = _layers(self.layers, self.standardised(examples.features))
        blended, _ = _blended(out, examples.places())
        return blended, np.exp(np.clip(out[:, -1], 0.0, 14.0)) - 0.99


def train_network(
    examples: Examples, horizon_s: float, seed: int, epochs: int, start: Network | None = None
) -> Network:
    """Train on examples for a set number of epochs, from nothing or from a network that was trained before.

    The weights are a running mean of those of the last steps.
    """
    generator = np.random.default_rng(seed)
    if start is None:
        mean = examples.features.mean(axis=0)
        scale = 1.0 / (examples.features.std(axis=0) + 0.05)
        layers, highest = _initial(examples.features.shape[1], generator), RATE
    else:
        mean, scale = start.mean, start.scale
        layers, highest = [v.copy() for v in start.layers], FURTHER_RATE
    network = Network(mean, scale, tuple(layers))
    inputs, places = network.standardised(examples.features), examples.places()
    floor = 0.2 * examples.unit_m + np.float32(0.002 * horizon_s)
    first, second, kept = ([np.zeros_like(v) for v in layers] for _ in range(3))
    batches = len(inputs) // BATCH
    steps = epochs * batches
    for step in range(1, steps + 1):
        if step % batches == 1 % batches:
            order = generator.permutation(len(inputs))
        batch = (step - 1) % batches
        rows = order[batch * BATCH : (batch + 1) * BATCH]
        slopes = _slopes(layers, inputs[rows], places[rows], examples.truth[rows], floor[rows], examples.weight[rows])
        rate = highest * min(1.0, step / 200) * 0.5 * (1.0 + np.cos(np.pi * step / steps)) + 1e-5
        share = max(1.0 / step, AVERAGED)
        for k, slope in enumerate(slopes):
            first[k] += np.float32(0.1) * (slope - first[k])
            second[k] += np.float32(0.001) * (slope**2 - second[k])
            move = first[k] / np.float32(1.0 - 0.9**step) / (np.sqrt(second[k] / np.float32(1.0 - 0.999**step)) + 1e-8)
            layers[k] -= np.float32(rate) * (move + (np.float32(DECAY) * layers[k] if k % 2 == 0 else 0.0))
            kept[k] += np.float32(share) * (layers[k] - kept[k])
    return Network(mean, scale, tuple(kept))


def _initial(inputs: int, generator: np.random.Generator) -> list[Array]:
    sizes = (inputs, *HIDDEN, OUTPUTS)
    layers: list[Array] = []
    for k in range(3):
        gain = 0.1 if k == 2 else np.sqrt(2.0 / sizes[k])
        layers += [generator.normal(size=(sizes[k], sizes[k + 1])) * gain, np.zeros(sizes[k + 1])]
    layers[5][-1] = np.log(100.0)
    return [v.astype(np.float32) for v in layers]


def _layers(layers: tuple[Array, ...] | list[Array], inputs: Array) -> tuple[Array, Array, Array]:
    middle = np.maximum(inputs @ layers[0] + layers[1], 0.0)
    last = np.maximum(middle @ layers[2] + layers[3], 0.0)
    return middle, last, last @ layers[4] + layers[5]


def _blended(out: Array, places: Array) -> tuple[Array, tuple[Array, Array]]:
    weights = []
    for w in range(2):
        part = out[:, w * M : (w + 1) * M]
        raised = np.exp(part - part.max(axis=1, keepdims=True))
        weights.append(raised / raised.sum(axis=1, keepdims=True))
    blended = np.stack([(weights[w] * places[:, :, w]).sum(axis=1) for w in range(2)], axis=1)
    return blended, (weights[0], weights[1])


def _slopes(
    layers: list[Array], inputs: Array, places: Array, truth: Array, floor: Array, weight: Array
) -> list[Array]:
    middle, last, out = _layers(layers, inputs)
    blended, weights = _blended(out, places)
    off = blended - truth
    miss = np.sqrt((off**2).sum(axis=1) + 1e-2)
    pull = (weight / (miss + floor) / miss / len(inputs))[:, None] * off
    slope = np.empty_like(out)
    for w in range(2):
        from_mean = places[:, :, w] - blended[:, w : w + 1]
        slope[:, w * M : (w + 1) * M] = pull[:, w : w + 1] * weights[w] * from_mean
    above = np.log(miss + 1.0) > out[:, -1]
    slope[:, -1] = weight / len(inputs) * 0.5 * np.where(above, -QUANTILE, 1.0 - QUANTILE)
    back = (slope @ layers[4].T) * (last > 0.0)
    far_back = (back @ layers[2].T) * (middle > 0.0)
    return [
        inputs.T @ far_back, far_back.sum(axis=0), middle.T @ back, back.sum(axis=0), last.T @ slope,
        slope.sum(axis=0),
    ]  # fmt: skip


def networks_of(blend: Blend) -> list[Network]:
    """Return the networks of a blend, a horizon each."""
    columns = [np.asarray(getattr(blend, name), np.float32) for name in NAMES]
    return [Network(rows[0], rows[1], rows[2:]) for rows in zip(*columns, strict=True)]


def stacked(networks: list[Network]) -> dict[str, Array]:
    """Return the arrays of ``blend.npz``."""
    columns = [[network.mean, network.scale, *network.layers] for network in networks]
    return {name: np.stack([row[k] for row in columns]).astype(np.float16) for k, name in enumerate(NAMES)}
