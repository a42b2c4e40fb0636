"""What the moves of an alarm change besides the step: who has acknowledged, which stations come, the verdict."""

from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from gridloop.core.cases.errors import CaseError
from gridloop.core.cases.models import Task
from gridloop.core.cases.moving import Moving
from gridloop.core.clocks.timers import cancel_timer
from gridloop.scenes.fire.alarms import ladder
from gridloop.scenes.fire.alarms.kinds import AlarmState, Verdict
from gridloop.scenes.fire.alarms.models import Alarm, Call, Episode
from gridloop.scenes.fire.alarms.stations import Chosen, Post, nearest
from gridloop.scenes.fire.registry.models import Station


def episode_of(moving: Moving) -> Episode:
    return Episode.objects.select_related("premises").get(case=moving.case)


def acknowledge(moving: Moving) -> None:
    """Somebody has seen it: the ladder ends. Whoever is first counts."""
    episode = episode_of(moving)
    if Episode.objects.filter(pk=episode.pk, acknowledged_at=None).update(acknowledged_at=moving.now) == 1:
        Alarm.objects.filter(episode=episode, state=AlarmState.RAISED, ended_at=None).update(
            state=AlarmState.ACKNOWLEDGED
        )
        moving.told["seconds"] = round((moving.now - episode.started_at).total_seconds())
    cancel_timer(ladder.key_of(episode.pk))


def call_stations(moving: Moving) -> None:
    """The three nearest free stations, or one more than were called; each gets a task. What was weighed is kept."""
    episode = episode_of(moving)
    asked = set(episode.calls.values_list("station_id", flat=True))
    called, passed = nearest(
        free_posts(),
        episode.premises.longitude,
        episode.premises.latitude,
        wanted=1 if asked else 3,
        asked=asked,
    )
    keep_calls(moving, episode, called, len(asked))
    passed = [one for one in passed if one.why != "asked"]
    moving.told["stations"] = [
        {"station": c.station, "organisation": c.organisation, "metres": c.metres} for c in called
    ]
    moving.told["passed_over"] = [{"station": c.station, "metres": c.metres, "why": c.why} for c in passed]


def free_posts() -> list[Post]:
    rows = Station.objects.filter(retired_at=None).values_list(
        "pk", "organisation_id", "longitude", "latitude", "available", "busy_with"
    )
    return [Post(*row) for row in rows]


def keep_calls(moving: Moving, episode: Episode, called: list[Chosen], already: int) -> None:
    Call.objects.bulk_create(
        Call(
            episode=episode,
            station_id=one.station,
            metres=one.metres,
            rank=already + place,
            called_at=moving.now,
        )
        for place, one in enumerate(called, start=1)
    )
    Task.objects.bulk_create(
        Task(
            case=moving.case,
            organisation_id=one.organisation,
            role="assist",
            words=moving.case.title,
            sent_at=moving.now,
        )
        for one in called
    )


def my_calls(moving: Moving) -> list[Call]:
    mine = [hat.organisation for hat in moving.standing.hats if hat.organisation]
    return list(
        Call.objects.filter(episode__case=moving.case, station__organisation__in=mine).select_related(
            "station"
        )
    )


def set_out(moving: Moving) -> None:
    """The crew takes its task; its station is busy with this alarm. A grid worker sets out without a station."""
    for call in my_calls(moving):
        if call.answer not in ("", "busy"):
            continue
        taken = Station.objects.filter(pk=call.station_id, busy_with=None).update(busy_with=moving.case.pk)
        if taken != 1 and not Station.objects.filter(pk=call.station_id, busy_with=moving.case.pk).exists():
            raise CaseError(_("Your station is out at another alarm. Say that you cannot come."))
        Call.objects.filter(pk=call.pk).update(answer="going", answered_at=moving.now)
        answer_task(moving, call, "taken", moving.now)
        moving.told |= {"station": call.station_id, "metres": call.metres}


def arrive(moving: Moving) -> None:
    for call in my_calls(moving):
        if call.answer in ("", "going"):
            Call.objects.filter(pk=call.pk).update(
                answer="arrived", answered_at=call.answered_at or moving.now, arrived_at=moving.now
            )
            Station.objects.filter(pk=call.station_id, busy_with=None).update(busy_with=moving.case.pk)
            answer_task(moving, call, "taken", moving.now)
            moving.told |= {"station": call.station_id, "metres": call.metres}


def decline_call(moving: Moving) -> None:
    """This station cannot come: the next nearest is called in its place."""
    waiting = [call for call in my_calls(moving) if call.answer == ""]
    if not waiting:
        raise CaseError(_("You have answered already. Tell the duty room if something has changed."))
    for call in waiting:
        Call.objects.filter(pk=call.pk).update(answer="busy", answered_at=moving.now)
        answer_task(moving, call, "returned", moving.now)
        moving.told["station"] = call.station_id
    busy = moving.told["station"]
    call_stations(moving)
    moving.told["station"] = busy


def answer_task(moving: Moving, call: Call, state: str, now: datetime) -> None:
    stamp = {"taken_at": now} if state == "taken" else {"done_at": now}
    moving.case.tasks.filter(
        organisation=call.station.organisation_id, role="assist", state__in=["sent", "taken"]
    ).update(state=state, **stamp)


def keep_owner_word(moving: Moving) -> None:
    """What the owner says is shown to everybody who comes; it verifies nothing."""
    moving.case.facts = {**moving.case.facts, "owner_says": moving.facts["said"]}


def keep_verdict(moving: Moving) -> None:
    """The verdict of the spot, on the episode and each of its alarms; a real one is a hazard to be put right."""
    episode = episode_of(moving)
    verdict = moving.facts["verdict"]
    Episode.objects.filter(pk=episode.pk).update(verdict=verdict, verdict_at=moving.now)
    Alarm.objects.filter(episode=episode, ended_at=None).update(verdict=verdict, state=AlarmState.VERIFIED)
    moving.case.facts = {**moving.case.facts, "verdict": verdict}
    moving.told |= {"premises": episode.premises_id, "episode": episode.pk}
    if verdict == Verdict.REAL:
        from gridloop.scenes.fire.hazards.finding import find_after_fire

        moving.told["hazard"] = find_after_fire(episode, by=moving.by).case.number


def end_episode(moving: Moving) -> None:
    """It is over: alarms end, stations are free again, nobody is told any more."""
    episode = episode_of(moving)
    Episode.objects.filter(pk=episode.pk, ended_at=None).update(
        ended_at=moving.now, acknowledged_at=episode.acknowledged_at or moving.now
    )
    Alarm.objects.filter(episode=episode, ended_at=None).update(state=AlarmState.ENDED, ended_at=moving.now)
    episode.calls.filter(answer="").update(answer="stood_down", answered_at=moving.now)
    moving.case.tasks.filter(state="sent").update(state="withdrawn", done_at=moving.now)
    moving.case.tasks.filter(state="taken").update(state="done", done_at=moving.now)
    Station.objects.filter(busy_with=moving.case.pk).update(busy_with=None)
    cancel_timer(ladder.key_of(episode.pk))
    moving.told["alarms"] = episode.alarms.aggregate(n=Count("pk"))["n"]
