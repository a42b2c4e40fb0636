"""The people of a request: the community that looks for volunteers, those who were asked, those who come."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.flow import Who
from gridloop.core.cases.standing import Standing
from gridloop.core.cases.who import helper, holder
from gridloop.scenes.volunteers.requests.models import Offer, OfferState

community = Who(
    "community",
    _("Community"),
    lambda standing: standing.covers("community_clerk", "town_room", "county_room"),
)


def has_open_offer(standing: Standing) -> bool:
    return (
        standing.actor.person is not None
        and Offer.objects.filter(
            case=standing.case, volunteer__person=standing.actor.person, state=OfferState.SENT
        ).exists()
    )


asked_volunteer = Who("asked_volunteer", _("Volunteer who was asked"), has_open_offer)
coming_volunteer = Who("coming_volunteer", _("Volunteer who promised to come"), (holder | helper).holds)
