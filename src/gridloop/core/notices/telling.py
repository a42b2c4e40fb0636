"""One thing to be told, before it has words and ways."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is told what. `facts` fill the words; lazy ones are put into the listener's language.

    `inside` sends nothing outside gridloop; `words` names the event whose words are used, where it differs.
    """

    event: str
    key: str
    audience: str
    person: int | None = None
    organisation: int | None = None
    case: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    emergency: bool = False
    inside: bool = False
    words: str = ""
