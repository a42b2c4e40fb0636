"""What the scene does when something is announced, gathered from its parts."""

from gridloop.scenes.volunteers.requests import reactions as requests

REACTIONS = {**requests.REACTIONS}
