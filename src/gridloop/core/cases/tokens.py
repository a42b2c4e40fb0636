"""The secrets of links and receipts: question links that need no sign-in, tracking codes of anonymous reporters."""

import uuid

from django.core import signing
from django.utils.crypto import salted_hmac

from gridloop.core.spelling import new_code, spelled

_questions = signing.Signer(salt="gridloop.question")


def question_token(question: int) -> str:
    """The token of a question's link; derived, so that it is stored nowhere."""
    return _questions.sign(str(question)).replace(":", ".")


def question_of(token: str) -> int | None:
    """Which question a token opens; None when it was not made here."""
    try:
        return int(_questions.unsign(token.replace(".", ":", 1)))
    except (signing.BadSignature, ValueError):
        return None


def tracking_code(key: uuid.UUID | None = None) -> str:
    """Ten letters in two groups (49 bits): who has it may follow an anonymous report.

    A form that is sent twice under one key opens one case, so both answers must show the one code that opens it.
    """
    if key is None:
        return new_code(5, 5)
    return spelled(
        int.from_bytes(salted_hmac("gridloop.tracking", key.bytes, algorithm="sha256").digest()), 5, 5
    )
