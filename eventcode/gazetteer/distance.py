"""Great-circle distance on the sphere, for numbers and for numpy arrays alike."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.009  # mean radius, the one that geopy's great_circle uses

Floats = NDArray[np.float64]


def haversine_km(
    lat1: Floats | float, lon1: Floats | float, lat2: Floats | float, lon2: Floats | float
) -> Floats:
    """Kilometres between points given in degrees; arrays broadcast against one another.

    An array without dimensions (``float()`` takes it) when every argument is a number; NaN in gives NaN out.
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half_phi = (phi2 - phi1) / 2.0
    half_lambda = np.radians(np.subtract(lon2, lon1)) / 2.0
    a = np.sin(half_phi) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(half_lambda) ** 2
    km = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(a, 0.0, 1.0)))
    return np.asarray(km, dtype=np.float64)


def km_between(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The same for two points, without the cost of arrays."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_phi, half_lambda = (phi2 - phi1) / 2.0, math.radians(lon2 - lon1) / 2.0
    a = math.sin(half_phi) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lambda) ** 2
    return 2.0 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, a)))
