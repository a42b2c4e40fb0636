"""Why a case of the demo takes longer: suspended, asked back, extended, reminded of and supervised."""

from datetime import datetime, timedelta

from gridloop.core.clocks.calendar import current
from gridloop.core.clocks.working_time import moment_after
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.demo import wording
from gridloop.demo.story import DAY, Story, awake


def suspend(story: Story) -> None:
    story.office(4)
    days = story.random.choice((3, 5, 7, 10, 15))
    story.move(
        "suspend",
        story.room,
        reason_code=story.random.choice(("weather", "works", "third_party", "procedure")),
        days=days,
        reason=story.say("等待材料到货后继续施工。", "连日降雨，待天气好转后处理。", "需产权单位书面同意。"),
    )
    if story.random.random() < 0.6:
        story.t += timedelta(days=days * story.random.uniform(0.4, 0.9))
        story.later(120)
        story.move("resume", story.room)
    else:
        story.t += timedelta(days=days)
        story.move("resume", SYSTEM)


def ask(story: Story, acting: Actor) -> None:
    story.later(50)
    story.move("ask", acting, words=story.say(*wording.ASKED))
    assert story.reporter is not None
    if story.random.random() < 0.75:
        story.later(300)
        if story.t < story.played.last + 3 * DAY:
            return story.move("answer", story.reporter, words=story.say(*wording.ANSWERED))
    story.t = story.played.last + 3 * DAY
    return story.move("question_over", SYSTEM)


def extend(story: Story, handler: Actor) -> None:
    clock = story.played.running("completion")
    if clock is None or clock.due_at is None:
        return
    share = 0.05 if story.hurried else story.random.uniform(0.3, 0.8)
    asked = story.t + min(
        (clock.due_at - story.t) * share, timedelta(minutes=10) if story.hurried else timedelta.max
    )
    if asked <= story.t or asked >= clock.due_at - timedelta(minutes=5):
        return
    story.t = asked
    story.move("extend", handler, days=story.random.choice((2, 3, 5)), reason=story.say(*wording.EXTENDED))
    story.later(100)
    if story.random.random() < 0.8:
        story.move("grant_extension", story.room)
    else:
        story.move("refuse_extension", story.room, words="条件已具备，请按原期限办结。")


def pester(story: Story, until: datetime) -> None:
    """What people do while it takes too long."""
    clock = story.played.running("completion")
    if clock is None or clock.due_at is None or until < clock.due_at:
        return
    for share, name in ((0.35, "remind"), (0.7, "supervise")):
        if story.random.random() > 0.4:
            continue
        story.t = max(story.t, awake(clock.due_at + (until - clock.due_at) * share, story.random))
        if story.t >= until:
            return
        if name == "remind":
            story.move("remind", story.reporter or story.room, words=story.say(*wording.REMINDED))
        else:
            leader = story.random.choice(story.cast.leaders[story.case.county_id or 0] or [story.room])
            if story.case.overdue and story.random.random() < 0.5:
                story.move("acknowledge", story.room)
            story.move(
                "supervise",
                leader,
                supervision=story.random.choice("112"),
                reason=story.say(*wording.SUPERVISED),
            )


def add_words(story: Story, until: datetime) -> None:
    """What a reporter remembers later, or sees getting worse."""
    if story.reporter is None or not story.chance(0.05):
        return
    at = awake(story.t + (until - story.t) * story.random.uniform(0.1, 0.6), story.random)
    if at < until:
        story.t = at
        story.move("add", story.reporter, words=story.say(*wording.ADDED))


def until_done(story: Story, pace: float) -> None:
    """As long as such a thing takes: a share of its limit, mostly below one."""
    clock = story.played.running("completion")
    if clock is None or story.hurried:
        return story.later(15)
    share = story.random.lognormvariate(-0.85, 0.55) * pace
    done = moment_after(clock.started_at, clock.value * share, clock.unit, current())
    done = max(done, story.t + timedelta(minutes=story.random.uniform(8, 50)))
    done = done if story.urgent else awake(done, story.random)
    add_words(story, done)
    pester(story, done)
    story.t = max(story.t, done)
    return None
