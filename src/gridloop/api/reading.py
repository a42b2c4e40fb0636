"""Reading JSON that strangers send: what databases and clocks cannot hold is taken out or refused before anybody sees it."""

import json
import math
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.types import DictStrAny

LARGEST = 2**53  # beyond this JSON's numbers are not exact (RFC 8259, section 6)


def whole(text: str) -> int:
    if len(text) > 20 or abs(int(text)) > LARGEST:
        raise ValueError("a number that large cannot be exact")
    return int(text)


def fraction(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a number")
    return number


def no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def tidied(value: Any) -> Any:
    """Without NUL and lone surrogates: neither database stores them."""
    if isinstance(value, str):
        return tidy_text(value)
    if isinstance(value, list):
        return [tidied(item) for item in value]
    if isinstance(value, dict):
        return {tidy_text(key): tidied(item) for key, item in value.items()}
    return value


def tidy_text(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


class StrictParser(Parser):
    """JSON as its standard has it: no NaN, no numbers beyond all bounds."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        text = request.body.decode("utf-8")
        read = json.loads(text, parse_int=whole, parse_float=fraction, parse_constant=no_constant)
        return tidied(read) if "\\u" in text else read
