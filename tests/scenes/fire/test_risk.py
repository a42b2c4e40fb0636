"""The arithmetic of the index, alone: breakpoints, rates of few, the unknown, calm colours, roll-up, speed."""

import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridloop.scenes.fire.index.sheet import INDICATORS, SHIPPED
from gridloop.scenes.fire.risk import (
    NEVER,
    ORANGE,
    RED,
    YELLOW,
    Counts,
    Method,
    Yardstick,
    colours_of,
    means_by_parent,
    method_of,
    plain_of,
    score_grids,
    troubles,
    upper_quantiles,
)

SIMPLE = Method(
    (
        Yardstick("wood", 60, ((0, 0), (50, 1)), 100, 5, 10),
        Yardstick("offline", 40, ((0, 0), (10, 0.5), (100, 1)), 100, 5, 10),
    )
)
WIDTH = len(SHIPPED.yardsticks)


def plain_counts(method: Method, *rows: list[tuple[float, float]]) -> Counts:
    table = np.array(rows, dtype=float)
    return Counts.fresh(table[..., 0], table[..., 1])


def one_parent(counts: Counts, method: Method) -> np.ndarray:
    size = len(counts.count)
    return np.repeat(means_by_parent(counts, np.zeros(size, dtype=int), 1, method)[:1], size, axis=0)


def test_a_score_is_the_sum_of_its_products() -> None:
    counts = plain_counts(SIMPLE, [(10, 40), (4, 40)], [(0, 100), (1, 100)])
    scored = score_grids(counts, one_parent(counts, SIMPLE), np.ones(2), SIMPLE)

    # wood: mean 10/140; (10 + 10 * 10/140) / 50 = 21.43 %; share 0.4286; 60 * 0.4286 = 25.71
    # offline: mean 5/140; (4 + 10 * 5/140) / 50 = 8.71 %; share 0.4357; 40 * 0.4357 = 17.43
    assert scored.product[0] == pytest.approx([25.714, 17.429], abs=0.001)
    assert scored.score[0] == pytest.approx(43.14)
    assert scored.score.tolist() == np.round(scored.product.sum(axis=1), 2).tolist()


def test_weather_raises_every_score_and_never_beyond_the_limit() -> None:
    counts = plain_counts(SIMPLE, [(10, 40), (4, 40)], [(10, 40), (4, 40)], [(10, 40), (4, 40)])
    scored = score_grids(counts, one_parent(counts, SIMPLE), np.array([1, 1.1, 9]), SIMPLE)

    assert scored.score[1] == pytest.approx(scored.score[0] * 1.1, abs=0.01)
    assert scored.score[2] == pytest.approx(scored.score[0] * SIMPLE.most_factor, abs=0.01)


def test_a_rate_of_few_is_drawn_to_the_mean_and_one_of_fewer_says_nothing() -> None:
    counts = plain_counts(
        SIMPLE, [(3, 6), (0, 40)], [(50, 100), (0, 40)], [(0, 900), (0, 40)], [(4, 4), (0, 40)]
    )
    scored = score_grids(counts, one_parent(counts, SIMPLE), np.ones(4), SIMPLE)

    few, many, _none, fewer = scored.value[:, 0]
    mean = one_parent(counts, SIMPLE)[0, 0]
    assert mean < few < many
    assert fewer == pytest.approx(mean)
    assert scored.known[:, 0].tolist() == [2, 2, 2, 0]


def test_what_nobody_knows_leaves_the_sum() -> None:
    counts = plain_counts(SIMPLE, [(10, 40), (0, 0)], [(30, 40), (0, 0)])
    scored = score_grids(counts, one_parent(counts, SIMPLE), np.ones(2), SIMPLE)

    assert np.isnan(scored.value[:, 1]).all()
    assert scored.product[1, 0] == pytest.approx(100)  # 70 % of wood: the whole weight is wood's


numbers = st.integers(0, 60)


