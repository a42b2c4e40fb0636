"""The county's choices at dispatch: readable rules by class and town, the admission list, and a classifier of its own."""

import datetime
from random import Random

from gridloop.core.cases.models import Category
from gridloop.core.dispatch.admission import LIST
from gridloop.core.dispatch.classifier import put_in_use
from gridloop.core.dispatch.models import Admission, ClassifierEdition, Rule
from gridloop.core.dispatch.rulebook import RULES
from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Organisation
from gridloop.core.territory.models import Area
from gridloop.demo.wording import compose, matters

# What the rule says, its classes, its unit, whether it dispatches by itself, further conditions.
BY_CLASS = (
    ("燃气泄漏直派燃气公司", ["0403"], "firm-gas", True, 1, {}),
    ("停水爆管直派自来水公司", ["0402", "0603"], "firm-waterworks", True, 2, {}),
    ("线缆垂落直派供电公司", ["0406"], "firm-power", True, 2, {}),
    ("停电直派供电公司", ["0604"], "firm-power", True, None, {}),
    ("路面塌陷立即派住建", ["0401"], "bureau-housing", True, 1, {}),
    ("夜间施工噪声派综合执法", ["0301"], "bureau-enforcement", True, 2, {"hours": ["22:00", "06:00"]}),
    ("道路积水派住建排水", ["0405"], "bureau-housing", False, 2, {}),
    ("电梯困人派市场监管", ["0703"], "bureau-market", True, 1, {"words": ["被困", "困人"]}),
    ("工业污染派生态环境", ["1101", "1102", "1103"], "bureau-ecology", False, None, {}),
    ("拖欠工资派人社", ["1301"], "bureau-labour", True, 2, {}),
    ("食品安全派市场监管", ["1404"], "bureau-market", True, None, {}),
    ("消防通道派消防", ["0901"], "bureau-fire", False, 2, {}),
    ("违规用电派消防", ["0903"], "bureau-fire", False, None, {}),
    ("经营场所隐患派应急", ["0906"], "bureau-emergency", False, None, {}),
    ("消费投诉派市场监管", ["15"], "bureau-market", True, None, {"source": ["web", "phone"]}),
    ("医保问题派医保局", ["1205"], "bureau-insurance", True, None, {}),
    ("入学问题派教育局", ["1401", "1402"], "bureau-education", True, None, {}),
    ("交通信号派交警", ["1002", "1005"], "bureau-traffic", True, None, {}),
    ("公交线路派公交公司", ["1001"], "firm-bus", False, None, {}),
    ("办事咨询派政务服务", ["1701", "1702"], "bureau-services", False, None, {}),
)
BY_TOWN = (
    ("玉城河道保洁派水利", "331083001000", ["0105"], "bureau-water"),
    ("坎门渔港污水派海洋渔业", "331083002000", ["1102"], "bureau-ocean"),
    ("大麦屿码头堆物派综合执法", "331083003000", ["0506"], "bureau-enforcement"),
    ("楚门商圈占道派综合执法", "331083102000", ["0501", "0503"], "bureau-enforcement"),
    ("清港农田水利派农业农村", "331083101000", ["1601"], "bureau-agriculture"),
)
NOT_FOR_GRIDS = {"0401", "0403", "0404", "0405", "0601", "0602", "0606", "0607", "0609", "0701", "0707"}
WHOLE_KINDS = ("01", "02", "05", "06", "07", "08", "09", "12", "16", "17", "99")
ASKED = (("1404", "bureau-market", "申请由网格员每月核查小餐饮证照公示，全年约需一万两千人次。"),
         ("1301", "bureau-labour", "年底前请网格员协助摸排在建工地工资支付情况，为期两个月。"))  # fmt: skip


def write_rules(units: dict[str, Organisation]) -> None:
    towns = dict(Area.objects.filter(level="town").values_list("code", "pk"))
    rows = [
        Rule(name=name, kind="report", organisation=units[unit], automatic=automatic, urgency=urgency, active=True,
             conditions={"category": classes, **more})
        for name, classes, unit, automatic, urgency, more in BY_CLASS
    ]  # fmt: skip
    local = [
        Rule(name=name, kind="report", organisation=units[unit], automatic=False, active=True,
             conditions={"category": classes, "area": [towns[town]]})
        for name, town, classes, unit in BY_TOWN
    ]  # fmt: skip
    for position, rule in enumerate((*local, *rows), start=1):
        rule.position = position
    Rule.objects.bulk_create([*local, *rows])
    RULES.renew()


def write_admissions(units: dict[str, Organisation], *, since: datetime.date) -> None:
    """What grids may be given: most everyday classes; two bureaus ask for more and await the county's word."""
    categories = {category.code: category for category in Category.objects.all()}
    wanted = [
        code
        for code in categories
        if len(code) == 4 and code[:2] in WHOLE_KINDS and code not in NOT_FOR_GRIDS
    ]
    rows = [
        Admission(category=categories[code], state="admitted", since=since, words="县网格事项清单")
        for code in sorted(wanted)
    ]
    rows += [
        Admission(category=categories[code], state="asked", asked_by=units[unit], words=words)
        for code, unit, words in ASKED
    ]
    Admission.objects.bulk_create(rows)
    LIST.renew()


def train_classifier(random: Random, *, each: int, by: Actor) -> ClassifierEdition:
    """Trained on the generator's own texts, measured on others of them."""
    from gridloop.core.dispatch.training import train

    names = dict(Category.objects.values_list("code", "name"))

    def told(count: int) -> tuple[list[str], list[str]]:
        texts, labels = [], []
        for matter in matters().values():
            for _number in range(max(4, round(count * (1 + matter.weight / 6)))):
                said = compose(random, matter, "", random.choice(("web", "web", "phone", "field")))
                texts.append(f"{said.title}\n{said.words}")
                labels.append(names[matter.code])
        return texts, labels

    texts, labels = told(each)
    model = train(texts, labels)
    seen, right = told(1)
    good = sum(model.classify(text, top=1)[0].label == label for text, label in zip(seen, right, strict=True))
    return put_in_use(model, name="县域语料", rows=len(texts), by=by, accuracy=round(good / len(right), 4))
