"""The generated year is legal by the flow table, and is what the engine would have made of the same moves."""

import re
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import time_machine

from gridloop.core.cases import kinds
from gridloop.core.cases.actions import move_case
from gridloop.core.cases.classes import load_classes, shipped_classes
from gridloop.core.cases.models import Case, Deadline
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.search import matching
from gridloop.core.clocks.models import Timer
from gridloop.core.clocks.timers import handle_due
from gridloop.core.journal import consumers
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
from gridloop.demo import twins
from gridloop.demo.history import History
from gridloop.demo.hot import ISSUES, queue_issue
from gridloop.demo.organisations import found_all
from gridloop.demo.pictures import draw_pictures
from gridloop.demo.showcase import queue_showcase
from gridloop.demo.staffing import fill_posts, settle_residents
from gridloop.scenes.reports.flow import MOVES
from tests import world

NOW = datetime(2026, 11, 18, 3, 30, tzinfo=UTC)
MINE = {"number", "question", "tasks", "parts", "deadline", "case"}  # numbers that are each case's own
LEFT_OUT = {"id", "case", "task", "number", "key", "duplicate_of", "parent"}

pytestmark = pytest.mark.django_db


def a_year(cases: int, *, seed: int = 7) -> tuple[History, list]:
    """A small town's history, and the lives it was played from."""
    world.a_town(grids=4)
    load_classes(shipped_classes(), by=SYSTEM)
    random = Random(seed)
    fill_posts(found_all(by=SYSTEM), random, by=SYSTEM)
    settle_residents(80, random, by=SYSTEM)
    history = History(now=NOW, seed=seed, pictures=draw_pictures(random, by=SYSTEM))
    lives: list = []
    history.played = lives.append
    begins = NOW - timedelta(days=20)
    issue = ISSUES[3]._replace(reports=6, days=12)
    queue_issue(history, issue, history.county.grounds[0], issue.place, begins, random, now_going=True)
    queue_showcase(history)
    for report in history.everyday(12, since=NOW - timedelta(days=6)):
        history.queue(report)
    history.play(history.everyday(cases))
    return history, lives


def told(case: int) -> list[Entry]:
    return list(Entry.objects.filter(subject_kind="case", subject=case).order_by("id"))


def test_every_history_is_legal_by_the_flow_table():
    a_year(60)
    kind = kinds.kind("report")
    for case in Case.objects.all():
        step = ""
        for entry in told(case.pk):
            if entry.event == "case_reported":
                step = entry.after
            elif "move" in entry.facts:
                assert entry.before == step, f"{case.number}: {entry.event} leaves {entry.before} at {step}"
                rows = [
                    row
                    for row in kind.named(entry.facts["move"])
                    if row.leads_from(step, open=True) or row.start == step
                ]
                stays = entry.event == "case_approval_asked"
                assert any(entry.after == (step if stays or row.to == "=" else row.to) for row in rows), (
                    entry.event
                )
                step = entry.after
        assert step == case.step
        assert case.open == (kind.step(step).shape != "ended")


def test_a_history_has_work_at_every_step_and_can_be_found():
    a_year(40)
    steps = set(Case.objects.filter(open=True).values_list("step", flat=True))
    wanted = {step.name for step in kinds.kind("report").steps if not step.outcome}
    assert wanted <= steps
    assert Case.objects.filter(suspended_at__isnull=False).exists()
    assert Case.objects.filter(overdue=True).exists()
    assert Case.objects.filter(duplicate_of__isnull=False).exists()
    assert Case.objects.filter(voices__gt=3).exists()
    assert Timer.objects.filter(done_at=None, due_at__gt=NOW).exists()
    case = Case.objects.order_by("pk").first()
    assert matching(Case.objects.all(), case.title[:6]).filter(pk=case.pk).exists()
    times = list(Entry.objects.filter(subject_kind="case").order_by("id").values_list("at", flat=True))
    assert times == sorted(times)


def test_the_same_seed_gives_the_same_year():
    first, _lives = a_year(10)
    again = History(now=NOW, seed=7, pictures=first.pictures)
    reports = [
        list(history.everyday(5)) for history in (again, History(now=NOW, seed=7, pictures=first.pictures))
    ]
    assert [report.told for report in reports[0]] == [report.told for report in reports[1]]


# --- against the engine -----------------------------------------------------------------------------------------------


