"""Finding and filling the words of a notice: the county's reviewed ones first, then those gridloop ships."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from gridloop.core.notices.models import Template
from gridloop.core.notices.shipped import SHIPPED

VARIABLE = re.compile(r"\{(\w+)\}")


class Wording:
    """All words in force, read once for a batch of notices."""

    def __init__(self) -> None:
        self.reviewed = {(row.event, row.audience, row.language): row for row in Template.objects.all()}
        self.found: dict[tuple[str, str, str], Template | None] = {}

    def find(self, event: str, audience: str, language: str) -> Template | None:
        """The words for an event and audience, in this language or else in the installation's or in English."""
        asked = (event, audience, language)
        if asked not in self.found:
            self.found[asked] = self.look_up(event, audience, language)
        return self.found[asked]

    def look_up(self, event: str, audience: str, language: str) -> Template | None:
        for spoken in languages_for(language):
            found = self.reviewed.get((event, audience, spoken)) or shipped_template(event, audience, spoken)
            if found is not None:
                return found
        return None


def template_in_force(event: str, audience: str, language: str = "") -> Template | None:
    """The words in force for one event and audience."""
    rows = {row.language: row for row in Template.objects.filter(event=event, audience=audience)}
    for spoken in languages_for(language):
        found = rows.get(spoken) or shipped_template(event, audience, spoken)
        if found is not None:
            return found
    return None


def languages_for(language: str) -> Iterable[str]:
    """A person's language, then the installation's, then the others that are offered."""
    return dict.fromkeys(
        filter(
            None, (language.lower(), settings.LANGUAGE_CODE, *(code for code, _title in settings.LANGUAGES))
        )
    )


def shipped_template(event: str, audience: str, language: str) -> Template | None:
    """The words gridloop ships, as a template without a row."""
    found = SHIPPED.get(audience, {}).get(event, {}).get(language)
    return (
        Template(event=event, audience=audience, language=language, subject=found[0], words=found[1])
        if found
        else None
    )


def variables_in(words: str) -> list[str]:
    """The names in braces, in order, each once."""
    return list(dict.fromkeys(VARIABLE.findall(words)))


def filled(words: str, facts: Mapping[str, Any]) -> str:
    """The words with their variables filled in; a line that has variables, all of them empty, falls away."""
    lines = []
    for line in words.splitlines():
        names = variables_in(line)
        if names and not any(str(facts.get(name, "")) for name in names):
            continue
        lines.append(VARIABLE.sub(lambda found: str(facts.get(found[1], "")), line))
    return "\n".join(lines)
