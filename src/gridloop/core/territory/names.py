"""How a Chinese area's name is written: with its official ending, with another one, or bare."""

import re

ENDINGS: dict[str, tuple[str, ...]] = {
    "province": ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市"),
    "city": ("自治州", "地区", "市", "盟"),
    "county": ("自治县", "自治旗", "新区", "市", "县", "区", "旗"),
    "town": ("街道办事处", "街道办", "街道", "镇", "乡"),
    "community": (
        "社区居民委员会", "社区居委会", "村民委员会", "居民委员会", "社区", "居委会", "村委会", "村", "居",
    ),
}  # fmt: skip
SAME: tuple[tuple[str, ...], ...] = (
    ("街道", "街道办", "街道办事处"),
    ("社区", "居委会", "居民委员会", "社区居委会", "社区居民委员会"),
    ("村", "村委会", "村民委员会"),
)
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,}")


def bare_name(level: str, name: str) -> str:
    """The name without its ending ("上段村委会" -> "上段"), or "" where too little would be left ("A市")."""
    for ending in ENDINGS.get(level, ()):
        if name.endswith(ending):
            bare = name.removesuffix(ending)
            return bare if _CHINESE.fullmatch(bare) else ""
    return ""


def spoken_name(level: str, name: str) -> str:
    """The name as people say it: "上段村委会" -> "上段村", "同善居委会" -> "同善社区"; others stay."""
    bare = bare_name(level, name)
    if level == "community" and bare:
        ending = name.removeprefix(bare)
        return bare + ("村" if ending in SAME[2] else "社区")
    return name


def full_forms(level: str, name: str) -> set[str]:
    """Every way to write the name with an ending that means the same."""
    forms = {name}
    bare = bare_name(level, name)
    if bare:
        ending = name.removeprefix(bare)
        for group in SAME:
            if ending in group:
                forms |= {bare + other for other in group}
    return forms
