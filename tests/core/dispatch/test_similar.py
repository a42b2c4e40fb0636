"""Is it one of these? Likeness of short texts, near in place and time, with the words that say so."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridloop.core.dispatch.similar import DUPLICATE, LOOK_ALIKE, Report, compare, find_similar

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HERE = (121.23, 28.13)
HOLE = Report("人民路东口的井盖破了一个洞", NOON, point=HERE)
SAME = Report("人民路东口井盖破损，有个大洞", NOON + timedelta(hours=3), point=(121.2301, 28.1301))
OTHER = Report("菜场门口垃圾三天没有清运", NOON, point=HERE)


def test_one_thing_said_twice_is_a_duplicate_and_says_why() -> None:
    likeness = compare(HOLE, SAME)
    assert likeness.score >= DUPLICATE - 0.2 > LOOK_ALIKE
    assert "人民路东口" in likeness.shared
    assert likeness.metres == pytest.approx(14.8, abs=0.5)
    assert likeness.score == pytest.approx(likeness.words * likeness.place * likeness.time, abs=0.001)


def test_another_matter_at_the_same_spot_is_not_alike() -> None:
    assert compare(HOLE, OTHER).score == 0
    assert compare(HOLE, OTHER).shared == ()


def test_far_away_or_long_ago_counts_less() -> None:
    far = Report(SAME.text, SAME.at, point=(121.30, 28.20))
    old = Report(SAME.text, NOON - timedelta(days=300), point=SAME.point)
    elsewhere = compare(Report(HOLE.text, place="东街"), Report(SAME.text, place="西街"))
    assert compare(HOLE, far).score < compare(HOLE, old).score < compare(HOLE, SAME).score
    assert elsewhere.place == 0.5


def test_the_most_alike_come_first_and_strangers_not_at_all() -> None:
    matches = find_similar(HOLE, [("a", OTHER), ("b", SAME), ("c", HOLE)])
    assert [match.key for match in matches] == ["c", "b"]
    assert find_similar(HOLE, []) == []


def test_words_that_everybody_uses_count_for_little() -> None:
    crowd = [(n, Report(f"滨海花园{thing}需要维修")) for n, thing in enumerate("门窗墙地灯锁管井梯栏")]
    matches = find_similar(Report("滨海花园电梯困人"), [*crowd, (99, Report("电梯困人两小时"))])
    assert matches[0].key == 99


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_symmetric_and_between_nought_and_one(one: str, other: str) -> None:
    there, back = compare(Report(one), Report(other)), compare(Report(other), Report(one))
    assert there.score == back.score
    assert 0 <= there.score <= 1
    assert compare(Report(one), Report(one)).score in (0, 1)
