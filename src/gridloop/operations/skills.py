"""The skills at the shell: train and measure the classifier, find hot issues in a file."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gridloop.core.cases.models import Category
from gridloop.core.dispatch import classifier
from gridloop.core.dispatch.evaluating import Evaluation, evaluate_file
from gridloop.core.dispatch.hotspots import Hotspot, find_hotspots_in_file
from gridloop.core.dispatch.tables import joined, read_table
from gridloop.core.dispatch.training import train
from gridloop.core.journal.errors import NotFound
from gridloop.core.spreadsheets import read_rows
from gridloop.operations.accounts import SHELL
from gridloop.operations.terminal import padded, width

Say = Callable[[str], None]
VOTES = ("点赞数", "votes")
MOST_SHOWN = 10


def train_classifier(file: Path, *, text: Sequence[str], label: str, say: Say) -> None:
    """A new edition from every row with a text and a class; the older ones stay, to go back to."""
    rows = read_table(file, [*text, label])
    texts = [joined(row, text) for row in rows]
    labels = [str(row.get(label) or "").strip() for row in rows]
    say(f"Learning from {len(rows):,} rows ...")
    model = train(texts, labels)
    edition = classifier.put_in_use(model, name=file.stem[:60], rows=len(rows), by=SHELL)
    say(f"Edition {edition.pk} knows {len(model.labels)} classes and is in use: {', '.join(model.labels)}")
    made = Category.objects.filter(edition=f"labels-{edition.pk}").count()
    if made:
        say(
            f"None of them was a class here: {made} were added as the edition 'labels-{edition.pk}'; map them under Settings > Classes."
        )


def evaluate_classifier(
    file: Path, *, text: Sequence[str], label: str, json_file: Path | None, say: Say
) -> None:
    in_use = classifier.IN_USE.current()
    if in_use is None:
        raise NotFound(
            "No classifier is trained yet: run 'gridloop classify train FILE --text ... --label ...'."
        )
    figures = evaluate_file(in_use.model, file, text, label)
    say(table_of(figures))
    if json_file is not None:
        write_json(json_file, figures.as_json())


def table_of(figures: Evaluation) -> str:
    widest = max(12, *(width(name) for name in figures.per_class)) if figures.per_class else 12
    lines = [
        f"accuracy {figures.accuracy:.4f}   macro-F1 {figures.macro_f1:.4f}   {figures.rows:,} rows   "
        f"{figures.milliseconds:.2f} ms a message",
        "",
        f"{padded('class', widest)} {'precision':>10} {'recall':>8} {'F1':>8} {'rows':>8}",
    ]
    lines += [
        f"{padded(name, widest)} {each.precision:>10.4f} {each.recall:>8.4f} {each.f1:>8.4f} {each.rows:>8,}"
        for name, each in figures.per_class.items()
    ]
    return "\n".join(lines)


def find_hotspots(
    file: Path,
    *,
    id_column: str,
    text: Sequence[str],
    time: str,
    weight: Sequence[str] | None,
    json_file: Path,
    say: Say,
) -> None:
    weights = vote_columns(file) if weight is None else weight
    left_out: list[int] = []
    found = find_hotspots_in_file(file, id_column, text, time, weight_columns=weights, left_out=left_out)
    write_json(json_file, [{"rank": rank, **spot.as_json()} for rank, spot in enumerate(found, start=1)])
    for rank, spot in enumerate(found[:MOST_SHOWN], start=1):
        say(line_of(rank, spot))
    if left_out:
        lines = ", ".join(str(line) for line in left_out[:MOST_SHOWN])
        more = f" and {len(left_out) - MOST_SHOWN:,} more" if len(left_out) > MOST_SHOWN else ""
        say(f"left out, because the time cannot be read or the number came before: lines {lines}{more}")
    say(f"{len(found)} hot issues, written to {json_file}")


def vote_columns(file: Path) -> list[str]:
    """The columns of a file that hold support for a message, by the names such files use."""
    first: Mapping[str, str] = next(iter(read_rows(file)), {})
    return [column for column in VOTES if column in first]


def line_of(rank: int, spot: Hotspot) -> str:
    arithmetic = " + ".join(f"{name} {value:g}" for name, value in spot.terms.items())
    place = f" [{spot.place}]" if spot.place else ""
    return (
        f"{rank:>3}. {spot.title}{place}: {len(spot.message_ids)} messages, heat {spot.heat:g} = {arithmetic}"
    )


def write_json(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
