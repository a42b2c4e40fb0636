"""Codes that people read, say and type: spelled in letters none of which is taken for another."""

import secrets

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_code(*groups: int) -> str:
    """A code drawn by chance in groups of these lengths, each letter worth almost five bits: (4, 4) is 7K4P-9MXQ."""
    return spelled(secrets.randbits(256), *groups)


def spelled(number: int, *groups: int) -> str:
    """The same of a number one has, of more bits than the letters are worth."""
    parts = []
    for length in groups:
        parts.append("")
        for _letter in range(length):
            number, place = divmod(number, len(LETTERS))
            parts[-1] += LETTERS[place]
    return "-".join(parts)


def letters_of(typed: str) -> str:
    """What is compared: capitals, whether it was typed with a blank, a long dash or nothing between the groups."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())
