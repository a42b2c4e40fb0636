"""What people say of a matter: texts put together from our own grammar, in the voices of residents, workers and units."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

MATTERS = Path(__file__).parent / "data" / "matters.txt"

OPENINGS = (
    "", "", "", "", "您好，", "你好，", "麻烦看一下，", "反映一个问题：", "想请你们来看看，", "请问有人管吗？",
    "我是这里的住户，", "我住在附近，", "替邻居反映一下，", "带孩子路过看到，", "每天上班都经过，",
)  # fmt: skip
SINCES = (
    "", "", "", "从{season}到现在都没解决。", "已经有{n}天了。", "上个礼拜就这样了。", "差不多半个月了。",
    "今天早上发现的。", "昨天晚上{h}点左右看到的。", "这个月第{n}次了。", "去年也有过一次。", "上次下大雨以后就这样。",
)  # fmt: skip
PLEAS = (
    "", "", "", "请尽快处理。", "希望有人来管一管。", "麻烦派人来看看，谢谢。", "辛苦了！", "盼回复。", "能不能给个说法？",
    "希望能彻底解决。", "请帮帮忙。", "处理好了请告诉我一声。", "多谢你们。",
)  # fmt: skip
FOUND = ("巡查时发现", "日常巡查发现", "走访时看到", "夜间巡查发现", "入户走访时居民反映", "联合巡查发现")
CALLED = ("来电人反映", "市民来电称", "热线转来", "群众电话反映", "来电居民表示")
SPOTS = (
    "菜场后门", "公交站旁", "卫生院门口", "小学围墙边", "老年活动室前", "桥头", "农贸市场西侧", "停车场入口",
    "中心路与环村路口", "河边步道", "文化礼堂旁", "党群驿站对面", "健身广场", "3幢2单元", "7幢楼下", "12幢东侧",
    "南门出口", "地下车库入口", "沿街店铺前", "后巷", "公厕旁", "快递站门口", "幼儿园门口", "超市后面", "变压器旁",
    "岔路口", "新修的路上", "老街", "宿舍楼前", "加油站旁", "防洪堤上",
)  # fmt: skip
VILLAGE_SPOTS = ("村口", "祠堂前", "水塔下", "晒谷场", "机耕路", "村委会门口", "果园边", "水渠旁")
PORT_SPOTS = ("码头", "冷库门口", "渔网场", "避风港岸边", "渔具店前", "轮渡口")
WORKS_SPOTS = ("厂区后门", "三号厂房旁", "物流园门口", "园区主路", "职工宿舍楼", "配电房旁")
RETURNED = (
    "经现场核实，该处不属于本单位管护范围",
    "点位在相邻辖区，请核对后重新派遣",
    "核查后认定为其他部门职责",
    "已有同一案件在办，建议归并",
)
EXTENDED = (
    "材料采购需要时间，申请延期",
    "连日下雨无法施工，申请延期",
    "涉及多户协商，申请延长办理时间",
    "需要停水施工，须提前公告",
)
REWORKED = (
    "现场复查仍有残留，请重新处理",
    "只处理了一部分，请补做",
    "照片与现场不符，请重新办理",
    "居民反映效果不好，请返工",
)
ASKED = (
    "请补充具体楼栋和门牌号。",
    "请问一般在什么时间段出现？",
    "方便发一张现场照片吗？",
    "请问是否愿意现场指认位置？",
)
ANSWERED = (
    "就在南门进来第二个路口。",
    "一般晚上九点以后。",
    "照片拍不清楚，你们来一看就知道。",
    "可以，打我电话我带你们去。",
    "3幢和4幢中间那块。",
)
NOTES = (
    "已电话联系诉求人，约定明日现场见面。",
    "与社区书记沟通过，配合开展。",
    "诉求人情绪稳定，继续跟进。",
    "此点位为多发点，列入重点巡查。",
)
GOOD = (
    "处理很快，谢谢！",
    "满意，效果不错。",
    "师傅态度很好。",
    "第二天就解决了，点赞。",
    "",
    "",
    "比想象中快。",
)
FAIR = ("总算解决了，就是慢了点。", "还可以。", "处理了，希望能保持。", "", "")
BAD = (
    "根本没解决，来拍了张照就走了。",
    "表面清了一下，过两天又一样。",
    "回复说的和现场不是一回事。",
    "等了太久，而且只弄了一半。",
    "打电话态度很差，问题还在。",
)
CALLED_BACK = (
    "已电话联系诉求人，确认仍有遗留，责成办理单位整改。",
    "回访核实，诉求人反映属实，转办理单位整改。",
)
EXPLAINED = (
    "已向诉求人说明政策依据并致歉，诉求人表示理解。",
    "电话沟通后诉求人认可办理结果。",
    "三次去电未接通，已短信告知结果。",
)
RECTIFIED = (
    "已重新处理并请诉求人现场确认。",
    "补做遗漏部分，安排专人看护一周。",
    "整改完成，负责人已当面致歉。",
)
REOPENED = ("清完没两天又这样了。", "又出现了，麻烦再来看看。", "还有一半没有处理。")
ADDED = (
    "补充一下：主要是晚上七点以后比较严重。",
    "今天又去看了，范围比昨天大。",
    "旁边就是幼儿园门口，孩子多，请注意安全。",
    "从北门进来左手边第二个楼道口。",
    "昨天来过一次人，没有处理完。",
)
REMINDED = ("请问进展如何？", "已经超时了，请尽快。", "催办一次。", "居民多次来问，请抓紧办理。")
SUPERVISED = ("久拖未决，列入督办。", "群众反映强烈，请限期办结。", "同类问题集中，请主要负责人过问。")
DECLINED = {
    "not_public": "您反映的事项属于双方民事约定，建议通过协商或法律途径解决，村里调解员可以协助。",
    "no_such_thing": "网格员两次到现场，未发现您反映的情况；若再次出现，请随时告诉我们。",
    "in_court": "该纠纷法院已经受理，将按判决执行，请您关注开庭通知。",
    "already_decided": "该事项已有书面答复，如有新的情况请补充材料。",
    "unclear": "描述中缺少地点，多次联系未果，请补充后重新反映。",
    "abusive": "内容与事实不符，感谢您的理解。",
}
UNRESOLVED = {
    "no_law": "经核查目前没有相应的处理依据，我们已把您的意见上报。",
    "no_money": "改造已列入明年计划，届时优先实施，感谢您的理解。",
    "private": "此事属于邻里之间的民事关系，已为双方提供调解和法律咨询。",
    "disagree": "多次召集相邻住户协商，意见仍未统一，我们会继续推动。",
    "technical": "受现场管线条件限制，暂时无法实施，已告知替代办法。",
}
SEASONS = {
    12: "冬天",
    1: "冬天",
    2: "年前",
    3: "开春",
    4: "清明",
    5: "五一",
    6: "梅雨季",
    7: "暑假",
    8: "台风前",
    9: "开学",
    10: "国庆",
    11: "秋收",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """One class as the generator knows it: how often, whose, where, when, and what is said of it."""

    code: str
    weight: float
    unit: str
    own: float
    season: str
    kinds: str
    troubles: tuple[str, ...]
    details: tuple[str, ...]
    effects: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A title and what was said."""

    title: str
    words: str


