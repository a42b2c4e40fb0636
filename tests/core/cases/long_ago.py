"""A report with everything people can leave in one, and the day long after."""

import datetime
from dataclasses import dataclass

import time_machine
from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.spots import Spot
from gridloop.core.evidence.actions import keep_photo
from gridloop.core.journal.consumers import catch_up
from gridloop.core.notices.models import Channel
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import digest
from tests.core.cases.test_moving import to_verified
from tests.core.evidence.test_files import photo_upload
from tests.world import Town, acting

NAME, PHONE, HOUSE = "欧阳春晓", "13955512345", "桂花巷七号"
WORDS, ANSWER, REMINDER, VERDICT = "楼道堆满旧沙发", "沙发是楼上堆放", "昨夜又添两只木柜", "清得干净多谢师傅"
CODE = "K7M3P-9QWXY"
PLACE = (121.210637, 28.110412)
READERS = ("search", "notices", "measures")


@dataclass
class Told:
    """The case and who stands behind it."""

    case: Case
    reporter: Person
    neighbour: Person


def someone(name: str, phone: str) -> Person:
    return Person.objects.create(name=name, phone=phone, phone_digest=digest(phone))


def told(town: Town, cast: dict, *, title: str = "") -> Told:
    """A report on its way to its unit: a photo, a neighbour, a question answered, a reminder."""
    Channel.objects.get_or_create(name="demo sms", defaults={"adapter": "sms", "demo": "works"})
    reporter, neighbour = someone(NAME, PHONE), someone("邻居阿婆", "13955500000")
    by = acting(reporter)
    case = open_case(
        "report",
        title=title or WORDS,
        words=f"{WORDS}，{NAME}，{PHONE}",
        spot=Spot(town.grids[0].pk, *PLACE, HOUSE, "point"),
        by=by,
        reporter=reporter,
        tracking_code=CODE,
        photos=[keep_photo(photo_upload(f"{NAME}.png"), by=by)],
        facts={"floor": f"{HOUSE}三楼"},
        public=True,
    )
    move_case(case, "join", by=acting(neighbour))
    move_case(case, "accept", by=cast["by_worker"])
    move_case(case, "dispatch", by=cast["by_room"], facts={"lead_unit": cast["unit"].pk})
    move_case(case, "take", by=cast["by_handler"])
    move_case(case, "ask", by=cast["by_handler"], facts={"words": "是谁堆放的？"})
    move_case(case, "answer", by=by, facts={"words": ANSWER})
    case = move_case(case, "remind", by=by, facts={"words": REMINDER})
    catch_up_all()
    return Told(case, reporter, neighbour)


def closed(told: Told, cast: dict) -> Case:
    """Done, checked, and judged by its reporter."""
    to_verified(told.case, cast)
    case = move_case(told.case, "review", by=acting(told.reporter), facts={"rating": 5, "words": VERDICT})
    catch_up_all()
    return case


def catch_up_all() -> None:
    for reader in READERS:
        catch_up(reader)


def after(days: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + datetime.timedelta(days=days), tick=False)
