"""The lists beside the map: what needs a person now, hot issues, and who stands where in the ranking."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gridloop.core.cases.deciding import count_shown, decides
from gridloop.core.cases.models import Case, Category, Urgency
from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.cases.worklist import TO_DECIDE
from gridloop.core.dispatch.models import HotIssue
from gridloop.core.measures.daily import sums_of_members
from gridloop.core.measures.indicators import INDICATORS
from gridloop.core.measures.models import Spell
from gridloop.core.measures.open_cases import most_pressing
from gridloop.core.measures.scoring import Score, in_order, measures_needed
from gridloop.core.people.models import Organisation, Person, Post
from gridloop.core.scenes import registry
from gridloop.core.territory import tree
from gridloop.web.cockpit.choosing import Chosen
from gridloop.web.cockpit.words import value_said

PRESSING_SHOWN = 4
HOT_SHOWN = 3
HOT_READ = 100
MOST_COUNTED = 5000  # cases of all scenes looked at; beyond them a figure says that there are more


@dataclass(frozen=True, slots=True)
class Pressing:
    """One case that needs a person now, where it lies, and why it is on the list."""

    case: Case
    place: str
    why: str


def pressing_rows(choice: Chosen, person: Person, limit: int = PRESSING_SHOWN) -> list[Pressing]:
    spells = most_pressing(choice.level, choice.area, limit)
    seen = cases_within_reach(person).filter(pk__in=[spell.case for spell in spells])
    cases = {case.pk: case for case in seen}
    return [
        Pressing(
            cases[spell.case],
            choice.picture.name_from(cases[spell.case].area_id, choice.area),
            why_words(spell),
        )
        for spell in spells
        if spell.case in cases
    ]


def why_words(spell: Spell) -> str:
    reasons = []
    if spell.escalated:
        reasons.append(_("Escalated, level %(level)d") % {"level": spell.escalated})
    elif spell.overdue:
        reasons.append(_("Overdue"))
    if spell.emergency:
        reasons.append(str(Urgency.EMERGENCY.label))
    if spell.supervised:
        reasons.append(_("Supervised"))
    return " · ".join(reasons)


def to_decide(person: Person) -> list[dict[str, Any]]:
    """What waits for the viewer's own decision, where their posts decide anything; one query."""
    if not decides(person):
        return []
    waiting = count_shown(person)
    return [
        {
            "icon": "asked",
            "title": _("For you to decide"),
            "count": waiting,
            "urgent": waiting != "0",
            "url": f"{reverse('desk:worklist')}?queue={TO_DECIDE}",
        }
    ]


def scene_figures(choice: Chosen) -> list[dict[str, Any]]:
    """What scenes count for themselves here and now, in one query; the six figures are of all cases together."""
    tiles = [(scene, tile) for scene in registry.scenes() for tile in scene.tiles]
    steps = {tile.step for _scene, tile in tiles}
    here = Case.objects.filter(open=True, step__in=steps, **{choice.level: choice.area})
    standing = list(here.values_list("kind", "step")[:MOST_COUNTED])
    counts, more = Counter(standing), "+" if len(standing) == MOST_COUNTED else ""
    return [
        {
            "icon": scene.icon,
            "title": tile.title,
            "count": f"{counts[tile.kind, tile.step]}{more}",
            "urgent": tile.urgent and counts[tile.kind, tile.step] > 0,
            "url": f"{reverse('desk:worklist')}?queue=all&step={tile.step}&area={choice.area}",
        }
        for scene, tile in tiles
    ]


def hot_issues(choice: Chosen, limit: int = HOT_SHOWN) -> list[HotIssue]:
    """The hottest issues that lie inside the area."""
    picture = choice.picture
    issues = HotIssue.objects.order_by("-heat", "id")[:HOT_READ]
    inside = [
        issue
        for issue in issues
        if issue.area_id is not None
        and issue.area_id in picture
        and picture.is_within(issue.area_id, choice.area)
    ]
    return inside[:limit]


def ranked(choice: Chosen, dimension: str = "") -> list[dict[str, Any]]:
    """Rows for the ranking, best first; each score with the figures, weights and points it is made of."""
    dimension = dimension or choice.below
    if not dimension:
        return []
    members = members_of(choice, dimension)
    sums = sums_of_members(dimension, members, choice.scope, measures_needed(), choice.since, choice.day)  # type: ignore[arg-type]
    scores = in_order(sums)
    names = names_of(dimension, [score.member for score in scores], choice.picture)
    return [
        ranking_row(choice, dimension, score, names.get(score.member, str(score.member))) for score in scores
    ]


def members_of(choice: Chosen, dimension: str) -> list[int] | None:
    if dimension in {"unit", "category", "post"}:
        return None
    if dimension == choice.below:
        return choice.children()
    return choice.picture.at_level(dimension, choice.area)


def names_of(dimension: str, members: Iterable[int], picture: tree.Tree) -> dict[int, str]:
    """What each member is called; at most one statement."""
    if dimension == "unit":
        return dict(Organisation.objects.filter(pk__in=members).values_list("pk", "name"))
    if dimension == "category":
        return dict(Category.objects.filter(pk__in=members).values_list("pk", "name"))
    if dimension == "post":
        rows = Post.objects.filter(pk__in=members).values_list(
            "pk", "person__name", "area__name", "organisation__name"
        )
        return {
            pk: " · ".join(filter(None, (area or organisation, name)))
            for pk, name, area, organisation in rows
        }
    return {member: picture.name(member) for member in members if member in picture}


def member_address(choice: Chosen, dimension: str, member: int) -> dict[str, Any]:
    return (
        {"by": dimension, "member": member} if dimension in {"unit", "category", "post"} else {"area": member}
    )


def ranking_row(choice: Chosen, dimension: str, score: Score, title: str) -> dict[str, Any]:
    whose = member_address(choice, dimension, score.member)
    cases = reverse("cockpit:cases")
    return {
        "member": score.member,
        "title": title,
        "place": score.place,
        "score": f"{score.points:.1f}",
        "exact": score.points,
        "url": reverse("cockpit:measures") + choice.address(shade="", **whose),
        "parts": [
            {
                "label": INDICATORS[part.figure.indicator].title,
                "numerator": f"{part.figure.numerator:g}",
                "denominator": f"{part.figure.denominator:g}",
                "numerator_url": cases
                + choice.address(part=f"{part.figure.indicator}.numerator", shade="", **whose),
                "denominator_url": cases
                + choice.address(part=f"{part.figure.indicator}.denominator", shade="", **whose),
                "value": value_said(part.figure),
                "turned": INDICATORS[part.figure.indicator].direction < 0,
                "worth": f"{part.worth:.2f}",
                "weight": f"{part.weight:.0%}",
                "points": f"{part.points:.2f}",
            }
            for part in score.parts
        ],
    }
