"""All the tables of the scene, gathered for Django from its parts."""

from gridloop.scenes.volunteers.activities.models import Activity, CalendarFeed, CheckIn, Shift, Signup
from gridloop.scenes.volunteers.hours.models import (
    Certificate,
    Confirmation,
    HoursEntry,
    HoursRules,
    HoursStanding,
    Objection,
)
from gridloop.scenes.volunteers.listings.models import Claim, Letter, Listing, Station, StationItem
from gridloop.scenes.volunteers.pairs.models import Companion, Pairing, Visit, Vulnerable
from gridloop.scenes.volunteers.requests.models import (
    Assignment,
    Consideration,
    Feedback,
    Mandate,
    MatchingMode,
    MatchRun,
    Need,
    Offer,
)
from gridloop.scenes.volunteers.roster.models import (
    Availability,
    AvailabilityException,
    Credential,
    JoinMode,
    Membership,
    Skill,
    Team,
    Volunteer,
)

__all__ = [
    "Activity",
    "Assignment",
    "Availability",
    "AvailabilityException",
    "CalendarFeed",
    "Certificate",
    "CheckIn",
    "Claim",
    "Companion",
    "Confirmation",
    "Consideration",
    "Credential",
    "Feedback",
    "HoursEntry",
    "HoursRules",
    "HoursStanding",
    "JoinMode",
    "Letter",
    "Listing",
    "Mandate",
    "MatchRun",
    "MatchingMode",
    "Membership",
    "Need",
    "Objection",
    "Offer",
    "Pairing",
    "Shift",
    "Signup",
    "Skill",
    "Station",
    "StationItem",
    "Team",
    "Visit",
    "Volunteer",
    "Vulnerable",
]
