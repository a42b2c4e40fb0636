"""Shifted coordinates come back exactly, one by one and in arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridloop.core.journal.errors import Refusal
from gridloop.core.territory.coordinates import from_wgs84, metres_between, to_wgs84

YUHUAN = (121.2317, 28.1358)


@pytest.mark.parametrize(("system", "metres"), [("gcj02", 547), ("bd09", 1092)])
def test_the_shift_has_the_known_size(system, metres):
    assert metres_between(*YUHUAN, *from_wgs84(*YUHUAN, system)) == pytest.approx(metres, abs=25)


def test_a_well_known_point_of_beijing():
    assert from_wgs84(116.404, 39.915, "gcj02") == pytest.approx(
        (116.41024449916938, 39.91640428150164), abs=1e-9
    )


@given(st.floats(73.5, 137), st.floats(3, 54), st.sampled_from(["gcj02", "bd09"]))
def test_there_and_back_is_exact(longitude, latitude, system):
    back = to_wgs84(*from_wgs84(longitude, latitude, system), system)
    assert metres_between(longitude, latitude, *back) < 0.001


def test_arrays_and_single_points_agree():
    random = np.random.default_rng(4)
    longitudes, latitudes = random.uniform(60, 150, 500), random.uniform(-10, 65, 500)
    for system in ("gcj02", "bd09"):
        east, north = to_wgs84(longitudes, latitudes, system)
        single = [
            to_wgs84(x, y, system) for x, y in zip(longitudes.tolist(), latitudes.tolist(), strict=True)
        ]
        assert np.column_stack([east, north]) == pytest.approx(np.array(single), abs=1e-9)


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_outside_china_nothing_moves(system):
    assert to_wgs84(2.3522, 48.8566, system) == (2.3522, 48.8566)
    assert from_wgs84(2.3522, 48.8566, system) == (2.3522, 48.8566)


def test_cgcs2000_is_wgs84_and_nonsense_is_refused():
    assert to_wgs84(*YUHUAN, "cgcs2000") == YUHUAN
    with pytest.raises(Refusal):
        to_wgs84(*YUHUAN, "utm")
