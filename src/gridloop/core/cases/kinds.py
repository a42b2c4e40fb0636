"""The registry of case kinds; scenes put theirs in, everything else looks them up by name."""

from gridloop.core.cases.flow import CaseKind

_kinds: dict[str, CaseKind] = {}


def register(kind: CaseKind) -> CaseKind:
    """Make a kind known; the same name twice is a mistake of whoever wrote the second."""
    if kind.name in _kinds and _kinds[kind.name] is not kind:
        raise ValueError(f"case kind '{kind.name}' is registered twice; rename one of them")
    _kinds[kind.name] = kind
    return kind


def kind(name: str) -> CaseKind:
    return _kinds[name]


def has_class(kind: CaseKind, edition: str) -> bool:
    """Whether classes of this edition are for cases of this kind."""
    return edition == kind.edition if kind.edition else edition not in editions_of_kinds()


def editions_of_kinds() -> set[str]:
    """The editions that belong to one kind alone."""
    return {kind.edition for kind in _kinds.values() if kind.edition}


def kinds() -> list[CaseKind]:
    return list(_kinds.values())