class Replay:
    """The same moves at the same times through the engine."""

    def __init__(self) -> None:
        self.cases: dict[int, int] = {}  # played -> the engine's

    def until(self, at: datetime) -> None:
        """Let the worker do what is due by then."""
        while timer := Timer.objects.filter(done_at=None, due_at__lte=at).order_by("due_at").first():
            with time_machine.travel(timer.due_at, tick=False):
                handle_due("test")
                consumers.catch_up("breaches")

    def open(self, played) -> None:
        case = played.case
        if case.parent_id:
            return
        self.until(case.reported_at)
        with time_machine.travel(case.reported_at, tick=False):
            made = open_case(
                "report", title=case.title, words=case.words, spot=played.spot, by=played.opened_by, category=played.first_category,
                urgency=played.first_urgency, reporter=Person.objects.filter(pk=case.reporter_id).first(), anonymous=case.anonymous,
                tracking_code="DEMO" if case.tracking_digest else "", source=case.source, public=case.public,
                photos=[row.file for row in played.exhibits if row.purpose == "report"], level=played.first_level,
            )  # fmt: skip
        self.cases[case.pk] = made.pk

    def move(self, played, at: datetime, name: str, by, facts) -> None:
        self.until(at)
        if by.kind == "system":
            return  # the timers have done it
        case = Case.objects.get(pk=self.cases[played.case.pk])
        if by.kind == "token":
            by = type(by)("token", name=f"case:{case.pk}")
        if "case" in facts:
            facts = {**facts, "case": self.cases[facts["case"]]}
        with time_machine.travel(at, tick=False):
            move_case(case, name, by=by, facts=facts)
        if name == "split":
            parts = Case.objects.filter(parent=case).order_by("pk")
            self.cases |= {part.case.pk: made.pk for part, made in zip(played.parts, parts, strict=True)}


def everything_played(lives: list) -> list:
    found = []
    for life in lives:
        found += [life.played, *life.played.parts]
    return found


def test_the_engine_makes_the_same_of_the_same_moves(monkeypatch):
    from gridloop.demo.playing import Played

    def remembering(self, *arguments, **named):
        original(self, *arguments, **named)
        self.first_category, self.first_urgency, self.first_level = (
            self.case.category,
            self.case.urgency,
            named.get("level", ""),
        )

    original = Played.__init__
    monkeypatch.setattr(Played, "__init__", remembering)
    _history, lives = a_year(6, seed=11)
    played = everything_played(lives)
    Timer.objects.all().delete()
    consumers.catch_up("breaches")
    replay, happenings = Replay(), []
    for number, each in enumerate(played):
        happenings.append((each.case.reported_at, 0, number, replay.open, (each,)))
        happenings += [
            (at, 1, number, replay.move, (each, at, name, by, facts)) for at, name, by, facts in each.script
        ]
    for _at, _order, _number, act, arguments in sorted(happenings, key=lambda row: row[:3]):
        act(*arguments)
    replay.until(NOW)

    assert len(played) > 60
    for each in played:
        other = replay.cases[each.case.pk]
        assert story(other) == story(each.case.pk), each.case.number
        assert row_of(Case.objects.get(pk=other)) == row_of(Case.objects.get(pk=each.case.pk))
        assert clocks_of(other) == clocks_of(each.case.pk)
        for name in ("tasks", "parties", "reviews", "questions", "requests", "exhibits"):
            one, two = (
                sorted(map(str, map(row_of, getattr(Case.objects.get(pk=pk), name).all())))
                for pk in (other, each.case.pk)
            )
            assert one == two, name


def story(case: int) -> list:
    rows = [
        (entry.at, entry.event, entry.actor_kind, entry.person, entry.post, entry.area, entry.before, entry.after, entry.words,
         {key: re.sub(r"-\d+$", "", value) if key == "clock" else value for key, value in entry.facts.items() if key not in MINE})
        for entry in told(case)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row[0], row[1], str(row[9])))


def row_of(row) -> dict:
    return {
        field.name: getattr(row, field.attname)
        for field in row._meta.local_concrete_fields
        if field.name not in LEFT_OUT
    }


def clocks_of(case: int) -> list:
    return sorted(str(row_of(clock)) for clock in Deadline.objects.filter(case=case))


def test_every_effect_of_the_flow_has_its_twin_in_the_played_year() -> None:
    wanted = {effect for move in MOVES for effect in move.then}

    assert {effect.__name__ for effect in wanted - set(twins.TWINS)} == set()
