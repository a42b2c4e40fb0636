"""What who asked says in the end of a case of the demo, and what is done when it did not help."""

from gridloop.core.journal.actor import SYSTEM
from gridloop.demo import wording
from gridloop.demo.story import DAY, Story, Target


def review(story: Story) -> None:
    assert story.reporter is not None
    late = story.case.due_at is not None or any(clock.breached_at for clock in story.played.deadlines)
    bad = story.stop_at != "" or story.random.random() < (0.16 if late else 0.06)
    stars = story.random.choice((1, 2, 2)) if bad else story.random.choices((3, 4, 5), (1, 3, 6))[0]
    words = story.say(*(wording.BAD if bad else wording.FAIR if stars == 3 else wording.GOOD))
    story.move("review", story.reporter, rating=stars, words=words)
    if not bad:
        return None
    if story.stop_at == "callback":
        raise Target
    story.office(3)
    if not story.stop_at and story.random.random() < 0.35:
        return story.move(
            "explain",
            story.room,
            reason_code=story.random.choice(("not_justified", "unreachable")),
            account=story.say(*wording.EXPLAINED),
        )
    story.move("call_back", story.room, account=story.say(*wording.CALLED_BACK))
    if story.stop_at == "rectifying":
        raise Target
    story.office(story.random.uniform(6, 40))
    by = (
        story.cast.handler(story.case.lead_unit_id, story.random) if story.case.lead_unit_id else story.worker
    )
    story.move(
        "rectify",
        by,
        account=story.say(*wording.RECTIFIED),
        answer=wording.answer_to(story.random, story.matter),
    )
    if story.stop_at == "rectified":
        raise Target
    if story.random.random() < 0.6:
        story.later(700)
        story.t = min(story.t, story.played.last + 6.9 * DAY)
        stars = story.random.choices((2, 3, 4, 5), (1, 3, 4, 3))[0]
        return story.move("review", story.reporter, rating=stars, words=story.say(*wording.FAIR))
    story.t = story.played.last + 7 * DAY
    return story.move("review_over", SYSTEM)
