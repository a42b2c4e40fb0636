"""A unit hears once, not ten times: several waiting notices to one recipient become one message."""

from collections.abc import Sequence

from gridloop.core.notices.models import Notice
from gridloop.core.notices.pages import worklist_page
from gridloop.core.notices.templates import filled, template_in_force

MOST_LINES = 12


def combined(notices: Sequence[Notice]) -> Notice:
    """One notice for several of one recipient: a line each, the newest last; not stored, only sent."""
    first = notices[0]
    if len(notices) == 1:
        return first
    language = first.person.language if first.person else ""
    template = template_in_force("grouped", first.audience, language) or template_in_force(
        "grouped", "unit", language
    )
    lines = [f"· {notice.subject}" for notice in notices[:MOST_LINES]]
    if len(notices) > MOST_LINES:
        lines.append("…")
    subject, words = (template.subject, template.words) if template else ("{count}", "{lines}")
    return Notice(
        key=f"grouped:{notices[-1].key}"[:120],
        event="grouped",
        audience=first.audience,
        person=first.person,
        organisation=first.organisation,
        subject=filled(subject, {"count": len(notices)}),
        words=words.replace("{lines}", "\n".join(lines)),
        address=worklist_page(),
        facts={"count": str(len(notices))},
        made_at=notices[-1].made_at,
    )
