"""Find the name a group of messages shares: the estate, road, school or town they speak of."""

import re
from collections import Counter
from collections.abc import Sequence

from gridloop.core.cases.words import HAN, fold
from gridloop.core.dispatch.text import without_function_words

ENDINGS = tuple(
    """
    小区 社区 家园 花园 花苑 新城 公馆 广场 中学 小学 学校 大学 学院 幼儿园 医院
    街道 大道 公园 大厦 工业园 市场 车站
    苑 园 湾 府 郡 城 院 庭 轩 里 村 镇 乡 路 街 桥 站 滩 岸 县
    """.split()  # noqa: SIM905
)
ENDING = re.compile(f"(?=({'|'.join(ENDINGS)}))")
SHORTEST, PLENTY, LONGEST = 3, 6, 9
# What stands around names and ends like one.
_ORDINARY = (
    "政府|省|铁路|线路|公路|道路|马路|高速|城市|配套|业主|居民|临街|附近|旁边|开发|项目|建设|反对|反映|投诉|"
    "举报|希望|请求|关于|咨询|建议|市民|位于|大家|门口|[在的了是把被对向从]"
)
_COUNTED = "一二三四五六七八九十几两某本该各每全我你他她它不没是有在的了和与对及把被让给向从为问请到个新旧老"
NO_NAME = re.compile(
    f"{_ORDINARY}|[{_COUNTED}]+(?:小区|社区|小学|中学|学校|村|镇|路|街|县|城|院)$"
    "|^[城园苑府](?:小区|社区)|^(?:小区|社区|街道|学校|区|县|市|路|镇)"
)
MASKED_AT_START = re.compile(r"^[a-z]?\d*[市区县]")
DISTRICT = re.compile(r"(?<![a-z0-9])[a-z]\d{1,2}[市区县]")
STRETCH = re.compile(f"[{HAN}a-z0-9]+")


def names_in(text: str) -> set[str]:
    """Every plausible name in a text, and its shorter endings: which is meant shows only in company."""

    found: set[str] = set()
    for stretch in STRETCH.findall(fold(text).replace("·", "")):
        for match in ENDING.finditer(stretch):
            end = match.end(1)
            starts = range(max(0, end - LONGEST), end - SHORTEST + 1)
            found.update(stretch[start:end] for start in starts)
    return {name for name in found if _could_be_a_name(name)}


def shared_name(titles: Sequence[str], texts: Sequence[str], *, share: float = 0.5) -> str | None:
    """The name at least `share` of the messages speak of; one in a title is worth four in texts."""

    in_titles = [names_in(title) for title in titles]
    everywhere = Counter(
        name for title, text in zip(in_titles, texts, strict=True) for name in title | names_in(text)
    )
    wide = {name: count for name, count in everywhere.items() if count >= max(2, share * len(texts))}
    if not wide:
        return None
    for names in in_titles:
        for name in names & wide.keys():
            wide[name] += 3
    best = max(wide, key=lambda name: (wide[name] * (min(len(name), PLENTY) - 1), len(name), name))
    return re.sub(r"[a-z]\d*", lambda match: match[0].upper(), best)


def shared_district(texts: Sequence[str], *, share: float = 0.5) -> str | None:
    """The masked district (A3区) at least `share` of the texts speak of."""

    counts = Counter(district for text in texts for district in set(DISTRICT.findall(fold(text))))
    if not counts or counts.most_common(1)[0][1] < share * len(texts):
        return None
    return counts.most_common(1)[0][0].upper()


def _could_be_a_name(name: str) -> bool:
    if name in ENDINGS or NO_NAME.search(name) or MASKED_AT_START.match(name):
        return False
    plain = name.replace("之", "")  # of all function words the one that names are fond of
    return without_function_words(plain) == plain
