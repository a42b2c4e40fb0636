"""Many voices, one issue: groups by place, time and words, and a heat that shows its sum."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridloop.core.dispatch.hotspots import Hotspot, Message, find_hotspots, find_hotspots_in_file, read_time
from gridloop.core.dispatch.places import names_in, shared_name

DATA = Path(__file__).parents[4] / "shared" / "data" / "messages"
DAY = datetime(2026, 3, 1, 9, tzinfo=UTC)

QUARRY = [
    "云栖花园旁边的采石场半夜爆破，窗户都在抖",
    "云栖花园业主投诉采石场粉尘，不敢开窗",
    "采石场爆破太吵，云栖花园的孩子睡不着",
    "云栖花园附近采石场粉尘污染严重",
    "请关停云栖花园后山的采石场，爆破声像地震",
]
LIFT = [
    "金桂公寓电梯又停运，老人爬十二楼",
    "金桂公寓二单元电梯坏了一个月",
    "金桂公寓电梯困人，物业不维修",
    "电梯停运无人管，金桂公寓住户盼维修",
]
OTHERS = [
    "咨询新生儿医保如何参保",
    "公交末班车能不能延长到十点",
    "菜场摊位租金突然上涨",
    "图书馆周末闭馆时间太早",
    "河道里有死鱼漂浮",
    "驾驶证期满换证需要什么材料",
    "云栖花园的快递柜收费不合理",
    "学校门口接送车辆乱停",
    "公积金贷款额度怎么计算",
    "景区门票能否对本地人优惠",
]


def messages() -> list[Message]:
    texts = [*QUARRY, *LIFT, *OTHERS]
    return [
        Message(str(number), text, "", DAY + timedelta(days=number % 7), weight=3 if number == 0 else 0)
        for number, text in enumerate(texts)
    ]


def test_each_issue_is_one_pure_group() -> None:
    spots = find_hotspots(messages())
    assert [set(spot.message_ids) for spot in spots] == [set("01234"), set("5678")]
    assert spots[0].place == "云栖花园"


def test_heat_is_the_sum_of_its_terms() -> None:
    spot = find_hotspots(messages(), now=DAY + timedelta(days=10))[0]
    assert spot.terms == {"messages": 5, "support": 4, "pace": 2.5, "fresh": 2.5}
    assert spot.heat == 14
    assert spot.as_json()["from"] == DAY.isoformat()


def test_what_has_not_happened_yet_is_not_counted() -> None:
    assert find_hotspots(messages(), now=DAY - timedelta(days=1)) == []


def test_the_same_matter_elsewhere_is_another_issue_but_the_same_words_later_are_not() -> None:
    here = [Message(str(n), "路口积水严重，车辆无法通行", "", DAY, place="东街村") for n in range(3)]
    there = [Message(str(n + 3), "下雨路口积水，车辆熄火", "", DAY, place="西街村") for n in range(3)]
    later = [
        Message(str(n + 6), "路口积水严重，车辆无法通行", "", DAY + timedelta(days=900)) for n in range(3)
    ]
    spots = find_hotspots([*here, *there])
    assert sorted(spot.place or "" for spot in spots) == ["东街村", "西街村"]
    assert max(len(spot.message_ids) for spot in find_hotspots([*here, *later])) == 6


@given(
    st.lists(st.tuples(st.text(alphabet="路灯坏垃圾满噪声大", max_size=12), st.integers(0, 400)), max_size=25)
)
def test_no_message_is_in_two_groups_and_every_heat_adds_up(rows: list[tuple[str, int]]) -> None:
    spots = find_hotspots(
        [Message(str(n), text, text, DAY + timedelta(days=day)) for n, (text, day) in enumerate(rows)]
    )
    ids = [key for spot in spots for key in spot.message_ids]
    assert len(ids) == len(set(ids))
    for spot in spots:
        assert spot.heat == pytest.approx(sum(spot.terms.values()), abs=0.05)
        assert spot.start <= spot.end and len(spot.message_ids) >= 3


def test_names_are_found_where_people_write_them() -> None:
    assert "云栖花园" in names_in("投诉云栖花园旁边的采石场")
    assert shared_name(["投诉滨江·云栖花园物业", "滨江云栖花园停水"], ["", ""]) == "滨江云栖花园"
    assert shared_name(["路灯不亮", "路灯坏了"], ["", ""]) is None


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("2019/7/1 9:05:00", datetime(2019, 7, 1, 9, 5)),
        ("2019-07-01", datetime(2019, 7, 1)),
        ("2019年7月1日 9时5分", datetime(2019, 7, 1, 9, 5)),
        (datetime(2019, 7, 1), datetime(2019, 7, 1)),
        ("昨天", None),
        ("2019/13/45", None),
        ("上周1 9:05:00", None),
        ("0001/1/1", None),
        ("99999999999/1/1", None),
        ("", None),
    ],
)
def test_times_are_read_as_offices_write_them(cell: object, at: datetime | None) -> None:
    assert read_time(cell) == at


def test_what_was_sent_twice_or_cannot_be_dated_is_left_out_and_said(tmp_path) -> None:
    rows = [f"{n},路灯不亮,2026/3/{n} 9:00:00,小区门口路灯坏了,1" for n in (1, 2, 3, 3, 3)]
    file = tmp_path / "messages.csv"
    file.write_text("id,title,time,words,votes\n" + "\n".join([*rows, "9,x,昨天,y,inf"]), encoding="utf-16")
    left_out: list[int] = []
    found = find_hotspots_in_file(
        file, "id", ["title", "words"], "time", weight_columns=["votes"], left_out=left_out
    )
    assert left_out == [5, 6, 7]
    assert all(len(spot.message_ids) == len(set(spot.message_ids)) for spot in found)


@pytest.fixture(scope="module")
def year() -> list[Hotspot]:
    if not DATA.exists():
        pytest.skip("the residents' messages (../shared/data) are not on this machine")
    return find_hotspots_in_file(
        DATA / "resident_messages.csv",
        "留言编号",
        ["留言主题", "留言详情"],
        "留言时间",
        weight_columns=["点赞数"],
        limit=10,
    )


@pytest.mark.parametrize(
    ("words", "at_least"),
    [("搅拌", 50), ("捆绑", 50), ("车贷", 14), ("五矿", 6), ("高铁", 6)],
)
def test_the_known_issues_are_the_hottest_each_once(year: list[Hotspot], words: str, at_least: int) -> None:
    spots = [spot for spot in year if words in spot.words]
    assert len(spots) == 1
    assert year.index(spots[0]) < 5
    assert len(spots[0].message_ids) >= at_least
