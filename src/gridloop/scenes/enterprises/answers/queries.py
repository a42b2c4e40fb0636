"""Answers that may help: what is published, and which of it is like a new matter, with the reasons."""

from dataclasses import dataclass

from django.db.models import QuerySet

from gridloop.core.cases.models import Category
from gridloop.core.dispatch.similar import Report, find_similar
from gridloop.scenes.enterprises.answers.models import Article

SHOWN = 3
COMPARED = 2000
SAME_CLASS = 1.25  # words alike within the same major class count for more
LOOK_ALIKE = 0.12


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article and why it is shown: the words both have, and whether the class is the same."""

    article: Article
    score: float
    shared: tuple[str, ...]
    same_class: bool


def published() -> QuerySet[Article]:
    return Article.objects.filter(published_at__isnull=False, retired_at=None).select_related("category")


def suggestions(words: str, category: Category | None = None, *, limit: int = SHOWN) -> list[Suggestion]:
    """The published answers most like these words, best first; two statements however many there are."""
    if len(words.strip()) < 4:
        return []
    articles = {article.pk: article for article in published().order_by("-helped", "-pk")[:COMPARED]}
    major = (category.parent_id or category.pk) if category else None
    candidates = [
        (pk, Report(f"{article.title} {article.question} {article.answer}"))
        for pk, article in articles.items()
    ]
    found = []
    for match in find_similar(Report(words), candidates, limit=4 * limit, at_least=LOOK_ALIKE / SAME_CLASS):
        article = articles[match.key]
        own = article.category.parent_id or article.category_id
        same = major is not None and own == major
        score = min(1.0, match.likeness.score * (SAME_CLASS if same else 1.0))
        if score >= LOOK_ALIKE:
            found.append(Suggestion(article, round(score, 3), match.likeness.shared, same))
    return sorted(found, key=lambda suggestion: -suggestion.score)[:limit]


def articles_listed(words: str = "", category: int | None = None) -> QuerySet[Article]:
    """What everybody may leaf through."""
    rows = published()
    if category:
        rows = rows.filter(category__parent=category) | rows.filter(category=category)
    for word in words.split():
        rows = rows.filter(question__contains=word) | rows.filter(title__contains=word)
    return rows.order_by("-helped", "-published_at")


def articles_at_work() -> QuerySet[Article]:
    """What staff work on: everything not retired, drafts first."""
    return (
        Article.objects.filter(retired_at=None)
        .select_related("category", "case")
        .prefetch_related("versions")
        .order_by("published_at", "-pk")
    )
