"""Columns on a terminal: a Chinese character takes two."""

from unicodedata import east_asian_width


def width(words: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in words)


def padded(words: str, columns: int) -> str:
    return words + " " * max(0, columns - width(words))
