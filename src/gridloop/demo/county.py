"""Makes the demo county: its ground, its organisations and posts, its rules, and a year of cases."""

import time
from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gridloop.api.actions import demo_token
from gridloop.core.cases.classes import load_classes, shipped_classes
from gridloop.core.journal.actor import Actor
from gridloop.core.notices.demo import make_demo_channels
from gridloop.core.people.models import Person
from gridloop.core.people.roles import ROLES
from gridloop.core.people.signing_in import demo_accounts
from gridloop.core.scenes import registry
from gridloop.core.scenes.stage import Stage
from gridloop.core.territory import edition
from gridloop.core.territory.drawing import load_demo_territory
from gridloop.demo.answers import write_wordings
from gridloop.demo.following import catch_up
from gridloop.demo.history import YEAR, History
from gridloop.demo.hot import queue_issues
from gridloop.demo.organisations import found_all
from gridloop.demo.pictures import draw_pictures
from gridloop.demo.routing import train_classifier, write_admissions, write_rules
from gridloop.demo.showcase import queue_showcase
from gridloop.demo.staffing import PASSWORD, fill_posts, settle_residents

DEMO = Actor(kind="system", name="demo")
SEED = 20260318
SIZES = {"small": 3_000, "medium": 40_000, "large": 190_000}  # cases in a year
Progress = Callable[[str], None]


def make(*, size: str = "small", live: bool = False, progress: Progress = print, seed: int = SEED) -> None:
    """The whole county from nothing; the same county every time. All of it or nothing stays."""
    with transaction.atomic():
        settle(size=size, progress=progress, seed=seed)
        write_history(SIZES[size], progress=progress, seed=seed)
        play_scenes(SIZES[size], progress=progress, seed=seed)
    catch_up(progress)


def settle(*, size: str, progress: Progress, seed: int) -> None:
    """Ground, people and rules: everything but what happened."""
    random = Random(seed)
    progress("Drawing 1,336 grids ...")
    load_demo_territory(by=DEMO)
    progress("Founding organisations and filling posts ...")
    load_classes(shipped_classes(), by=DEMO)
    units = found_all(by=DEMO)
    fill_posts(units, random, by=DEMO)
    settle_residents(max(400, SIZES[size] // 6), random, by=DEMO)
    progress("Rules, the admission list, wordings and a classifier ...")
    write_rules(units)
    write_wordings()
    write_admissions(units, since=timezone.localdate() - timedelta(days=400))
    train_classifier(random, each=5, by=DEMO)
    make_demo_channels({"wecom": units["command-county"]})
    if settings.DEMO:
        progress(f"The demo's key for other systems (api_key): {demo_token()}")


def write_history(cases: int, *, progress: Progress, seed: int) -> History:
    """A year of cases, and open ones at every step."""
    begun, step = time.monotonic(), max(2_000, cases // 10)
    shown = 0

    def show(done: int) -> None:
        nonlocal shown
        if done // step > shown:
            shown = done // step
            progress(f"  {done:,} cases in {time.monotonic() - begun:.0f} s")

    progress(f"Playing a year of {cases:,} cases ...")
    history = History(
        now=timezone.now(), seed=seed, pictures=draw_pictures(Random(seed), by=DEMO), progress=show
    )
    queue_issues(history, rounds=1 if cases <= 3_000 else 2 if cases <= 40_000 else 5)
    queue_showcase(history)
    recent = min(400, cases // 12)
    for report in history.everyday(recent, since=history.now - timedelta(days=9)):
        history.queue(report)
    with edition.steady():
        history.play(history.everyday(max(0, cases - recent - history.queued), since=history.now - YEAR))
    progress(
        f"{history.writer.cases:,} cases with {history.writer.entries:,} journal entries in {time.monotonic() - begun:.0f} s"
    )
    return history


def play_scenes(cases: int, *, progress: Progress, seed: int) -> None:
    """Every scene that has a `demo` module fills its own part."""
    for scene in registry.scenes():
        module = registry.module_of(scene.name, "demo")
        if module is not None:
            begun = time.monotonic()
            stage = Stage(Random(f"{seed} {scene.name}"), timezone.now(), cases, progress, DEMO)
            module.make(stage)  # type: ignore[attr-defined]
            progress(f"{scene.name.capitalize()} in {time.monotonic() - begun:.0f} s")


def accounts() -> list[tuple[str, str, str]]:
    """(role, sign-in name, password), one for each role."""
    people: dict[str, Person] = demo_accounts()
    return [
        (str(ROLES[role].title) if role in ROLES else role.capitalize(), person.handle or "", PASSWORD)
        for role, person in people.items()
    ]
