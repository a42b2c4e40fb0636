"""What the demo's firms ask and are answered: our own sentences, read from a file."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

MATTERS = Path(__file__).parents[2] / "data" / "demo_matters.txt"
OPENINGS = ("", "", "", "您好，", "我们公司", "本企业", "反映一个情况：", "想请专员帮忙，")
PLEAS = ("", "", "请帮忙协调。", "盼早日解决。", "请告知办理流程。", "望尽快答复，谢谢。", "麻烦专员跟进。")
ACCOUNTS = (
    "已电话联系企业，核实情况。",
    "上门走访一次，现场协调。",
    "会同相关科室研究后办理。",
    "与企业负责人当面确认。",
)
CALLS = ("电话回访，企业认可办理结果。", "回访企业负责人，表示满意。", "已回访，企业无其他诉求。")
UNREACHED = ("两次去电未接通，已短信告知结果。", "联系人出差，约定改日再访。")
PRAISE = ("很及时，谢谢专员。", "服务很到位。", "问题解决了。", "上门服务，很满意。", "", "", "")
BLAME = ("还没有真正解决。", "答复和实际不一致。", "只解决了一半。")
RETURNS = ("该事项涉及镇街属地协调，建议由镇街专员牵头。", "政策口径由其他部门解释，建议改派。")
RAISED = (
    "涉及用地、规划、资金三家，需县里统筹。",
    "现行政策没有覆盖，需要明确口径。",
    "部门意见不一致，请会商决定。",
)
DECISIONS = (
    "由该单位牵头，自然资源、财政配合，按专题会议口径办理，限期书面答复企业。",
    "同意先行办理、后补手续，由该单位全程负责。",
    "纳入年度计划优先安排，由该单位每周向平台报告进度。",
)
VISITS = (
    "走访企业车间和负责人，订单稳定，扩产意愿强。",
    "了解数字化改造进展，企业反映人才难引进。",
    "现场查看新产线，生产正常，负责人反映用电偏紧。",
    "交流上半年经营情况，出口略有下降，正在开拓新市场。",
)
STRENGTHS = (
    "细分领域市场占有率居前，拥有发明专利多项。",
    "主导产品替代进口，研发投入逐年提高。",
    "管理规范，正在筹备股改。",
    "工艺独特，客户稳定，具备成长潜力。",
)


@dataclass(frozen=True, slots=True)
class Ask:
    """One kind of matter: its class, how often, the department, and what is said."""

    code: str
    weight: float
    unit: str
    titles: tuple[str, ...]
    details: tuple[str, ...]
    answers: tuple[str, ...]
    question: str
    answer: str


@cache
def asks() -> tuple[Ask, ...]:
    """Every kind the demo knows."""
    found = []
    for block in MATTERS.read_text(encoding="utf-8").split("\n## ")[1:]:
        head, *lines = block.strip().splitlines()
        code, weight, unit = head.split()
        said = {line[0]: line[2:] for line in lines if line[1:2] == " "}
        titles, details, answers = (tuple(said[key].split("|")) for key in "tda")
        found.append(Ask(code, float(weight), unit, titles, details, answers, said["q"], said["r"]))

    return tuple(found)


def filled(words: str, random: Random) -> str:
    return words.replace("{n}", str(random.randint(2, 9)))


def told(ask: Ask, random: Random) -> tuple[str, str]:
    """A title and what was said."""
    title = filled(random.choice(ask.titles), random)
    details = "，".join(filled(text, random) for text in random.sample(ask.details, min(2, len(ask.details))))
    return title, f"{random.choice(OPENINGS)}{title}，{details}。{random.choice(PLEAS)}"


def answered(ask: Ask, random: Random) -> str:
    return filled(random.choice(ask.answers), random) + random.choice(("。", "。如有新情况请随时联系专员。"))
