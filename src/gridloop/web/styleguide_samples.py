"""Made-up people, cases and shapes that fill the style guide; nothing here is real."""

import json
import math
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

TOWNS = ["玉城", "坎门", "大麦屿", "清港", "楚门", "干江", "沙门", "芦浦", "龙溪", "鸡山", "海山"]
PINYIN = [
    "Yucheng",
    "Kanmen",
    "Damaiyu",
    "Qinggang",
    "Chumen",
    "Ganjiang",
    "Shamen",
    "Lupu",
    "Longxi",
    "Jishan",
    "Haishan",
]


def said(chinese: str, english: str) -> str:
    """The sample's words in the reader's language."""
    return chinese if (get_language() or "").startswith("zh") else english


CASES: list[tuple[str, str, str, str, str, str, float, str, str, str]] = [
    (
        "20261120-00318",
        "楼道消防通道被电动车和杂物堵住，老人进出很不方便，物业多次通知无效",
        "Fire passage blocked by e-bikes and goods; the elderly cannot pass, several warnings ignored",
        "消防隐患",
        "Fire hazard",
        "breached",
        -3.4,
        "坎门 · 海都社区 · 第7网格",
        "Kanmen · Haidu · Grid 7",
        "handling",
    ),
    (
        "20261120-00342",
        "路灯不亮，共五盏",
        "Five street lamps are out",
        "照明",
        "Lighting",
        "soon",
        1.1,
        "玉城 · 东门社区 · 第3网格",
        "Yucheng · Dongmen · Grid 3",
        "dispatched",
    ),
    (
        "20261120-00355",
        "小区东门积水，雨后三天不退",
        "Standing water at the east gate three days after rain",
        "排水",
        "Drainage",
        "running",
        20,
        "楚门 · 南兴社区 · 第2网格",
        "Chumen · Nanxing · Grid 2",
        "handling",
    ),
    (
        "20261119-00871",
        "夜间施工噪声",
        "Construction noise at night",
        "噪声扰民",
        "Noise",
        "paused",
        9,
        "清港 · 前塘村 · 第1网格",
        "Qinggang · Qiantang · Grid 1",
        "asked",
    ),
    (
        "20261119-00864",
        "井盖松动，车辆经过有响声",
        "Loose manhole cover rattles under cars",
        "市政设施",
        "Public works",
        "running",
        31,
        "龙溪 · 花岩礁村 · 第4网格",
        "Longxi · Huayanjiao · Grid 4",
        "accepted",
    ),
    (
        "20261119-00852",
        "占道经营影响通行",
        "Stalls block the pavement",
        "市容",
        "Street order",
        "met",
        5,
        "玉城 · 城中社区 · 第11网格",
        "Yucheng · Chengzhong · Grid 11",
        "done",
    ),
    (
        "20261118-00790",
        "垃圾清运不及时",
        "Rubbish is not collected on time",
        "环境卫生",
        "Sanitation",
        "met",
        2,
        "大麦屿 · 兴港社区 · 第5网格",
        "Damaiyu · Xinggang · Grid 5",
        "closed",
    ),
]
STEP_WORDS = {
    "reported": ("待受理", "Reported"),
    "accepted": ("已受理", "Accepted"),
    "dispatched": ("已派遣", "Dispatched"),
    "handling": ("办理中", "Being handled"),
    "asked": ("等待您答复", "Waiting for an answer"),
    "done": ("待核实", "Done, to be verified"),
    "closed": ("已结案", "Closed"),
    "suspended": ("已挂账", "Suspended"),
    "declined": ("不予受理", "Declined"),
    "overdue": ("已逾期", "Overdue"),
    "supervised": ("督办中", "Supervised"),
}


