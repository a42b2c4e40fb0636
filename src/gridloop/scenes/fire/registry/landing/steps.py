"""The three steps of each table: what its rows refer to is read, each row is judged, those that are right are settled."""

from collections.abc import Callable, Sequence

from gridloop.scenes.fire.registry.landing.cameras import judge_cameras, prepare_cameras, settle_cameras
from gridloop.scenes.fire.registry.landing.devices import judge_devices, prepare_devices, settle_devices
from gridloop.scenes.fire.registry.landing.premises import judge_premises, prepare_premises, settle_premises
from gridloop.scenes.fire.registry.landing.references import References, Values
from gridloop.scenes.fire.registry.landing.stations import judge_stations, prepare_stations, settle_stations
from gridloop.scenes.fire.registry.landing.writing import Counts, Judged

Step = tuple[
    Callable[[References, Sequence[Values]], None],
    Callable[[References, Values], Judged],
    Callable[[References, list[Judged], Counts], None],
]
STEPS: dict[str, Step] = {
    "premises": (prepare_premises, judge_premises, settle_premises),
    "devices": (prepare_devices, judge_devices, settle_devices),
    "cameras": (prepare_cameras, judge_cameras, settle_cameras),
    "stations": (prepare_stations, judge_stations, settle_stations),
}
