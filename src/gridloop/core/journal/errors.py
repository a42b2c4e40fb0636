"""Refusals: what gridloop will not do, said so that the person knows what to do next."""

from django.utils.functional import Promise


class Refusal(Exception):
    """Something a person asked for cannot be done; `words` say why and what to do, `code` is for machines.

    Web pages show the words; the API answers `status` with code and words.
    """

    status = 422
    code = "refused"

    def __init__(self, words: str | Promise, *, code: str = "", field: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.code = code or self.code
        self.field = field


class NotAllowed(Refusal):
    """The actor may not do this; they hold no post that can."""

    status = 403
    code = "not_allowed"


class NotFound(Refusal):
    """There is no such thing, or it lies out of the actor's reach: deliberately the same answer."""

    status = 404
    code = "not_found"


class TooLate(Refusal):
    """Somebody else was first: the thing is no longer in the state the actor saw."""

    status = 409
    code = "too_late"


class NeverAltered(TypeError):
    """Code tried to change or remove what the journal keeps: a mistake in the program, not of a person."""
