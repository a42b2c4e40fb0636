"""Small pieces of ground to test on: squares side by side in two communities of two towns."""

from gridloop.core.territory.models import Area


def square(west: float, south: float, east: float, north: float) -> dict:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def area(level: str, name: str, code: str, parent: Area | None = None, **more) -> Area:
    return Area.objects.create(level=level, name=name, code=code, parent=parent, **more)


class Small:
    """County > two towns > one community each > two square grids each, side by side from west to east."""

    def __init__(self) -> None:
        self.county = area("county", "玉环市", "331083000000")
        self.east = area("town", "楚门镇", "331083102000", self.county)
        self.west = area("town", "玉城街道", "331083001000", self.county)
        self.here = area("community", "县前社区", "331083001001", self.west)
        self.there = area("community", "中山村委会", "331083102210", self.east)
        self.grids = [
            area("grid", f"{name}第{number}网格", f"{community.code}00{number}", community, shape=strip(west))
            for community, name, number, west in (
                (self.here, "县前社区", 1, 121.20),
                (self.here, "县前社区", 2, 121.22),
                (self.there, "中山村", 1, 121.24),
                (self.there, "中山村", 2, 121.26),
            )
        ]


def strip(west: float) -> dict:
    return square(west, 28.1, round(west + 0.02, 6), 28.12)
