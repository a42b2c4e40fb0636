"""The demo's cultivation list: the larger firms, who looks after them, visits done and to come, needs found."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from gridloop.core.cases.models import Category
from gridloop.scenes.enterprises.cultivation.models import Cultivation, FirmNeed, Tier, Visit
from gridloop.scenes.enterprises.firms.models import Firm
from gridloop.scenes.enterprises.matters.demo import words
from gridloop.scenes.enterprises.matters.queries import EDITION
from gridloop.scenes.enterprises.specialists.models import SpecialistDuty

SHARE = 0.12
TIERS, WEIGHTS = tuple(Tier), (30, 30, 22, 7, 7, 4)
LATE, NEEDING = 0.2, 0.35


def fill_list(firms: list[Firm], random: Random) -> None:
    """One firm in eight, medium and large ones first; the first keeper is the visitors' specialist."""
    duties = list(
        SpecialistDuty.objects.filter(retired_at=None).order_by("pk").values_list("person", flat=True)
    )
    largest = sorted(firms, key=lambda firm: -(firm.staff or 0))[: max(12, round(len(firms) * SHARE))]
    categories = {each.code: each for each in Category.objects.filter(edition=EDITION)}
    today, now = timezone.localdate(), timezone.now()
    listed, visits, needs = [], [], []
    for number, firm in enumerate(largest):
        keeper = duties[0] if number < 4 else random.choice(duties)
        listed.append(
            Cultivation(
                firm=firm, tier=random.choices(TIERS, WEIGHTS)[0], keeper_id=keeper,
                since=today - timedelta(days=random.randint(200, 900)), words=random.choice(words.STRENGTHS),
            )
        )  # fmt: skip
        done = now - timedelta(days=random.randint(20, 90), hours=random.randint(0, 6))
        for _visit in range(random.randint(0, 3)):
            visit = Visit(firm=firm, person_id=keeper, due_on=timezone.localtime(done).date(), done_at=done,
                          account=random.choice(words.VISITS))  # fmt: skip
            visits.append(visit)
            if random.random() < NEEDING:
                ask = random.choice(words.asks())
                _title, said = words.told(ask, random)
                needs.append(
                    FirmNeed(firm=firm, visit=visit, category=categories[ask.code], words=said, found_at=done)
                )
            done -= timedelta(days=random.randint(60, 110))
        ahead = (
            -random.randint(1, 25) if number % 5 == 0 or random.random() < LATE / 2 else random.randint(2, 60)
        )
        if random.random() < 0.9:
            visits.append(Visit(firm=firm, person_id=keeper, due_on=today + timedelta(days=ahead)))
    Cultivation.objects.bulk_create(listed)
    Visit.objects.bulk_create(visits)
    FirmNeed.objects.bulk_create(needs)
