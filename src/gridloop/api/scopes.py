"""What a token may be allowed to do, one scope each."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCOPES: dict[str, Promise] = {
    "cases:read": _("Read cases within reach, their stories, files, receipts and exports"),
    "cases:write": _("Report matters and upload photos"),
    "cases:move": _("Make moves on cases, with the person's own posts"),
    "people:unmask": _("Read a reporter's name or number, with a reason that is journalled"),
    "measures:read": _("Read figures of areas and units within reach"),
    "territory:read": _("Read areas, organisations and where a point lies"),
    "webhooks:write": _("Set up webhooks and see what was sent to them"),
}
