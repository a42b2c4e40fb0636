"""The last changes of the scene's settings pages, in its own words."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy

from gridloop.web.administration.changes import Change
from gridloop.web.administration.pages import changes_of

TITLES = {
    "alarm_rule_kept": gettext_lazy("Alarm rule saved"),
    "alarm_rule_retired": gettext_lazy("Alarm rule retired"),
    "checklist_kept": gettext_lazy("Checklist saved"),
    "vendor_entered": gettext_lazy("Vendor entered"),
    "vendor_changed": gettext_lazy("Vendor changed"),
    "vendor_secret_made": gettext_lazy("Secret made"),
    "risk_edition_drafted": gettext_lazy("Edition drafted"),
    "risk_edition_changed": gettext_lazy("Draft changed"),
    "risk_edition_approved": gettext_lazy("Edition approved"),
    "risk_edition_withdrawn": gettext_lazy("Draft withdrawn"),
    "risk_factor_added": gettext_lazy("Weather or festival added"),
    "risk_factor_withdrawn": gettext_lazy("Weather or festival ended"),
}


def told_changes(kinds: Sequence[str], events: Sequence[str], *, subject: int | None = None) -> list[Change]:
    """As the settings pages of the core show theirs; entries carry the event's name where no words are known."""
    found = changes_of(kinds, events, subject=subject)
    return [replace(change, title=str(TITLES.get(change.title, change.title))) for change in found]
