"""Which page a notice leads to."""

from gridloop.core.cases import kinds
from gridloop.core.cases.models import Case
from gridloop.core.cases.tokens import question_token


def case_page(case: Case, audience: str) -> str:
    """Residents see their own page of a case, staff the one at their desk."""
    page = kinds.kind(case.kind).page if audience == "reporter" else "/desk/case/{number}/"
    return page.format(number=case.number)


def question_page(question: int) -> str:
    """Where a question is answered without signing in."""
    return f"/q/{question_token(question)}/"


def worklist_page() -> str:
    """Where a unit finds several matters at once."""
    return "/desk/"
