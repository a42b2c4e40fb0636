"""The scene's case kinds, gathered from its parts."""

from gridloop.scenes.volunteers.pairs.flow import missed_visit
from gridloop.scenes.volunteers.requests.flow import request

KINDS = (request, missed_visit)