@cache
def matters() -> dict[str, Matter]:
    """Every class of the county's list, by code."""
    found = {}
    for block in MATTERS.read_text(encoding="utf-8").split("\n## ")[1:]:
        head, *lines = block.strip().splitlines()
        code, weight, unit, own, season, kinds = head.split()
        said = {line[0]: tuple(line[2:].split("|")) for line in lines if line[1:2] == " "}
        found[code] = Matter(
            code, float(weight), unit, float(own), season, kinds, said["t"], said["d"], said["e"], said["a"]
        )
    return found


def filled(words: str, random: Random, month: int = 6) -> str:
    """Numbers, hours and days put in; each time others."""
    if "{" not in words:
        return words
    return (
        words.replace("{n}", str(random.randint(2, 9)))
        .replace("{d}", random.choice(("两", "三", "四", "五", "七", "十", "十几", "二十多")))
        .replace("{h}", random.choice(("六", "七", "八", "九", "十", "十一")))
        .replace("{season}", SEASONS[month])
    )


def compose(random: Random, matter: Matter, place: str, voice: str, month: int = 6) -> Told:
    """One telling of a matter at a place: residents complain, callers are quoted, workers note."""
    trouble = filled(random.choice(matter.troubles), random)
    details = [
        filled(text, random)
        for text in random.sample(matter.details, random.randint(1, min(2, len(matter.details))))
    ]
    title = f"{place}{trouble}"[:40]
    if voice == "field":
        return Told(title, f"{random.choice(FOUND)}：{place}{trouble}，{details[0]}。")
    if voice == "phone":
        effect = f"，{random.choice(matter.effects)}" if random.random() < 0.6 else ""
        return Told(
            title, f"{random.choice(CALLED)}，{place}{trouble}，{details[0]}{effect}。请核实处理并回复。"
        )
    since = filled(random.choice(SINCES), random, month)
    effect = f"{random.choice(matter.effects)}。" if random.random() < 0.75 else ""
    body = f"{random.choice(OPENINGS)}{place}{trouble}，{'，'.join(details)}。{since}{effect}{random.choice(PLEAS)}"
    return Told(title, body)


def answer_to(random: Random, matter: Matter) -> str:
    return filled(random.choice(matter.answers), random) + random.choice(
        ("。", "。感谢您的反映。", "。如再发现请随时告诉我们。", "，感谢您对社区的关心。")
    )
