"""Times on the wire: second, minute, hour, day, month, year since 2000, in China standard time."""

import calendar
import time
from functools import lru_cache

EAST_8 = 8 * 3600
SIZE = 6
NONE = bytes(SIZE)


def to_binary(number: int) -> int:
    return number


def to_bcd(number: int) -> int:
    return (number // 10 << 4) | number % 10


def from_bcd(octet: int) -> int:
    """The number, or 255 (never part of a time) where a half byte is no digit."""
    high, low = octet >> 4, octet & 15
    return high * 10 + low if high < 10 and low < 10 else 255


@lru_cache(maxsize=4096)
def encode_clock(moment: int | None, *, bcd: bool = False) -> bytes:
    """Six bytes of a moment (seconds since 1970, UTC); None: six zeros. Years beyond 2000-2099 have no form."""
    if moment is None:
        return NONE
    year, month, day, hour, minute, second, *_rest = time.gmtime(moment + EAST_8)
    if not 2000 <= year <= 2099:
        return NONE
    write = to_bcd if bcd else to_binary
    return bytes(write(part) for part in (second, minute, hour, day, month, year - 2000))


@lru_cache(maxsize=4096)
def decode_clock(raw: bytes, *, bcd: bool = False) -> int | None:
    """Seconds since 1970, or None where the bytes are no time of this world."""
    if len(raw) != SIZE:
        return None
    second, minute, hour, day, month, year = map(from_bcd, raw) if bcd else raw
    if year > 99 or not 1 <= month <= 12 or hour > 23 or minute > 59 or second > 59:
        return None
    if not 1 <= day <= calendar.monthrange(2000 + year, month)[1]:
        return None
    return calendar.timegm((2000 + year, month, day, hour, minute, second)) - EAST_8
