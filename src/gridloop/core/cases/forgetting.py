"""Closed cases are forgotten in two steps, years apart: who stands behind them and where exactly, then what was written.

What a case counts for stays: number, class, area, days, unit, outcome, rating. Figures are computed from the journal's
facts, which are no personal data, so they stay as they were. A case that is open, or that an open one leans on, waits.
"""

import datetime
from collections.abc import Callable, Sequence

from django.db import models
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Left, Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import kinds
from gridloop.core.cases.models import Case, Category, Exhibit, Party, Question, Request, Review, Task
from gridloop.core.cases.queries import COARSE_DIGITS
from gridloop.core.cases.search import index_cases
from gridloop.core.evidence.actions import erase_files
from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import erase_words_of, leave_no_traces
from gridloop.core.journal.models import Entry
from gridloop.core.people.retention import BATCH, Retention, add

# How long. A matter may be reopened for 30 days (CaseKind.reopen_days), a decision be taken to review for 60 days
# (行政复议法 art. 20) and to court for six months, at the very latest for five years (行政诉讼法 art. 46). So whoever
# asked can be found for two years, and what was written is there for five; neither can be set shorter than the six
# months in which a case may still be taken to court. What a department must keep for 10 or 30 years under the archives
# rules (机关档案管理规定) is its own file, printed before (the case file); gridloop is no archive.
PEOPLE_DAYS, WORDS_DAYS, SHORTEST_DAYS = 2 * 365, 5 * 365, 190

# What others keep beside a case goes with it: a function gets the ids of cases and returns how many rows it changed.
# Quotes are copies of words anybody wrote in a case; they go when any of its words go.
people_beside: dict[str, Callable[[Sequence[int]], int]] = {}
words_beside: dict[str, Callable[[Sequence[int]], int]] = {}
quotes_beside: dict[str, Callable[[Sequence[int]], int]] = {}


def unname_closed(limit: datetime.datetime) -> dict[str, int]:
    return unname(take(closed_before(limit).filter(unnamed_at=None)))


def empty_closed(limit: datetime.datetime) -> dict[str, int]:
    return empty(take(closed_before(limit).filter(emptied_at=None)))


def closed_before(limit: datetime.datetime) -> QuerySet[Case]:
    """Over for that long, and no open case is a part, the whole or the first report of it."""
    still_open = Case.objects.filter(open=True)
    leaning = [  # one by one, as each is found by an index of its own
        Exists(still_open.filter(**{field: OuterRef(mine)}))
        for field, mine in (("parent", "pk"), ("pk", "parent"), ("pk", "duplicate_of"))
    ]
    return Case.objects.filter(*(~open_one for open_one in leaning), open=False, closed_at__lt=limit)


def take(cases: QuerySet[Case]) -> list[int]:
    """The longest closed ones; locked, so that none is reopened meanwhile."""
    locked = cases.select_for_update(of=("self",)).order_by("closed_at")
    return list(locked.values_list("pk", flat=True)[:BATCH])


def unname(cases: Sequence[int]) -> dict[str, int]:
    """Nobody stands behind these cases any more, and they lie where the public maps show them."""
    if not cases:
        return {}
    leave_no_traces()
    count = Case.objects.filter(pk__in=cases).update(**WITHOUT_REPORTER, unnamed_at=timezone.now())
    counts = {
        "cases": count,
        "parties": Party.objects.filter(case__in=cases).delete()[0],
        "reviews": Review.objects.filter(case__in=cases).exclude(person=None).update(person=None),
        "files": files_of(cases).exclude(person=None).update(person=None),
        **{name: beside(cases) for name, beside in people_beside.items()},
    }
    index_anew(cases)
    return counts


def empty(cases: Sequence[int]) -> dict[str, int]:
    """Nothing is left of what was written about these cases and sent with them."""
    if not cases:
        return {}
    leave_no_traces()
    now = timezone.now()
    counts = {
        "cases": Case.objects.filter(pk__in=cases).update(**without_words(), answer="", emptied_at=now),
        "questions": Question.objects.filter(case__in=cases).update(words="", answer=""),
        "reviews": Review.objects.filter(case__in=cases).exclude(words="").update(words=""),
        "requests": Request.objects.filter(case__in=cases).update(words="", decision="", facts={}),
        "tasks": Task.objects.filter(case__in=cases).update(words="", result=""),
        "entries": erase_words_of(Entry.objects.filter(subject_kind="case", subject__in=cases)),
        "files": erase_files(files_of(cases).exclude(shown_elsewhere(cases))),
        **{name: beside(cases) for name, beside in {**words_beside, **quotes_beside}.items()},
    }
    index_anew(cases)
    return counts


def rounded(name: str) -> Round:
    """As public maps round it; PostgreSQL rounds decimals only."""
    return Round(Cast(F(name), models.DecimalField(max_digits=11, decimal_places=8)), precision=COARSE_DIGITS)


WITHOUT_REPORTER = {
    "reporter": None,
    "tracking_digest": "",
    "address": "",
    "longitude": rounded("longitude"),
    "latitude": rounded("latitude"),
}


def without_words() -> dict[str, object]:
    """A case is called by its class, or by its kind where nobody classed it; the flow's own marks go with the answers."""
    named = Category.objects.filter(pk=OuterRef("category")).values(name_of=Left("name", 120))[:1]
    unclassed = [When(kind=kind.name, then=Value(str(kind.title)[:120])) for kind in kinds.kinds()]
    title = Coalesce(Subquery(named), models.Case(*unclassed, default=F("kind")))
    return {"title": title, "words": "", "facts": {}}


def files_of(cases: Sequence[int]) -> QuerySet[File]:
    return File.objects.filter(pk__in=Exhibit.objects.filter(case__in=cases).values("file"))


def shown_elsewhere(cases: Sequence[int]) -> Exists:
    """A photo that another case shows as well stays until that one is emptied."""
    others = Exhibit.objects.filter(file=OuterRef("pk"), case__emptied_at=None).exclude(case__in=cases)
    return Exists(others)


def index_anew(cases: Sequence[int]) -> None:
    index_cases(Case.objects.filter(pk__in=cases).only("title", "words", "address"))


def register() -> None:
    """The rows of the retention table; twice is once."""
    add(
        Retention(
            "case_people",
            _("Who reported a matter, and exactly where"),
            PEOPLE_DAYS,
            unname_closed,
            shortest=SHORTEST_DAYS,
            then=_(
                "Counted from when the matter was closed. Afterwards nobody can see who stood behind it, and its place is known to about 100 metres only."
            ),
        )
    )
    add(
        Retention(
            "case_words",
            _("What was written and sent in a matter, photos too"),
            WORDS_DAYS,
            empty_closed,
            shortest=SHORTEST_DAYS,
            then=_(
                "Counted from when the matter was closed. Afterwards only what is counted stays: number, class, area, days, how it ended and the rating."
            ),
        )
    )
