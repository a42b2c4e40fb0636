"""The listed reasons: a unit that refuses, a worker who declines, must choose one of these (loop.md, notes 2.4)."""

from django.utils.translation import gettext_lazy as _

DECLINE = {
    "not_public": _("Not a matter for public administration"),
    "no_such_thing": _("Nothing found on the spot"),
    "in_court": _("Before a court or in arbitration"),
    "already_decided": _("Already decided; the answer is attached"),
    "unclear": _("Cannot be understood, and the reporter could not be asked"),
    "abusive": _("Abusive or invented"),
}
RETURN = {
    "not_ours": _("Not within our duties"),
    "other_area": _("Lies outside our area"),
    "wrong_class": _("Wrongly classified"),
    "duplicate": _("Already being handled under another number"),
    "no_facts": _("Facts are missing that only the reporter has"),
}
UNRESOLVED = {
    "no_law": _("No legal ground to act"),
    "no_money": _("Planned, but no funds this year"),
    "private": _("A private matter; advice was given"),
    "disagree": _("The neighbours concerned do not agree"),
    "technical": _("Cannot be done technically"),
}
SUSPEND = {
    "weather": _("Bad weather"),
    "works": _("Waiting for works or material"),
    "season": _("Only possible in a certain season"),
    "third_party": _("Waiting for a third party"),
    "procedure": _("A legal procedure is running"),
}
HAND_UP = {
    "beyond_grid": _("Cannot be solved in the grid"),
    "needs_power": _("Needs powers we do not have"),
    "needs_others": _("Needs several departments"),
    "emergency": _("Emergency"),
}
REOPEN = {
    "not_fixed": _("It was not fixed"),
    "came_back": _("It came back"),
    "partly": _("Only a part was done"),
}
CALLBACK = {
    "justified": _("The reporter is right: rectify"),
    "not_justified": _("Handled properly; explained to the reporter"),
    "unreachable": _("The reporter could not be reached"),
}
WITHDRAW = {
    "solved_itself": _("It has solved itself"),
    "by_mistake": _("Reported by mistake"),
    "other": _("Other"),
}
