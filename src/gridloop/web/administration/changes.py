"""The last changes of a settings page, in words: when, who, what, from what to what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
from gridloop.core.people.roles import ROLES
from gridloop.core.people.sheets import SHEETS
from gridloop.web.administration.errands import COUNTS

TITLES: dict[str, Promise] = {
    "area_added": gettext_lazy("Area added"),
    "area_split": gettext_lazy("Grid split"),
    "area_merged": gettext_lazy("Grids merged"),
    "area_moved": gettext_lazy("Area moved"),
    "area_redrawn": gettext_lazy("Border redrawn"),
    "area_renamed": gettext_lazy("Area renamed"),
    "area_recoded": gettext_lazy("Area given another code"),
    "area_retired": gettext_lazy("Area retired"),
    "area_alias_added": gettext_lazy("Alias added"),
    "areas_imported": gettext_lazy("Areas imported"),
    "organisation_founded": gettext_lazy("Organisation founded"),
    "organisation_changed": gettext_lazy("Organisation changed"),
    "organisation_retired": gettext_lazy("Organisation dissolved"),
    "organisations_paired": gettext_lazy("Organisations paired"),
    "partnership_ended": gettext_lazy("Partnership ended"),
    "person_enrolled": gettext_lazy("Account opened"),
    "person_changed": gettext_lazy("Personal data changed"),
    "account_closed": gettext_lazy("Account closed"),
    "password_issued": gettext_lazy("New first password"),
    "password_changed": gettext_lazy("Password changed"),
    "second_factor_reset": gettext_lazy("Second step reset"),
    "post_given": gettext_lazy("Post given"),
    "post_ended": gettext_lazy("Post ended"),
    "post_delegated": gettext_lazy("Stand-in named"),
    "delegation_withdrawn": gettext_lazy("Stand-in withdrawn"),
    "spreadsheet_imported": gettext_lazy("Spreadsheet imported"),
    "spreadsheet_exported": gettext_lazy("Spreadsheet exported"),
    "class_saved": gettext_lazy("Class saved"),
    "class_retired": gettext_lazy("Class retired"),
    "class_revived": gettext_lazy("Class in use again"),
    "classes_loaded": gettext_lazy("Classes loaded"),
    "limit_changed": gettext_lazy("Limit changed"),
    "calendar_changed": gettext_lazy("Day changed"),
    "working_hours_changed": gettext_lazy("Working hours changed"),
    "rule_saved": gettext_lazy("Rule saved"),
    "rule_switched": gettext_lazy("Rule switched"),
    "rule_disabled": gettext_lazy("Rule switched off by itself"),
    "rule_removed": gettext_lazy("Rule removed"),
    "rules_ordered": gettext_lazy("Rules reordered"),
    "admission_asked": gettext_lazy("Admission asked for"),
    "admission_decided": gettext_lazy("Admission decided"),
    "admission_ended": gettext_lazy("Admission ended"),
    "channel_kept": gettext_lazy("Channel saved"),
    "delivery_resent": gettext_lazy("Message sent again"),
    "deliveries_resent": gettext_lazy("Messages sent again"),
    "answer_wording_written": gettext_lazy("Wording written"),
    "answer_wording_reviewed": gettext_lazy("Wording reviewed"),
    "answer_wording_refused": gettext_lazy("Wording not taken"),
    "answer_wording_retired": gettext_lazy("Wording retired"),
    "template_kept": gettext_lazy("Words saved"),
    "template_given_up": gettext_lazy("Shipped words again"),
    "scene_switched": gettext_lazy("Scene switched"),
    "classifier_switched": gettext_lazy("Classifier switched"),
    "retention_changed": gettext_lazy("Period changed"),
    "token_made": gettext_lazy("Token made"),
    "token_revoked": gettext_lazy("Token revoked"),
    "webhook_made": gettext_lazy("Webhook set up"),
    "webhook_switched": gettext_lazy("Webhook switched"),
    "webhook_secret_renewed": gettext_lazy("Secret renewed"),
    "webhook_removed": gettext_lazy("Webhook removed"),
    "webhook_redelivered": gettext_lazy("Call sent again"),
    "entry_passed_over": gettext_lazy("Entry passed over"),
}
STATES = {
    "on": gettext_lazy("on"),
    "off": gettext_lazy("off"),
    "admitted": gettext_lazy("admitted"),
    "refused": gettext_lazy("refused"),
    "ended": gettext_lazy("ended"),
}
SAID = ("name", "code", "event", "day", "topic", "scene", "kind", "host", "rows", "made", "changed", "count")


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    who: str
    title: str
    what: str
    before: str
    after: str
    words: str


def last_changes(entries: Iterable[Entry]) -> list[Change]:
    """Entries as the page shows them; one more query for everybody's names."""
    entries = list(entries)
    people = Person.objects.only("pk", "name").in_bulk({entry.person for entry in entries if entry.person})
    return [
        Change(
            entry.at,
            people[entry.person].name if entry.person in people else entry.actor_name or _("gridloop"),
            str(TITLES.get(entry.event, entry.event)),
            brought_words(entry.facts) if entry.event == "spreadsheet_imported" else what_of(entry.facts),
            state_words(entry.before),
            state_words(entry.after),
            entry.words,
        )
        for entry in entries
    ]


def state_words(state: str) -> str:
    """What something was or became: a state, or the role of a post."""
    return str(ROLES[state].title if state in ROLES else STATES.get(state, state))


def brought_words(facts: dict[str, Any]) -> str:
    """What a table brought: its name, and how many rows came, changed or were left out."""
    kind = str(facts.get("kind", ""))
    counts = {"made": COUNTS["made"], "changed": COUNTS["changed"], "errors": _("Left out")}
    said = [f"{title} {facts[name]}" for name, title in counts.items() if facts.get(name)]
    return " · ".join([str(SHEETS[kind].title) if kind in SHEETS else kind, *said])


def what_of(facts: dict[str, Any]) -> str:
    """The few facts that say what a change was about."""
    return " · ".join(
        str(facts[name]) for name in SAID if isinstance(facts.get(name), str | int) and facts[name] != ""
    )
