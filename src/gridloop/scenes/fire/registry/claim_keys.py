"""The key printed on a device: by it an owner says "this one is mine"."""

from gridloop.core.people.personal_data import digest
from gridloop.core.spelling import letters_of, new_code


def new_claim_key() -> str:
    """Almost sixty bits in three groups: 7K4P-9MXQ-2TRW."""
    return new_code(4, 4, 4)


def claim_digest(key: str) -> str:
    letters = letters_of(key)
    return digest(f"fire claim {letters}") if letters else ""