@st.composite
def some_counts(draw: st.DrawFn) -> Counts:
    size = draw(st.integers(2, 8))
    of = np.array(draw(st.lists(numbers, min_size=size * WIDTH, max_size=size * WIDTH)), dtype=float)
    part = np.array(draw(st.lists(st.floats(0, 1), min_size=size * WIDTH, max_size=size * WIDTH)))
    of = of.reshape(size, WIDTH)
    return Counts.fresh(np.floor(of * part.reshape(size, WIDTH)), of)


@settings(max_examples=60, deadline=None)
@given(some_counts(), st.data())
def test_removing_data_never_lowers_a_score(counts: Counts, data: st.DataObject) -> None:
    """What falls silent counts as the parent's mean or as it was last known, whichever is worse, for every grid."""
    size = len(counts.count)
    gone = np.array(data.draw(st.lists(st.booleans(), min_size=size * WIDTH, max_size=size * WIDTH)))
    keep = ~gone.reshape(size, WIDTH)
    silent = Counts(counts.count * keep, counts.of * keep, counts.count, counts.of)
    full = score_grids(counts, one_parent(counts, SHIPPED), np.ones(size), SHIPPED)
    less = score_grids(silent, one_parent(silent, SHIPPED), np.ones(size), SHIPPED)
    assert (less.score >= full.score - 0.011).all()

    # Nothing was ever known of it: the parent's mean, never zero.
    fresh = Counts.fresh(silent.count, silent.of)
    means = one_parent(counts, SHIPPED)
    blank = score_grids(fresh, means, np.ones(size), SHIPPED)
    unknown = (blank.known == 0) & ~np.isnan(means)
    assert np.allclose(blank.value[unknown], means[unknown])
    nothing_worse = colours_of(less.score + 0.011, np.full(size, NEVER), SHIPPED)
    assert (nothing_worse >= colours_of(full.score, np.full(size, NEVER), SHIPPED)).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(20, 80), st.data())
def test_switching_sensors_off_never_makes_a_grid_bluer(devices: int, data: st.DataObject) -> None:
    """A device that falls silent keeps its last battery, no longer covers its premises, and counts as offline."""
    names = SHIPPED.names
    offline = data.draw(st.integers(0, devices // 2))
    more = data.draw(st.integers(0, devices - offline))
    low, shielded = data.draw(st.integers(0, devices)), data.draw(st.integers(0, devices))

    def grid(silent: int) -> list[tuple[float, float]]:
        facts = {"offline": (silent, devices), "low_battery": (low, devices), "shielded": (shielded, devices),
                 "uncovered": (silent, devices), "rentals": (5, devices)}  # fmt: skip
        return [facts.get(name, (0, 0)) for name in names]

    before = plain_counts(SHIPPED, grid(offline), grid(3), grid(1))
    means = one_parent(before, SHIPPED)
    after = plain_counts(SHIPPED, grid(offline + more), grid(3), grid(1))
    then = score_grids(before, means, np.ones(3), SHIPPED).score[0]
    now = score_grids(after, means, np.ones(3), SHIPPED).score[0]
    assert now >= then
    ranks = colours_of(np.array([now, then]), np.array([NEVER, NEVER]), SHIPPED)
    assert ranks[0] >= ranks[1]


def test_colours_go_up_at_once_and_down_only_beyond_the_margin() -> None:
    scores = np.array([60.0, 59.0, 58.1, 57.9, 46.9, 10.0, 59.9])
    before = np.array([YELLOW, RED, RED, RED, RED, RED, ORANGE])
    assert colours_of(scores, before, SHIPPED).tolist() == [RED, RED, RED, ORANGE, ORANGE, 0, ORANGE]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=2, max_size=40))
