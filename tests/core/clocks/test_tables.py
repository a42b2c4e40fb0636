"""The county's calendar and limits: shipped, edited, imported, exchanged in every process."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from gridloop.core.clocks import actions, calendar, editions, limits, shipped
from gridloop.core.clocks.limits import Limit, limit_for, limits_for
from gridloop.core.clocks.models import Edition, Unit
from gridloop.core.clocks.working_time import due
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import Refusal
from gridloop.core.journal.models import Entry

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)


def test_the_shipped_table_holds_the_notices_of_three_years() -> None:
    days = shipped.special_days()

    off = {year: sum(not s.works for d, s in days.items() if d.year == year) for year in (2024, 2025, 2026)}
    exchanged = {year: sum(s.works for d, s in days.items() if d.year == year) for year in (2024, 2025, 2026)}
    assert exchanged == {2024: 8, 2025: 5, 2026: 6}
    assert off == {2024: 28, 2025: 28, 2026: 33}
    assert all(special.source.startswith("国办发明电〔") for special in days.values())


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_a_day_worked_in_exchange_is_a_weekend_day(year: int) -> None:
    days = [day for day, special in shipped.special_days().items() if special.works and day.year == year]

    assert days and all(day.weekday() >= 5 for day in days)


def test_missing_years_are_warned_of(db: None) -> None:
    assert calendar.calendar_warnings(date(2025, 12, 1)) == []
    assert [(w.year, w.level) for w in calendar.calendar_warnings(date(2026, 5, 1))] == [(2027, "soon")]
    assert [(w.year, w.level) for w in calendar.calendar_warnings(date(2026, 12, 1))] == [(2027, "now")]
    assert [w.year for w in calendar.calendar_warnings(date(2027, 1, 1))] == [2027, 2028]


def test_the_county_edits_its_calendar(db: None) -> None:
    before = due(MONDAY, 1, "working_days").at

    actions.set_special_day(date(2026, 3, 3), works=False, name="Temple fair", by=SYSTEM)
    assert due(MONDAY, 1, "working_days").at == before.replace(day=4)

    actions.clear_special_day(date(2026, 3, 3), by=SYSTEM)
    assert due(MONDAY, 1, "working_days").at == before
    assert Entry.objects.filter(event="calendar_changed").count() == 2


def test_the_county_sets_its_hours(db: None) -> None:
    actions.set_working_hours({0: [(time(9), time(12))], 1: [(time(9), time(12))]}, by=SYSTEM)

    assert due(MONDAY, 3, "working_hours").at == datetime(2026, 3, 3, 10, tzinfo=SHANGHAI)
    with pytest.raises(Refusal):
        actions.set_working_hours({}, by=SYSTEM)
    with pytest.raises(Refusal):
        actions.set_working_hours({0: [(time(12), time(9))]}, by=SYSTEM)


def test_another_process_sees_an_edition_soon(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.set_special_day(date(2026, 3, 3), works=False, name="Temple fair", by=SYSTEM)
    calendar.current()
    token = Edition.objects.get(name="calendar").token
    Edition.objects.update(token="elsewhere")

    assert calendar.current().edition == token
    monkeypatch.setattr(calendar.SHELF, "look_again", 0)
    assert calendar.current().edition == "elsewhere"


def test_looking_up_costs_no_query_in_between(db: None, django_assert_num_queries: object) -> None:
    calendar.SHELF.forget()
    limits.SHELF.forget()
    with django_assert_num_queries(2):  # type: ignore[operator]
        for _round in range(5):
            due(MONDAY, 1, "working_days")
            limits_for("report", "0102", [3, 2, 1])


def test_without_a_database_the_last_known_calendar_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import DatabaseError

    shelf = editions.Shelf("calendar", calendar.shipped_calendar, calendar.load_calendar)
    monkeypatch.setattr(shelf, "look", lambda: (_ for _ in ()).throw(DatabaseError("away")))

    assert shelf.current().works(date(2026, 2, 14))
    editions.Shelf.everyone.remove(shelf)


def test_the_most_particular_limit_wins(db: None) -> None:
    for category, area, value, unit in (
        ("01", 7, 3, "working_hours"),
        ("", 7, 9, "days"),
        ("0103", 1, 2, "days"),
        ("0103", 7, 1, "days"),
    ):
        actions.set_limit(Limit("report", "completion", value, unit, category, area), by=SYSTEM)

    def completion(code: str, areas: list[int | None]) -> tuple[float, str]:
        limit = limit_for("report", code, areas, "completion")
        assert limit is not None
        return limit.value, limit.unit

    assert completion("0103", [7, None, 1]) == (1, "days")  # the class and the smallest area
    assert completion("0103", [8, None, 1]) == (2, "days")
    assert completion("0103", [8]) == (1, "working_days")  # shipped
    assert completion("0104", [7]) == (2, "working_hours")  # the longer class code beats the area
    assert completion("0199", [7]) == (3, "working_hours")
    assert completion("0601", [7]) == (9, "days")
    assert completion("", []) == (7, "working_days")
    assert limits_for("nothing", "0103", [7]) == {}


def test_one_class_carries_several_limits(db: None) -> None:
    found = limits_for("report", "0101", [])

    assert {name: (limit.value, limit.unit) for name, limit in found.items()} == {
        "first_response": (2, "working_hours"),
        "arrival": (2, "working_hours"),
        "stop_work": (4, "working_hours"),
        "penalty": (7, "working_days"),
        "completion": (20, "working_days"),
        "verification": (1, "working_days"),
        "rectification": (15, "working_days"),
    }


def test_one_limit_is_set_and_cleared(db: None) -> None:
    row = actions.set_limit(Limit("report", "completion", 1, Unit.DAYS, category="0103", area=5), by=SYSTEM)
    assert limit_for("report", "0103", [5], "completion").value == 1  # type: ignore[union-attr]
    assert limit_for("report", "0103", [5], "completion").unit == "days"  # type: ignore[union-attr]

    actions.clear_limit(row, by=SYSTEM)
    assert limit_for("report", "0103", [5], "completion").unit == "working_days"  # type: ignore[union-attr]


def test_a_scene_brings_its_own_limits() -> None:
    mine = Limit("lending", "return", 14, "days", source="the scene")
    limits.bring_limits([mine, mine])
    editions.keep_shipped()

    assert limits_for("lending") == {"return": mine}
    limits.BROUGHT.remove(mine)
