"""Errors a person at the shell can put right, said in a sentence: which thing, where, what next."""

import errno

from gridloop.core.journal.errors import Refusal


def explanation_of(error: BaseException) -> str | None:
    """The sentence, or None when only a programmer can help."""
    if isinstance(error, Refusal):
        return str(error.words)
    if isinstance(error, OSError):
        return explanation_of_file(error)
    if isinstance(error, ValueError) and str(error).startswith(("DATABASE_URL", "GRIDLOOP_")):
        return str(error)
    return explanation_of_database(error)


def explanation_of_file(error: OSError) -> str | None:
    if isinstance(error, FileNotFoundError):
        return f"There is no file {error.filename}: check the name and try again."
    if isinstance(error, PermissionError):
        return (
            f"{error.filename} may not be read or written by this user: change its owner or its permissions."
        )
    if error.errno == errno.ENOSPC:
        return f"The disk is full ({error.filename or 'data folder'}): make room and try again."
    return None


def explanation_of_database(error: BaseException) -> str | None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    if isinstance(error, ImproperlyConfigured):
        return f"The settings are not in order: {error}"
    text = " ".join(str(error).split())
    if isinstance(error, OperationalError | ProgrammingError) and is_about_missing_tables(text):
        return "The database has no tables yet, or old ones: run 'gridloop migrate' and try again."
    if isinstance(error, OperationalError):
        return (
            f"The database does not answer: {text}. Check DATABASE_URL and that the server runs; "
            "'gridloop doctor' says more."
        )
    return None


def is_about_missing_tables(text: str) -> bool:
    on_sqlite = "no such table" in text or "no such column" in text
    return on_sqlite or ("does not exist" in text and ("relation" in text or "column" in text))
