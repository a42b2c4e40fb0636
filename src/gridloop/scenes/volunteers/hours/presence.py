"""Being there, proved: a code that changes every minute on somebody else's screen, or a position near the place."""

import hashlib
import hmac
import time

from django.utils.translation import gettext as _

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.personal_data import derived_key
from gridloop.core.people.throttling import Gate, count_try, forgive
from gridloop.core.territory.coordinates import metres_between

STEP = 60  # seconds a code is shown; the one before it is still taken, so that nobody types in vain


class NotThere(Refusal):
    """The proof of presence does not hold."""

    code = "not_there"


def rotating_code(subject: str, *, ago: int = 0) -> str:
    """The six digits shown for a subject ("shift:17") in this minute, or some minutes ago."""
    step = int(time.time() // STEP) - ago
    digits = hmac.new(derived_key("presence"), f"{subject}:{step}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digits[:8], 'big') % 10**6:06d}"


def seconds_left() -> int:
    """How long the code shown now stays."""
    return STEP - int(time.time() % STEP)


def prove_by_code(subject: str, code: str, *, person: int) -> None:
    """Raises NotThere unless the code is the present one or the one before; guessing is slowed down."""
    gate = Gate("presence", f"{subject}:{person}", free=5)
    count_try(gate)
    typed = "".join(letter for letter in code if letter.isdigit())
    if not any(hmac.compare_digest(typed, rotating_code(subject, ago=ago)) for ago in (0, 1)):
        raise NotThere(
            _("This code is not right, or it has changed. Type the six digits shown now."), field="code"
        )
    forgive(gate)


def prove_by_position(*, longitude: float, latitude: float, place: tuple[float, float], radius: int) -> int:
    """The distance to the place in metres; raises NotThere when it is beyond the radius."""
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise NotThere(
            _("The position could not be read. Allow it on your phone, then try again."), field="position"
        )
    metres = round(float(metres_between(longitude, latitude, *place)))
    if metres > radius:
        raise NotThere(
            _(
                "You are %(far)d m from the place; check in within %(near)d m of it, or type the code shown there."
            )
            % {"far": metres, "near": radius},
            field="position",
        )
    return metres
