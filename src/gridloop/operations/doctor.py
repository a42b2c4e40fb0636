"""The doctor: one line for each thing an installation needs, with what to do next when it is not in order."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["OK", "WARN", "FAIL"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing; `next_step` is a sentence that says what to do."""

    level: Level
    about: str
    words: str
    next_step: str = ""


Question = Callable[[], Iterator[Finding]]


def examine() -> list[Finding]:
    """Asks every question; one that cannot be answered is itself a finding."""
    from gridloop.operations import checks_of_data, checks_of_machine

    findings: list[Finding] = []
    for question in (*checks_of_machine.QUESTIONS, *checks_of_data.QUESTIONS):
        findings += answer(question)
        if is_without_database(findings):
            break
    return findings


def answer(question: Question) -> list[Finding]:
    about = question.__name__.replace("_", " ")
    try:
        return list(question())
    except Exception as error:  # the doctor must get to the end, whatever is broken
        words = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return [Finding("FAIL", about, words, "Put this right first, then run 'gridloop doctor' again.")]


def is_without_database(findings: list[Finding]) -> bool:
    """Without a database or its tables, nothing more can be asked."""
    return any(finding.level == "FAIL" and finding.about in {"database", "tables"} for finding in findings)


def exit_status(findings: list[Finding]) -> int:
    """0 when nothing failed; warnings do not fail."""
    return 1 if any(finding.level == "FAIL" for finding in findings) else 0


def shown(findings: list[Finding]) -> str:
    widest = max((len(finding.about) for finding in findings), default=0)
    lines = []
    for finding in findings:
        lines.append(f"{finding.level:<4}  {finding.about:<{widest}}  {finding.words}")
        if finding.next_step:
            lines.append(f"{'':<4}  {'':<{widest}}  -> {finding.next_step}")
    counts = {level: sum(finding.level == level for finding in findings) for level in ("OK", "WARN", "FAIL")}
    lines.append(f"{counts['OK']} in order, {counts['WARN']} to look at, {counts['FAIL']} wrong")
    return "\n".join(lines)


def shown_as_json(findings: list[Finding]) -> str:
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2)
