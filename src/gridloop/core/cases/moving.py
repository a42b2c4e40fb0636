"""One move while it is being made: what effects read and change."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gridloop.core.cases.flow import CaseKind, Move
from gridloop.core.cases.models import Case, Request
from gridloop.core.cases.standing import Standing
from gridloop.core.journal.actor import Actor


@dataclass
class Moving:
    """Passed to every effect of a move, in order; `case` is locked and will be saved, `told` goes to the journal."""

    case: Case
    kind: CaseKind
    move: Move
    by: Actor
    facts: dict[str, Any]
    now: datetime
    standing: Standing
    told: dict[str, Any] = field(default_factory=dict)
    approved: Request | None = None  # whose move follows at once
