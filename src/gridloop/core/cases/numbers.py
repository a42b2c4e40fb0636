"""The number of a case, one that people can read out: the day and six digits, such as 20261121-048117."""

import re
import secrets
from datetime import datetime

from django.utils import timezone

WHOLE = re.compile(r"(\d{8})[-\s]?(\d{6})")


def new_number(at: datetime) -> str:
    """The digits are drawn by chance, so that no counter is a queue; two may draw the same."""
    return f"{timezone.localtime(at):%Y%m%d}-{secrets.randbelow(10**6):06d}"


def number_in(typed: str) -> str:
    """The whole number somebody typed, with or without the line; "" where it is something else."""
    found = WHOLE.fullmatch(typed.strip())
    return f"{found[1]}-{found[2]}" if found else ""


def begins_number(typed: str) -> bool:
    """Whether a number was typed, or the beginning of one: a day."""
    return len(typed.strip()) >= 8 and typed.strip()[:8].isdigit()