def case_rows() -> list[dict[str, Any]]:
    """A worklist page's rows."""
    now = timezone.now()
    rows = []
    for number, title, english, kind, kind_en, state, hours, place, place_en, step in CASES:
        due = now + timedelta(hours=hours, minutes=7)
        whole = {"soon": 10, "breached": 24}.get(state, 48)
        rows.append(
            {
                "number": number,
                "title": said(title, english),
                "category": said(kind, kind_en),
                "place": said(place, place_en),
                "step": step,
                "step_words": said(*STEP_WORDS[step]),
                "due": due,
                "started": due - timedelta(hours=whole),
                "met": now - timedelta(hours=1) if state == "met" else None,
                "paused": now - timedelta(hours=2) if state == "paused" else None,
                "unit": said("市政管理中心", "Public works centre"),
                "reported": now - timedelta(hours=abs(hours) + 3),
                "voices": 1 + len(number) % 4,
                "late": state == "breached",
                "url": "/styleguide/case",
            }
        )
    return rows


def timeline_entries() -> list[dict[str, Any]]:
    """One case's history, newest last, with what is still ahead."""
    at: Callable[[float], datetime] = lambda hours: timezone.now() - timedelta(hours=hours)  # noqa: E731
    photo = {"url": "/styleguide/photo.svg", "words": said("现场照片", "Photo of the place")}
    return [
        {
            "icon": "report",
            "title": said("已收到您的上报", "We received your report"),
            "when": at(50),
            "who": said("居民（匿名）", "A resident (anonymous)"),
            "words": said(
                "三号楼一单元楼道里停满电动车，消防通道走不了人。",
                "E-bikes fill the stairwell of building 3; nobody can use the fire passage.",
            ),
            "photos": [photo, photo],
            "proof": "#proof",
        },
        {
            "icon": "take",
            "title": said("网格员已受理", "A grid worker accepted it"),
            "when": at(49.2),
            "who": said("林* · 网格员 · 海都社区第7网格", "Lin * · grid worker · Haidu grid 7"),
            "tone": "good",
            "proof": "#proof",
        },
        {
            "icon": "arrow-right",
            "title": said("已派遣给消防救援大队", "Dispatched to the fire brigade"),
            "when": at(47),
            "who": said("坎门综合信息指挥室", "Kanmen command room"),
            "words": said(
                "规则“消防通道—优先派消防”命中，由值班员确认。",
                "Rule “fire passage: fire brigade first” matched; confirmed by the duty officer.",
            ),
        },
        {
            "icon": "warning",
            "title": said("首次到场超时2小时10分钟", "First visit late by 2 hours 10 minutes"),
            "when": at(20),
            "who": said("系统", "System"),
            "tone": "bad",
        },
        {
            "icon": "wrench",
            "title": said("正在办理", "Being handled"),
            "when": at(1.5),
            "who": said("消防救援大队 · 王*", "Fire brigade · Wang *"),
            "words": said(
                "已约物业今天下午共同清理，并加装充电棚指示牌。",
                "Clearing it with the property firm this afternoon; signs to the charging shed will be put up.",
            ),
            "tone": "now",
        },
        {
            "icon": "check",
            "title": said("现场核实", "Check on the spot"),
            "by": said("预计今天18:00前", "expected by 18:00 today"),
            "words": said(
                "由未参与办理的网格员到场拍照核实。", "A grid worker who did not handle it takes a photo."
            ),
            "ahead": True,
        },
        {
            "icon": "star",
            "title": said("请您评价", "Your verdict"),
            "by": said("核实之后", "after that"),
            "ahead": True,
        },
    ]


def ranking_rows() -> list[dict[str, Any]]:
    """Towns in order, with the arithmetic of the score."""
    parts = [
        {"label": said("按期结案率", "On-time closure"), "value": "93.7%", "weight": "0.4", "points": "37.5"},
        {"label": said("满意率", "Satisfaction"), "value": "96.1%", "weight": "0.4", "points": "38.4"},
        {
            "label": said("返工率（反向）", "Rework (inverse)"),
            "value": "2.2%",
            "weight": "0.2",
            "points": "19.6",
        },
    ]
    scores = [95.5, 93.2, 91.8, 90.4, 88.9, 86.0, 83.3]
    moves = [0, 2, -1, 0, 1, -3, 0]
    return [
        {
            "title": said(TOWNS[at], PINYIN[at]),
            "score": score,
            "change": moves[at],
            "url": "/styleguide/worklist",
            "parts": parts,
        }
        for at, score in enumerate(scores)
    ]


