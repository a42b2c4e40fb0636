"""The key printed on a device: by it an owner says "this one is mine"."""

import secrets

from gridloop.core.people.personal_data import digest

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O 1 I: people type it from a label
LENGTH = 12


def new_claim_key() -> str:
    """Sixty bits in three groups: 7K4P-9MXQ-2TRW."""
    letters = "".join(secrets.choice(ALPHABET) for _each in range(LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))


def tidy_key(key: str) -> str:
    """As it is compared: capitals without dashes and blanks."""
    return "".join(letter for letter in key.upper() if letter.isalnum())


def claim_digest(key: str) -> str:
    return digest(f"fire claim {tidy_key(key)}") if tidy_key(key) else ""
