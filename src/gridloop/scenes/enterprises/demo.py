"""The demo's enterprises: firms, 690 specialists, a year of matters, round tables, answers and the cultivation list."""

from datetime import timedelta

from django.utils import timezone

from gridloop.core.people.models import Delegation, Post
from gridloop.core.scenes.stage import Stage
from gridloop.scenes.enterprises.answers.demo import write_answers
from gridloop.scenes.enterprises.classes import load_matter_classes
from gridloop.scenes.enterprises.cultivation.demo import fill_list
from gridloop.scenes.enterprises.firms.demo import found_firms
from gridloop.scenes.enterprises.matters.demo.acts import ACTS
from gridloop.scenes.enterprises.matters.demo.year import Year, closed_well, matters_for
from gridloop.scenes.enterprises.specialists.demo import name_specialists
from gridloop.scenes.enterprises.specialists.models import SpecialistDuty

__all__ = ["ACTS", "make"]
FIRMS = (300, 2_000)  # in the smallest and in the largest county
ON_LEAVE = 6


def make(stage: Stage) -> None:
    """The scene's part of the demo county; the same every time."""
    load_matter_classes(by=stage.by)
    share = min(1.0, max(0.0, (stage.cases - 3_000) / 187_000))
    firms = found_firms(round(FIRMS[0] + share * (FIRMS[1] - FIRMS[0])), stage.random)
    duties = name_specialists(stage.random)
    year = Year(stage, firms)
    lives = year.play(matters_for(stage.cases))
    year.finish()
    write_answers(closed_well(lives), stage.random)
    fill_list(firms, stage.random)
    send_some_on_leave(duties)
    stage.progress(f"  {len(firms):,} firms, {len(duties)} specialists, {len(lives):,} enterprise matters")


def send_some_on_leave(duties: list[SpecialistDuty]) -> None:
    """A few are away these days; their deputies stand in."""
    now = timezone.now()
    away = [duty for duty in duties[5::60] if duty.deputy_id][:ON_LEAVE]
    posts = dict(
        Post.objects.filter(role="specialist", person__in=[duty.person_id for duty in away]).values_list(
            "person", "pk"
        )
    )
    Delegation.objects.bulk_create(
        Delegation(post_id=posts[duty.person_id], stand_in_id=duty.deputy_id or 0, since=now - timedelta(days=1), until=now + timedelta(days=6))
        for duty in away
    )  # fmt: skip
