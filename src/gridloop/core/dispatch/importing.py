"""Takes a file of residents' messages through intake: every row becomes a case, or is listed with the reason why not."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import monotonic

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case, Link
from gridloop.core.cases.spots import Spot
from gridloop.core.dispatch import heat
from gridloop.core.dispatch.hotspots import Message, find_hotspots, read_time
from gridloop.core.dispatch.intake import take_in
from gridloop.core.dispatch.made_areas import make_areas_from
from gridloop.core.dispatch.models import HotIssue
from gridloop.core.dispatch.similar import DUPLICATE, Report, compare
from gridloop.core.dispatch.tables import NoSuchColumn, read_table
from gridloop.core.dispatch.text import telling_bigrams
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.spreadsheets import write_csv
from gridloop.core.territory import edition, tree
from gridloop.core.territory.addresses import match_address
from gridloop.core.territory.models import Area

IMPORT = Actor(kind="system", name="import-messages")
KEYS = uuid.UUID("6c1a3c1e-6f0b-5b52-8f5e-3d8a2f6f1c07")  # with the message's number it makes the case's key
COLUMNS = {
    "number": ("留言编号", "编号", "id", "number"),
    "title": ("留言主题", "主题", "title"),
    "at": ("留言时间", "时间", "time"),
    "words": ("留言详情", "详情", "内容", "words"),
}
VOTES = {"against": ("反对数", "against"), "for": ("点赞数", "支持数", "votes")}
ROWS_AT_ONCE = 100
PLACE_READ = 600  # characters in which people say where; later ones tell the story
RARE, LOOKED_AT, LINKED = 30, 6, 3
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One message as it came."""

    line: int
    number: str
    title: str
    words: str
    at: datetime
    support: int
    against: int

    @property
    def key(self) -> uuid.UUID:
        return uuid.uuid5(KEYS, f"messages:{self.number}")


@dataclass
class Imported:
    """What came of a file."""

    rows: int = 0
    opened: int = 0
    known: int = 0
    placed: Counter[str] = field(default_factory=Counter)  # level -> cases
    classed: int = 0
    ruled: int = 0
    links: int = 0
    hot_issues: int = 0
    areas_made: int = 0
    seconds: float = 0.0
    wrong: list[tuple[int, str, str]] = field(default_factory=list)  # line, number, reason

    def lines(self) -> list[str]:
        placed = ", ".join(f"{level} {count:,}" for level, count in sorted(self.placed.items()))
        said = [
            _("%(rows)d rows: %(opened)d cases opened, %(known)d known already, %(wrong)d left out, in %(seconds).1f s")
            % {"rows": self.rows, "opened": self.opened, "known": self.known, "wrong": len(self.wrong), "seconds": self.seconds},
            _("placed at: %(placed)s; classed: %(classed)d; a rule held for: %(ruled)d")
            % {"placed": placed or "-", "classed": self.classed, "ruled": self.ruled},
            _("%(links)d links between similar cases, %(hot)d hot issues, %(areas)d areas made")
            % {"links": self.links, "hot": self.hot_issues, "areas": self.areas_made},
        ]  # fmt: skip
        said += [
            _("line %(line)d: %(reason)s") % {"line": line, "reason": reason}
            for line, _number, reason in self.wrong[:20]
        ]
        return said


def import_messages(
    file: Path,
    *,
    make_areas: bool = False,
    errors: Path | None = None,
    progress: Progress = lambda done, total: None,
    by: Actor = IMPORT,
) -> Imported:
    """Every row goes through intake at its own time. The same number again is the same case.

    `make_areas` builds the county the words speak of first, for files in which places are masked (A市, A3区).
    """
    begun = monotonic()
    done = Imported()
    rows = list(read_messages(file, done))
    if make_areas:
        done.areas_made = make_areas_from([f"{row.title}\n{row.words[:PLACE_READ]}" for row in rows], by=by)
    if county_of_cases() is None:
        raise Refusal(
            _(
                "There is no county yet. Bring areas in with “gridloop territory import”, or add --make-areas: "
                "then they are made from the words."
            )
        )
    cases: dict[uuid.UUID, int] = {}
    for start in range(0, len(rows), ROWS_AT_ONCE):
        batch = rows[start : start + ROWS_AT_ONCE]
        known = dict(Case.objects.filter(key__in=[row.key for row in batch]).values_list("key", "pk"))
        done.known += len(known)
        cases |= known
        cases |= take_in_rows([row for row in batch if row.key not in known], done, by=by)
        progress(start + len(batch), len(rows))
    if done.opened or not is_linked(cases.values()):
        done.links = link_similar(rows, cases)
        done.hot_issues = keep_hot_issues(rows, cases)
    if errors is not None:
        write_errors(errors, done)
    done.seconds = monotonic() - begun
    return done


def read_messages(file: Path, into: Imported) -> Iterable[Row]:
    """The rows that can be read; the others are listed in `into`."""
    table = read_table(file)
    into.rows = len(table)
    names = columns_of(table[0]) if table else {}
    seen: set[str] = set()
    for cells in table:
        line = cells.number
        number, title = str(cells[names["number"]] or "").strip(), str(cells[names["title"]] or "").strip()
        words, at = str(cells[names["words"]] or "").strip(), read_time(cells[names["at"]])
        if not number:
            reason = _("it has no number, so it could not be known again")
        elif number in seen:
            reason = _("its number stands in the file twice")
        elif not title and not words:
            reason = _("it says nothing")
        elif at is None:
            reason = _("its time cannot be read")
        else:
            seen.add(number)
            aware = timezone.make_aware(at)
            votes = {name: whole(cells.get(names.get(name, ""))) for name in VOTES}
            yield Row(line, number, title, words, aware, votes["for"], votes["against"])
            continue
        into.wrong.append((line, number, reason))