def figures() -> list[dict[str, Any]]:
    """Six figures of the wall."""
    wave = [round(40 + 12 * math.sin(step / 2) + step) for step in range(14)]
    return [
        {
            "label": said("今日新增", "New today"),
            "value": "318",
            "change": "+12%",
            "better": "",
            "since": said("较昨日", "since yesterday"),
            "points": wave,
            "href": "/styleguide/worklist",
        },
        {
            "label": said("在办", "Open"),
            "value": "1,204",
            "change": "-46",
            "better": "down",
            "since": said("较昨日", "since yesterday"),
            "points": wave[::-1],
            "href": "/styleguide/worklist",
        },
        {
            "label": said("已逾期", "Overdue"),
            "value": "17",
            "change": "+3",
            "better": "down",
            "since": said("较昨日", "since yesterday"),
            "points": [9, 11, 10, 12, 11, 14, 13, 17],
            "tone": "late",
            "href": "/styleguide/worklist",
        },
        {
            "label": said("按期结案率", "On-time closure"),
            "value": "93.7",
            "unit": "%",
            "change": "+0.4",
            "better": "up",
            "since": said("近30天", "30 days"),
            "points": [92, 92.4, 92.1, 93, 92.8, 93.3, 93.7],
            "href": "/styleguide/worklist",
        },
        {
            "label": said("满意率", "Satisfaction"),
            "value": "96.1",
            "unit": "%",
            "change": "-0.2",
            "better": "up",
            "since": said("近30天", "30 days"),
            "points": [96.8, 96.5, 96.6, 96.2, 96.3, 96.1],
            "href": "/styleguide/worklist",
        },
        {
            "label": said("首次响应中位数", "Median first response"),
            "value": "26",
            "unit": said("分", " min"),
            "change": "-4",
            "better": "down",
            "since": said("近30天", "30 days"),
            "points": [34, 33, 31, 32, 29, 28, 26],
            "href": "/styleguide/worklist",
        },
    ]


def grid_shapes(columns: int = 15, rows: int = 12) -> str:
    """GeoJSON of invented grids: a bent lattice inside a soft outline."""
    draw = random.Random(7)
    corner = {
        (x, y): (
            121.15 + 0.022 * (x + 0.5 * math.sin(y * 0.8)) + draw.uniform(-0.006, 0.006),
            28.05 + 0.02 * (y + 0.4 * math.sin(x * 0.7)) + draw.uniform(-0.005, 0.005),
        )
        for x in range(columns + 1)
        for y in range(rows + 1)
    }
    features = []
    for x in range(columns):
        for y in range(rows):
            if ((x - columns / 2) / (columns / 2)) ** 2 + (
                (y - rows / 2) / (rows / 2)
            ) ** 2 > 1 + draw.uniform(-0.2, 0.05):
                continue
            ring = [corner[x, y], corner[x + 1, y], corner[x + 1, y + 1], corner[x, y + 1], corner[x, y]]
            value = max(0, round(draw.gauss(8, 9)))
            at = (x * 3 + y * 5) % len(TOWNS)
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                    "properties": {
                        "name": said(f"{TOWNS[at]}第{x + 1}网格", f"{PINYIN[at]} grid {x + 1}"),
                        "level": "grid",
                        "value": value,
                        "words": said(f"在办{value}件", f"{value} open"),
                        "url": "/styleguide/worklist",
                    },
                }
            )
    return json.dumps({"type": "FeatureCollection", "features": features})


def case_points(count: int = 160) -> str:
    """GeoJSON of invented cases around a few busy places."""
    draw = random.Random(11)
    busy = [(121.27, 28.14), (121.36, 28.20), (121.31, 28.11), (121.24, 28.19)]
    features = []
    for _number in range(count):
        x, y = draw.choice(busy)
        features.append(
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [x + draw.gauss(0, 0.025), y + draw.gauss(0, 0.018)],
                },
                "properties": {
                    "name": said("路灯不亮", "Street lamp out"),
                    "words": said("办理中", "Being handled"),
                    "overdue": draw.random() < 0.06,
                    "url": "/styleguide/case",
                },
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features})
