"""The secrets of links and receipts: question links that need no sign-in, tracking codes of anonymous reporters."""

import secrets
import uuid

from django.core import signing
from django.utils.crypto import salted_hmac

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


def tracking_code(key: uuid.UUID | None = None) -> str:
    """Ten letters in two groups (49 bits): who has it may follow an anonymous report.

    A form that is sent twice under one key opens one case, so both answers must show the one code that opens it.
    """
    drawn = (
        salted_hmac("gridloop.tracking", key.bytes, algorithm="sha256").digest()
        if key
        else secrets.token_bytes(32)
    )
    number, letters = int.from_bytes(drawn), ""
    for _letter in range(10):
        number, place = divmod(number, len(TRACKING_ALPHABET))
        letters += TRACKING_ALPHABET[place]
    return f"{letters[:5]}-{letters[5:]}"