def columns_of(row: Mapping[str, str]) -> dict[str, str]:
    """What the file calls each thing; raises when one is missing."""
    found = {}
    for name, titles in {**COLUMNS, **VOTES}.items():
        column = next((title for title in titles if title in row), None)
        if column is not None:
            found[name] = column
        elif name in COLUMNS:
            raise NoSuchColumn(
                _("The file has no column “%(column)s”. Its columns are: %(columns)s.")
                % {"column": titles[0], "columns": ", ".join(row)},
                field=titles[0],
            )
    return found


def whole(cell: object) -> int:
    text = str(cell or "").strip()
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def take_in_rows(rows: Sequence[Row], done: Imported, *, by: Actor) -> dict[uuid.UUID, int]:
    """One transaction for a batch; a refused row is listed and the others land."""
    opened = {}
    with transaction.atomic(), edition.steady():
        for row in rows:
            try:
                with transaction.atomic():
                    case = take_in_row(row, by=by)
            except Refusal as refusal:
                done.wrong.append((row.line, row.number, str(refusal.words)))
                continue
            opened[row.key] = case.pk
            done.opened += 1
            done.placed[tree.level(case.area_id)] += 1
            done.classed += case.category_id is not None
        done.ruled += Case.objects.filter(pk__in=opened.values(), firings__isnull=False).distinct().count()
    return opened


def take_in_row(row: Row, *, by: Actor) -> Case:
    """The votes a message had are voices behind its case; who voted is not known, so nobody hears of it."""
    title = row.title or row.words[:40]
    case = take_in(
        "report",
        title=title,
        words=row.words,
        spot=spot_of(f"{row.title}\n{row.words[:PLACE_READ]}"),
        by=by,
        source="import",
        key=row.key,
        at=row.at,
        facts={"outside_number": row.number, "support": row.support, "against": row.against},
    )
    if row.support:
        Case.objects.filter(pk=case.pk).update(voices=1 + row.support)
        record("votes_counted", by=by, subject_kind="case", subject=case.pk, area=case.area_id,
               facts={"support": row.support, "against": row.against})  # fmt: skip
    return case


def spot_of(words: str) -> Spot:
    """The deepest area the words name; the county where they name none, with that said."""
    found = match_address(words, limit=1)
    if found:
        return Spot(found[0].area, address=found[0].matched, placed_by="address")
    county = county_of_cases()
    assert county is not None
    return Spot(county, placed_by="none")


def county_of_cases() -> int | None:
    """The county that takes what names no place: the newest, which is the one just made or brought in."""
    return (
        Area.objects.filter(level="county", retired_at=None)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )


def is_linked(cases: Iterable[int]) -> bool:
    """Whether an earlier run came to its end: one that was interrupted after the last case has not linked any."""
    pks = list(cases)
    return Link.objects.filter(one__in=pks).exists() and HotIssue.objects.filter(cases__in=pks).exists()


def link_similar(rows: Sequence[Row], cases: Mapping[uuid.UUID, int]) -> int:
    """Links between messages most likely about the same; only those sharing rare words are compared at all."""
    texts = [f"{row.title}\n{row.words[:300]}" for row in rows]
    terms = [frozenset(telling_bigrams(text)) for text in texts]
    spread = Counter(term for each in terms for term in each)
    holders: dict[str, list[int]] = defaultdict(list)
    links = []
    for at, row in enumerate(rows):
        rare = [term for term in terms[at] if 2 <= spread[term] <= RARE]
        shared = Counter(other for term in rare for other in holders[term])
        for term in rare:
            holders[term].append(at)
        if row.key not in cases:
            continue
        alike = []
        for other, count in shared.most_common(LOOKED_AT):
            if count < 3 or rows[other].key not in cases:
                break
            likeness = compare(
                Report(texts[at], row.at), Report(texts[other], rows[other].at), explained=False
            )
            if likeness.score >= DUPLICATE:
                alike.append((likeness.score, other))
        for score, other in sorted(alike, reverse=True)[:LINKED]:
            links.append(
                Link(
                    one_id=cases[row.key],
                    other_id=cases[rows[other].key],
                    relation="similar",
                    score=round(score, 3),
                )
            )
    before = Link.objects.count()
    Link.objects.bulk_create(links, batch_size=500, ignore_conflicts=True)
    return Link.objects.count() - before


def keep_hot_issues(rows: Sequence[Row], cases: Mapping[uuid.UUID, int]) -> int:
    """The hot issues of the file, each with its arithmetic; what was found the last time keeps its row."""
    messages = [
        Message(
            str(cases[row.key]),
            row.title,
            row.words,
            row.at.replace(tzinfo=None),
            None,
            row.support + row.against,
        )
        for row in rows
        if row.key in cases
    ]
    found = find_hotspots(messages)
    now = timezone.now()
    with transaction.atomic():
        row_of_case = {
            case: issue
            for issue, case in HotIssue.cases.through.objects.values_list("hotissue_id", "case_id")
        }
        known = HotIssue.objects.in_bulk()
        for spot in found:
            members = [int(each) for each in spot.message_ids]
            before = next((row_of_case[case] for case in members if case in row_of_case), 0)
            issue = known.pop(before, None) or HotIssue()
            aware = [timezone.make_aware(moment) for moment in (spot.start, spot.end)]
            heat.keep_issue(issue, replace(spot, start=aware[0], end=aware[1]), members, now)
    return len(found)


def write_errors(file: Path, done: Imported) -> None:
    """The rows left out, so that they can be put right and sent again."""
    with file.open("wb") as out:
        out.writelines(write_csv(["line", "number", "reason"], done.wrong))
