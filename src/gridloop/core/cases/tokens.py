"""The secrets of links and receipts: question links that need no sign-in, tracking codes of anonymous reporters."""

import secrets

from django.core import signing

TRACKING_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misread aloud
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


def new_tracking_code() -> str:
    """Ten letters in two groups (49 bits): who has it may follow an anonymous report."""
    letters = "".join(secrets.choice(TRACKING_ALPHABET) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"
