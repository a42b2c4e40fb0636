"""Who leads a case of the demo: given to a unit, perhaps returned by it, in the end decided by the centre."""

from typing import Any

from gridloop.demo import wording
from gridloop.demo.story import Story

RETURNING, WHISTLING = 0.06, 0.05


def dispatch(story: Story) -> None:
    story.office(0.7)
    story.unit = story.unit or wanted_unit(story)
    facts: dict[str, Any] = {"lead_unit": story.unit}
    if story.random.random() < 0.3:
        facts["words"] = story.say(
            "请尽快到现场核查。", "请在期限内办结并回复。", "群众关注度高，请重视。", "请与社区对接。"
        )
    if story.stop_at == "assist" or story.chance(WHISTLING):
        facts["assistants"] = helpers(story)
    story.move("dispatch", story.room, **facts)


def wanted_unit(story: Story) -> int:
    return story.cast.unit_for(
        story.matter.unit, town=story.case.town_id, community=story.case.community_id, random=story.random
    )


def helpers(story: Story) -> list[int]:
    every = [
        story.cast.units[f"bureau-{code}"]
        for code in ("enforcement", "housing", "police", "market", "fire", "ecology")
    ]
    return sorted(
        story.random.sample([unit for unit in every if unit != story.unit], story.random.randint(1, 2))
    )


def maybe_return(story: Story) -> None:
    times = 1 if story.chance(RETURNING) else 0
    times = story.random.randint(2, 3) if times and story.random.random() < 0.18 else times
    times = {"return": 1, "arbitration": 3}.get(story.stop_at, times)
    for number in range(times):
        story.office(1.5)
        assert story.unit is not None
        story.move(
            "return", story.cast.handler(story.unit, story.random), reason=story.say(*wording.RETURNED),
            reason_code=story.random.choice(("not_ours", "other_area", "wrong_class", "no_facts")),
        )  # fmt: skip
        if story.case.step == "arbitration":
            if story.stop_at == "arbitration":
                return None
            story.office(3)
            story.unit = wanted_unit(story)
            centre = story.cast.room(None, story.case.county_id or 0, story.random)
            return story.move(
                "arbitrate",
                centre,
                lead_unit=story.unit,
                reason="经会商，以先行处置为原则，确定由该单位牵头。",
            )
        story.unit = helpers(story)[0] if number + 1 < times else wanted_unit(story)
        dispatch(story)
    return None
