"""The demo's answers: one for each kind of matter that was solved, worded for everybody; two wait for a second reader."""

from collections.abc import Iterable
from random import Random

from gridloop.core.people.models import Person
from gridloop.demo.playing import Played
from gridloop.scenes.enterprises.answers.models import Article, ArticleVersion
from gridloop.scenes.enterprises.matters.demo import words

TITLE_LENGTH = 40


def write_answers(solved: Iterable[Played], random: Random) -> None:
    """Each from a matter of its class; written by its specialist, read by the county centre."""
    asks = {ask.code: ask for ask in words.asks()}
    reader = Person.objects.filter(handle="demo-county_room").first()
    articles, versions = [], []
    for number, played in enumerate(solved):
        case = played.case
        ask = asks[case.category.code if case.category else ""]
        published = case.closed_at if ask.weight > 2 or number % 3 else None
        article = Article(
            case=case, category=case.category, title=ask.question[:TITLE_LENGTH] if published else "",
            question=ask.question if published else "", answer=ask.answer if published else "", published_at=published,
            helped=random.randint(0, 40) if published else 0,
        )  # fmt: skip
        articles.append(article)
        versions.append(
            ArticleVersion(
                article=article, number=1, title=ask.question[:TITLE_LENGTH], question=ask.question, answer=ask.answer,
                written_by_id=case.worker_id, written_at=case.closed_at or case.reported_at, reviewed_by=reader if published else None,
                reviewed_at=published, published=True if published else None,
            )
        )  # fmt: skip
    Article.objects.bulk_create(articles)
    ArticleVersion.objects.bulk_create(versions)