def test_a_score_that_trembles_inside_the_margin_changes_its_colour_once(scores: list[float]) -> None:
    middle = 47 + (np.array(scores) - 50) / 51  # between 46.02 and 47.98
    rank = np.array([NEVER])
    seen = []
    for score in middle:
        rank = colours_of(np.array([score]), rank, SHIPPED)
        seen.append(int(rank[0]))
    assert sum(a != b for a, b in itertools.pairwise(seen)) <= 1


def test_one_red_grid_does_not_paint_the_county() -> None:
    score = np.full(1336, 20.0)
    score[7] = 100
    parent = np.zeros(1336, dtype=int)
    found = upper_quantiles(score, score * 50, parent, 1, SHIPPED.quantile)
    assert colours_of(found, np.array([NEVER]), SHIPPED).tolist() == [0]

    town = np.array([20.0] * 9 + [100.0])
    assert (
        colours_of(upper_quantiles(town, np.ones(10), np.zeros(10, int), 1, 0.8), np.array([NEVER]), SHIPPED)[
            0
        ]
        < RED
    )


def test_a_town_whose_upper_quarter_is_red_is_red() -> None:
    score = np.array([30.0] * 6 + [85.0] * 4)
    found = upper_quantiles(score, np.ones(10), np.zeros(10, dtype=int), 1, SHIPPED.quantile)
    assert colours_of(found, np.array([NEVER]), SHIPPED).tolist() == [RED]


def test_quantiles_follow_each_parent_and_leave_the_empty_one_open() -> None:
    found = upper_quantiles(np.array([10.0, 60.0, 50.0]), np.ones(3), np.array([0, 2, 2]), 3, 0.5)
    assert found[0] == 10 and np.isnan(found[1]) and found[2] == 55


def test_one_grid_alone_gives_the_same_number_as_among_all() -> None:
    random = np.random.default_rng(3)
    of = random.integers(0, 80, (1336, WIDTH)).astype(float)
    counts = Counts.fresh(np.floor(of * random.random((1336, WIDTH))), of)
    means = one_parent(counts, SHIPPED)
    together = score_grids(counts, means, np.ones(1336), SHIPPED)
    for at in (0, 5, 1335):
        alone = Counts.fresh(counts.count[at : at + 1], counts.of[at : at + 1])
        assert score_grids(alone, means[at : at + 1], np.ones(1), SHIPPED).score[0] == together.score[at]


def test_the_shipped_sheet_is_sound_and_survives_being_kept() -> None:
    assert troubles(SHIPPED) == []
    assert method_of(plain_of(SHIPPED)) == SHIPPED
    assert set(SHIPPED.names) == set(INDICATORS)
    assert sum(each.weight for each in SHIPPED.yardsticks) == 100


@pytest.mark.parametrize(
    ("yardstick", "code"),
    [
        (Yardstick("x", -1, ((0, 0), (1, 1))), "negative_weight"),
        (Yardstick("x", 1, ((1, 0), (0, 1))), "values_not_rising"),
        (Yardstick("x", 1, ((0, 1), (1, 0))), "shares_falling"),
        (Yardstick("x", 1, ((0, 0), (1, 2))), "shares_out_of_range"),
    ],
)
def test_a_sheet_that_would_reward_danger_is_refused(yardstick: Yardstick, code: str) -> None:
    assert ("x", code) in troubles(Method((yardstick,)))


def test_the_index_of_a_county_takes_about_a_millisecond() -> None:
    random = np.random.default_rng(1)
    of = random.integers(0, 200, (1336, WIDTH)).astype(float)
    counts = Counts.fresh(np.floor(of * random.random((1336, WIDTH))), of)
    means, factor = one_parent(counts, SHIPPED), np.ones(1336)
    best = min(_timed(counts, means, factor) for _ in range(20))
    assert best < 0.02  # about 1 ms on a quiet machine; bench/fire_index.py measures it


def _timed(counts: Counts, means: np.ndarray, factor: np.ndarray) -> float:
    begun = time.process_time()
    score_grids(counts, means, factor, SHIPPED)
    return time.process_time() - begun
