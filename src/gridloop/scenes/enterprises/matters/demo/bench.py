"""The specialists of the demo: whom the rule names at a time, and who is busy until when."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Post
from gridloop.demo.cast import actor
from gridloop.scenes.enterprises.specialists import choosing
from gridloop.scenes.enterprises.specialists.models import SpecialistDuty


@dataclass
class Bench:
    """The specialists while a year is played: whom the rule names at a time, and who is busy until when."""

    duties: list[choosing.Duty]
    posts: dict[int, int]
    busy: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    last: dict[int, int] = field(default_factory=dict)
    given: int = 0
    fitting: dict[tuple[str, int | None], list[choosing.Duty]] = field(default_factory=dict)

    @classmethod
    def gather(cls) -> "Bench":
        rows = SpecialistDuty.objects.filter(retired_at=None).order_by("pk")  # the visitors' own first
        duties = [
            choosing.Duty(person, unit, tuple(codes), tuple(towns))
            for person, unit, codes, towns in rows.values_list("person", "organisation", "classes", "towns")
        ]
        posts = dict(Post.objects.filter(role="specialist").values_list("person", "pk"))
        return cls(duties, posts)

    def choose(
        self, code: str, town: int | None, at: datetime, without: Collection[int] = ()
    ) -> choosing.Chosen:
        if (code, town) not in self.fitting:
            self.fitting[code, town] = [weighed.duty for weighed in choosing.weigh(self.duties, code, town)]
        fitting = [
            replace(
                duty,
                open=sum(until > at for until in self.busy[duty.person]),
                last=self.last.get(duty.person, 0),
            )
            for duty in self.fitting[code, town]
        ]
        chosen = choosing.choose(fitting, code, town, without=without)
        assert chosen is not None, code
        return chosen

    def give(self, person: int, until: datetime) -> None:
        self.given += 1
        self.last[person] = self.given
        self.busy[person] = [*self.busy[person][-6:], until]

    def actor(self, person: int) -> Actor:
        return actor(person, self.posts.get(person))
