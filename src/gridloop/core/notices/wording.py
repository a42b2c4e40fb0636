"""The county's own words for notices: kept after a check of their variables, or given up for the shipped ones."""

from django.db import transaction
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.notices.models import Template
from gridloop.core.notices.shipped import SHIPPED
from gridloop.core.notices.templates import shipped_template, variables_in
from gridloop.core.people.queries import require


def known_variables(event: str, audience: str) -> list[str]:
    """Every variable the shipped words of this event use: what can be filled in."""
    worded = SHIPPED.get(audience, {}).get(event, {}).values()
    return list(
        dict.fromkeys(name for subject, words in worded for name in variables_in(f"{subject}\n{words}"))
    )


@transaction.atomic
def keep_template(
    event: str, audience: str, language: str, *, subject: str, words: str, gateway_id: str = "", by: Actor
) -> Template:
    """The county's reviewed words, from the next notice on."""
    require(by, "administer")
    if event not in SHIPPED.get(audience, {}):
        raise Refusal(_("gridloop tells nobody of this event."), field="event")
    if not subject.strip() or not words.strip():
        raise Refusal(
            _("A notice needs a subject and words."), field="subject" if not subject.strip() else "words"
        )
    known = known_variables(event, audience)
    unknown = [name for name in variables_in(f"{subject}\n{words}") if name not in known]
    if unknown:
        raise Refusal(
            _("{%(name)s} is never filled in here. Known are: %(known)s.")
            % {"name": unknown[0], "known": ", ".join(known)},
            field="words",
        )

    before = Template.objects.filter(event=event, audience=audience, language=language).first()
    values = {"subject": subject.strip()[:120], "words": words.strip(), "gateway_id": gateway_id.strip()[:40]}
    kept, _made = Template.objects.update_or_create(
        event=event, audience=audience, language=language, defaults=values
    )

    old = before or shipped_template(event, audience, language)
    facts = {
        "event": event,
        "audience": audience,
        "language": language,
        "from": old.words if old else "",
        "to": kept.words,
    }
    record(
        "template_kept",
        by=by,
        subject_kind="template",
        subject=kept.pk,
        before=(old.subject if old else "")[:48],
        after=kept.subject[:48],
        facts=facts,
    )
    return kept


@transaction.atomic
def give_up_template(template: Template, *, by: Actor) -> None:
    """Back to the words gridloop ships."""
    require(by, "administer")
    facts = {"event": template.event, "audience": template.audience, "language": template.language}
    before = template.subject[:48]
    template.delete()

    record("template_given_up", by=by, before=before, facts=facts)
