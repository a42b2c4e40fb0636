"""The listed reasons of requests: why one is declined, why a volunteer cannot come, why help did not come about."""

from django.utils.translation import gettext_lazy as _

DECLINE = {
    "not_voluntary": _("Not a task for volunteers; an office or a firm does this"),
    "too_risky": _("Too dangerous for volunteers"),
    "not_reached": _("The person could not be reached"),
    "asked_twice": _("Asked for already"),
    "abusive": _("Abusive or invented"),
}
CANNOT = {
    "no_time": _("I have no time then"),
    "too_far": _("Too far for me"),
    "not_able": _("I cannot do this kind of task"),
    "unwell": _("I am not well"),
    "other": _("Another reason"),
}
HAND_BACK = {
    "no_time": _("Something came up"),
    "unwell": _("I am not well"),
    "nobody_there": _("Nobody was there"),
    "more_than_said": _("It is more than was said"),
    "other": _("Another reason"),
}
UNMET = {
    "nobody_free": _("No volunteer had time"),
    "no_skill": _("Nobody here can do this"),
    "helped_otherwise": _("Helped in another way"),
    "not_reached": _("The person could not be reached"),
}
