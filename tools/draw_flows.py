"""Draws docs/flows.md: every case kind's steps and moves, from the flow tables themselves, in both languages."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOWS = ROOT / "docs" / "flows.md"
HEAD = """# Flows

How each kind of case travels: its steps, and every move with where it starts, where it leads, who may make it, what it
must bring (optional things in brackets) and which deadlines it meets or starts. Drawn by `tools/draw_flows.py` from
the flow tables; a test fails when this page is out of date. “any open step” is every step at which the case has not
ended; “stays” means that the case stays where it is.
"""


def in_both(words: object) -> str:
    """English, then Chinese."""
    from django.utils import translation

    with translation.override("en"):
        english = str(words)
    with translation.override("zh-hans"):
        chinese = str(words)
    return f"{english} {chinese}" if chinese != english else english


def drawing() -> str:
    from gridloop.core.cases import kinds

    return HEAD + "".join(kind_drawn(kind) for kind in sorted(kinds.kinds(), key=lambda kind: kind.name))


def kind_drawn(kind: object) -> str:
    from gridloop.core.cases.flow import CaseKind

    assert isinstance(kind, CaseKind)
    lines = [
        f"\n## `{kind.name}`: {in_both(kind.title)}\n",
        "| step | title | whose turn | ends as |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{step.name}` | {in_both(step.title)} | {in_both(step.turn_of) if step.turn_of else ''} | {step.outcome} |"
        for step in kind.steps
    ]
    lines += ["", f"A case begins at `{kind.first}`. A unit may send it back {kind.returns} times; then the command room",
              "decides for good. Limits, until an administrator enters others: "
              + "; ".join(f"{name.replace('_', ' ')} {value:g} {unit.replace('_', ' ')}" for name, (value, unit) in kind.default_limits.items())
              + ".", "", "| from | move | to | who | brings | clocks |", "|---|---|---|---|---|---|"]  # fmt: skip
    lines += [move_drawn(move) for move in kind.moves]
    return "\n".join(lines) + "\n"


def named(who: object) -> str:
    from gridloop.core.cases.flow import Who

    assert isinstance(who, Who)
    return who.name.replace("|", ", ").replace("-", " but not ").replace("_", " ")


def move_drawn(move: object) -> str:
    from gridloop.core.cases.flow import ANY_OPEN, SAME, Move

    assert isinstance(move, Move)
    starts = (
        "any open step"
        if move.start == ANY_OPEN
        else ", ".join([move.start] if isinstance(move.start, str) else move.start)
    )
    brings = ", ".join(need.name if need.required else f"[{need.name}]" for need in move.needs).replace(
        "_", " "
    )
    clocks = [f"meets {name}" for name in move.meets] + [f"starts {name}" for name in move.starts]
    if move.approval is not None:
        brings += f"{', ' if brings else ''}approval by another: {named(move.approval)}"
    clocks += ["pauses"] * move.pauses + ["resumes"] * move.resumes
    to = "stays" if move.to == SAME else move.to
    return f"| {starts} | `{move.name}` {in_both(move.title)} | {to} | {named(move.who)} | {brings} | {', '.join(clocks).replace('_', ' ')} |"  # fmt: skip


def main() -> int:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridloop.settings")
    django.setup()
    FLOWS.write_text(drawing(), encoding="utf-8")
    print(f"drew {FLOWS.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
