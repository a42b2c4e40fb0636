"""Where things happen: every grid with its kind, its people and points inside it."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random

from gridloop.core.cases.spots import Spot
from gridloop.core.territory.geometry import DIGITS
from gridloop.core.territory.models import Area
from gridloop.core.territory.names import spoken_name
from gridloop.demo.wording import PORT_SPOTS, SPOTS, VILLAGE_SPOTS, WORKS_SPOTS

ISLANDS = ("331083201", "331083202")
WORKS = ("工业园区", "物流园", "建材市场", "科创园", "在建工地")


@dataclass(frozen=True, slots=True)
class Ground:
    """One grid: `kind` is t(own), v(illage), p(ort) or i(ndustry)."""

    grid: int
    community: int
    town: int
    name: str
    kind: str
    residents: int
    longitude: float
    latitude: float
    corners: tuple[tuple[float, float], ...]

    def spot(self, random: Random, address: str = "") -> Spot:
        """A point between the middle and a corner."""
        corner, share = random.choice(self.corners), random.uniform(0.02, 0.3)
        longitude = round(self.longitude + (corner[0] - self.longitude) * share, DIGITS)
        latitude = round(self.latitude + (corner[1] - self.latitude) * share, DIGITS)
        return Spot(self.grid, longitude, latitude, address, "point")

    def place(self, random: Random) -> str:
        """How people name a place there."""
        spots = (
            {"p": PORT_SPOTS, "i": WORKS_SPOTS, "v": VILLAGE_SPOTS}.get(self.kind, SPOTS)
            if random.random() < 0.6
            else SPOTS
        )
        return f"{self.name}{random.choice(spots)}"


class County:
    """All grids, drawn by how many people live there."""

    def __init__(self) -> None:
        communities = {area.pk: area for area in Area.objects.defer("shape").filter(level="community")}
        self.county = Area.objects.values_list("pk", flat=True).get(level="county")
        self.grounds = [
            ground_of(grid, communities[grid.parent_id])
            for grid in Area.objects.filter(level="grid", retired_at=None).order_by("code")
        ]
        self.weights = list(accumulate(ground.residents for ground in self.grounds))

    def draw(self, random: Random) -> Ground:
        return random.choices(self.grounds, cum_weights=self.weights)[0]


def ground_of(grid: Area, community: Area) -> Ground:
    corners = grid.shape["coordinates"]
    while isinstance(corners[0][0], list):
        corners = corners[0]
    points = tuple((x, y) for x, y, *_rest in corners)
    middle = [sum(point[axis] for point in points) / len(points) for axis in (0, 1)]
    if any(word in grid.name for word in WORKS):
        kind = "i"
    elif "渔港" in grid.name or grid.code.startswith(ISLANDS):
        kind = "p"
    else:
        kind = "t" if "社区" in community.name else "v"
    return Ground(
        grid.pk, community.pk, community.parent_id or 0, spoken_name("community", community.name), kind,
        grid.residents + 200, grid.longitude or middle[0], grid.latitude or middle[1], points,
    )  # fmt: skip
