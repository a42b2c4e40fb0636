"""Taking a firm and its people out of a text before everybody reads it, and finding what was left in."""

import re

PHONE = re.compile(r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[\s-]\d{7,8}(?!\d)")
CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
ENDINGS = ("有限责任公司", "股份有限公司", "有限公司", "合伙企业", "公司", "厂")
SHORTEST = 2


def names_in(firm: str) -> list[str]:
    """The firm's name and the short forms people use for it, longest first."""
    found = [firm]
    for ending in ENDINGS:
        if firm.endswith(ending) and len(firm) - len(ending) >= SHORTEST:
            found.append(firm[: -len(ending)])
            break
    core = re.sub(r"^.{2,3}?(?:省|市|县)", "", found[-1])
    if len(core) > SHORTEST:
        found.append(core)
    return sorted({name for name in found if len(name) >= SHORTEST}, key=len, reverse=True)


def without_firm(text: str, *, firm: str = "", people: tuple[str, ...] = ()) -> str:
    """The same text about "the firm" and "a person in charge", with no number in it that leads to somebody."""
    for pattern in (CREDIT_CODE, IDENTITY, PHONE, LANDLINE):
        text = pattern.sub("", text)
    for name in names_in(firm) if firm else ():
        text = text.replace(name, "某企业")
    for person in people:
        if len(person) >= SHORTEST:
            text = text.replace(person, "负责人")
    return text.strip()


def left_in(text: str, *, firm: str = "", people: tuple[str, ...] = ()) -> list[str]:
    """What would still lead to the firm or to somebody: nothing may be published with it."""
    found = [
        match.group()
        for pattern in (CREDIT_CODE, IDENTITY, PHONE, LANDLINE)
        for match in pattern.finditer(text)
    ]
    named = names_in(firm) if firm else []
    return found + [name for name in (*named, *people) if len(name) >= SHORTEST and name in text]
