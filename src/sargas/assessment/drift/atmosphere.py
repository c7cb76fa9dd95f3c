"""The standard atmosphere: pressure by height and back. Source: ICAO Doc 7488/3, layers to 47 km."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sargas.model.columns import Float64, Int64

SEA_LEVEL_PA = 101_325.0
_GRAVITY_OVER_GAS = 9.80665 / 287.05287
_BASES_M = np.array([0.0, 11_000.0, 20_000.0, 32_000.0])
_LAPSES = np.array([-6.5e-3, 0.0, 1.0e-3, 2.8e-3])
"""K/m in the layer above each base."""
_TEMPERATURES_K = np.array([288.15, 216.65, 216.65, 228.65])


def _log_ratio(layer: Int64, height_m: Float64) -> Float64:
    """Return ln(p / p_base) at heights within their layers."""
    rise = height_m - _BASES_M[layer]
    lapse, base_k = _LAPSES[layer], _TEMPERATURES_K[layer]
    warm = np.maximum(base_k + lapse * rise, 1.0)
    sloped = -_GRAVITY_OVER_GAS / np.where(lapse == 0.0, 1.0, lapse) * np.log(warm / base_k)
    found: Float64 = np.where(lapse == 0.0, -_GRAVITY_OVER_GAS * rise / base_k, sloped)
    return found


_BASE_LOGS = np.concatenate(
    [[0.0], np.cumsum([float(_log_ratio(np.array(k), np.array(_BASES_M[k + 1]))) for k in range(3)])]
)
"""ln(p_base / p_sea) of each layer."""


def log_pressure(altitude_m: ArrayLike) -> Float64:
    """Return ln(p / 101,325 Pa) at heights (m); heights above the ellipsoid are taken for geopotential ones."""
    height = np.asarray(altitude_m, np.float64)
    layer = np.clip(np.searchsorted(_BASES_M, height, "right") - 1, 0, 3)
    found: Float64 = _BASE_LOGS[layer] + _log_ratio(layer, height)
    return found


def altitude_of_pressure(pressure_hpa: ArrayLike) -> Float64:
    """Return the height (m) at which the standard atmosphere has a pressure (hPa)."""
    log_ratio = np.log(np.asarray(pressure_hpa, np.float64) * 100.0 / SEA_LEVEL_PA)
    layer = np.clip(np.searchsorted(-_BASE_LOGS, -log_ratio, "right") - 1, 0, 3)
    rest = log_ratio - _BASE_LOGS[layer]
    lapse, base_k = _LAPSES[layer], _TEMPERATURES_K[layer]
    safe = np.where(lapse == 0.0, 1.0, lapse)
    sloped = base_k / safe * (np.exp(-rest * safe / _GRAVITY_OVER_GAS) - 1.0)
    found: Float64 = _BASES_M[layer] + np.where(lapse == 0.0, -rest * base_k / _GRAVITY_OVER_GAS, sloped)
    return found
