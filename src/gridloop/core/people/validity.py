"""Whether numbers people type can be true: identity numbers, unified credit codes, mobile numbers."""

import datetime
import re
import unicodedata

IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, clause 3.4
IDENTITY_CHECKS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: without I, O, S, V, Z
MOBILE = re.compile(r"1[3-9]\d{9}")


def tidy(text: str) -> str:
    """Full-width characters made narrow, blanks and hyphens gone, letters in capitals."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def tidy_phone(text: str) -> str:
    """A mobile number as eleven digits: "+86 138-0013-8000" -> "13800138000"."""
    digits = tidy(text)
    for prefix in ("+86", "0086"):
        digits = digits.removeprefix(prefix)
    return digits.removeprefix("86") if len(digits) == 13 else digits


def is_mobile_number(text: str) -> bool:
    """Whether this is a mobile number of the Chinese mainland."""
    return MOBILE.fullmatch(tidy_phone(text)) is not None


def is_identity_number(text: str) -> bool:
    """Whether an 18-digit identity number has a birthday that exists and the right check digit."""
    number = tidy(text)
    if re.fullmatch(r"[1-9]\d{16}[\dX]", number, re.ASCII) is None:
        return False
    try:
        born = datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    if not datetime.date(1880, 1, 1) <= born <= datetime.date.today():
        return False
    total = sum(weight * int(digit) for weight, digit in zip(IDENTITY_WEIGHTS, number, strict=False))
    return number[17] == IDENTITY_CHECKS[total % 11]


def is_credit_code(text: str) -> bool:
    """Whether a unified social credit code has eighteen allowed characters and the right check character."""
    code = tidy(text)
    if len(code) != 18 or any(character not in CREDIT_ALPHABET for character in code):
        return False
    total = sum(
        CREDIT_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17])
    )
    return CREDIT_ALPHABET.index(code[17]) == (31 - total % 31) % 31
