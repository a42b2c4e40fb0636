"""A county for the measurements of fire early warning: towns, communities, 1,336 grids, and premises in them."""

from itertools import count

TOWNS, COMMUNITIES, GRIDS = 11, 290, 1_336


def make_grids() -> list[tuple[int, int, int, int]]:
    """(grid, community, town, county) ids of every grid."""
    from gridloop.core.territory.models import Area

    numbers = count(1)

    def area(level: str, parent: "Area | None") -> "Area":
        number = next(numbers)
        made = Area.objects.create(
            level=level, name=f"{level} {number}", code=f"{number:012d}", parent=parent, path=""
        )
        made.path = f"{parent.path if parent else ''}{made.pk}/"
        made.save(update_fields=["path"])
        return made

    county = area("county", None)
    towns = [area("town", county) for _each in range(TOWNS)]
    communities = [area("community", towns[number % TOWNS]) for number in range(COMMUNITIES)]
    grids = [area("grid", communities[number % COMMUNITIES]) for number in range(GRIDS)]
    return [(grid.pk, grid.parent.pk, grid.parent.parent.pk, county.pk) for grid in grids]


def make_premises(number: int) -> None:
    """So many premises, spread evenly over the grids."""
    from gridloop.scenes.fire.registry.models import Premises

    grids = make_grids()
    for start in range(0, number, 2_000):
        Premises.objects.bulk_create(
            [
                Premises(
                    code=f"B{n:07d}", name=f"Premises {n}", kind="nine_small", longitude=121.2, latitude=28.1,
                    grid_id=grids[n % GRIDS][0], community_id=grids[n % GRIDS][1], town_id=grids[n % GRIDS][2],
                    county_id=grids[n % GRIDS][3],
                )
                for n in range(start, min(start + 2_000, number))
            ]
        )  # fmt: skip
