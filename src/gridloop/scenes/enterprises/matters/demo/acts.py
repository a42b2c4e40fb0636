"""What the simulator plays among firms, specialists and the platform: one small act at a time, through the real doors."""

from random import Random

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Person, Post
from gridloop.core.people.queries import actor_of, current_posts
from gridloop.core.scenes.stage import Act
from gridloop.scenes.enterprises.firms.models import Firm
from gridloop.scenes.enterprises.matters.actions import ask_matter
from gridloop.scenes.enterprises.matters.demo import words
from gridloop.scenes.enterprises.matters.queries import CONTACT, classes

LEFT_ALONE = "demo-"  # what the visitors' own accounts hold is theirs to decide
NEWEST = 40


def ask(random: Random) -> Case | None:
    """A firm asks on its phone."""
    posts = (
        current_posts()
        .filter(role=CONTACT, organisation__isnull=False)
        .exclude(person__handle__startswith=LEFT_ALONE)
    )
    count = posts.count()
    if not count:
        return None
    post = posts.select_related("person").order_by("pk")[random.randrange(count)]
    firm = Firm.objects.select_related("organisation").get(pk=post.organisation_id)
    chosen = random.choices(words.asks(), [each.weight for each in words.asks()])[0]
    title, said = words.told(chosen, random)
    category = classes().get(code=chosen.code)
    return ask_matter(
        words=said, title=title, category=category, firm=firm, asker=post.person, by=actor_of(post.person)
    )


def drawn(random: Random, *steps: str) -> Case | None:
    """One of the newest matters at these steps that no visitor holds."""
    cases = Case.objects.filter(kind="matter", open=True, step__in=steps, suspended_at=None).select_related(
        "worker", "category"
    )
    free = [
        case
        for case in cases.order_by("-id")[:NEWEST]
        if not (case.worker and (case.worker.handle or "").startswith(LEFT_ALONE))
    ]
    return random.choice(free) if free else None


def holder_of(case: Case) -> Actor | None:
    return actor_of(case.worker) if case.worker else None


def platform(case: Case) -> Actor | None:
    """Somebody of the county centre who is no visitor."""
    posts = Post.objects.filter(role="county_room", area=case.county_id).exclude(
        person__handle__startswith=LEFT_ALONE
    )
    post = posts.select_related("person").order_by("pk").first()
    return actor_of(post.person) if post else None


def take(random: Random) -> Case | None:
    case = drawn(random, "dispatched")
    by = holder_of(case) if case else None
    return move_case(case, "take", by=by) if case and by else None


def complete(random: Random) -> Case | None:
    case = drawn(random, "handling")
    by = holder_of(case) if case else None
    if case is None or by is None or case.tasks.filter(role="assist", state__in=["sent", "taken"]).exists():
        return None
    code = case.category.code if case.category else ""
    fitting = next((each for each in words.asks() if each.code == code), words.asks()[0])
    facts = {"account": random.choice(words.ACCOUNTS), "answer": words.answered(fitting, random)}
    return move_case(case, "complete", by=by, facts=facts)


def call(random: Random) -> Case | None:
    """The platform calls a firm; most say at once what they think."""
    case = drawn(random, "answered")
    by = platform(case) if case else None
    if case is None or by is None:
        return None
    facts: dict[str, object] = {"reached": "reached", "account": random.choice(words.CALLS)}
    if random.random() < 0.6:
        facts["rating"] = random.choices((2, 4, 5), (1, 25, 74))[0]
    return move_case(case, "call_firm", by=by, facts=facts)


def judge(random: Random) -> Case | None:
    case = drawn(random, "called", "rectified")
    asker = Person.objects.filter(pk=case.reporter_id or 0).first() if case else None
    if case is None or asker is None or (asker.handle or "").startswith(LEFT_ALONE):
        return None
    facts = {"rating": random.choices((4, 5), (25, 75))[0], "words": random.choice(words.PRAISE)}
    return move_case(case, "review", by=actor_of(asker), facts=facts)


def rectify(random: Random) -> Case | None:
    case = drawn(random, "displeased", "rectifying")
    if case is None:
        return None
    if case.step == "displeased":
        by = platform(case)
        return (
            move_case(case, "call_back", by=by, facts={"account": "回访属实，责成专员整改。"}) if by else None
        )
    holder = holder_of(case)
    facts = {"account": "重新对接并办结。", "answer": "已按要求补办完毕。"}
    return move_case(case, "rectify", by=holder, facts=facts) if holder else None


ACTS = (
    Act("firm_asks", 3, ask),
    Act("specialist_takes", 3, take),
    Act("specialist_answers", 3, complete),
    Act("platform_calls", 2, call),
    Act("firm_judges", 2, judge),
    Act("specialist_rectifies", 1, rectify),
)
