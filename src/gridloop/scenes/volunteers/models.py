"""All the tables of the scene, gathered for Django from its parts."""

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
    "Availability",
    "AvailabilityException",
    "Credential",
    "JoinMode",
    "Membership",
    "Skill",
    "Team",
    "Volunteer",
]
