"""Reads areas from files people have: division tables, spreadsheets and GeoJSON; wrong rows are listed,
the rest lands.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.spreadsheets import below_title

from .actions import import_areas
from .landing import AreaRow, Landed
from .tree import LEVELS

Progress = Callable[[str, int, int], None]

_COLUMNS: dict[str, tuple[str, ...]] = {
    "level": ("level", "级别", "层级", "类型"),
    "code": ("code", "代码", "编码", "区划代码", "网格编码", "统计用区划代码"),
    "name": ("name", "名称", "区划名称", "网格名称"),
    "parent": ("parent", "parent_code", "parentcode", "上级代码", "上级编码", "父级代码", "所属代码"),
    "formerly": ("formerly", "old_code", "原代码", "原编码", "旧代码"),
    "households": ("households", "户数"),
    "residents": ("residents", "population", "人口", "人数"),
    "purpose": ("purpose", "网格类型", "用途"),
}
# The five-level tables name the level by the deepest parent column they carry.
_DIVISION: tuple[tuple[str, str], ...] = (
    ("streetcode", "community"), ("areacode", "town"), ("citycode", "county"), ("provincecode", "city"),
)  # fmt: skip
_LEVEL_WORDS: dict[str, str] = {
    "省": "province", "市": "city", "县": "county", "区县": "county", "县市区": "county", "区": "county",
    "乡镇": "town", "街道": "town", "镇": "town", "乡": "town", "乡镇街道": "town",
    "村": "community", "社区": "community", "村社": "community", "村社区": "community",
    "网格": "grid", "楼栋": "building", "楼": "building", "幢": "building", "微网格": "building",
}  # fmt: skip
_PURPOSES = {"专属网格": "dedicated", "专属": "dedicated", "dedicated": "dedicated"}


class UnreadableFile(Refusal):
    """The file is not a table or map of areas."""

    code = "unreadable_file"


def import_division(
    paths: Path | str | Sequence[Path | str],
    *,
    by: Actor,
    within: str = "",
    code_property: str = "code",
    system: str = "wgs84",
    progress: Progress | None = None,
) -> Landed:
    """Bring areas in from a folder or from files (CSV, XLSX, GeoJSON), larger areas first.

    `within` keeps only codes that begin so ("331083" for one county).
    Running twice changes nothing the second time.
    """
    files = _files([paths] if isinstance(paths, (str, Path)) else paths)
    landed = Landed()
    read = sorted(((file, read_rows(file, code_property)) for file in files), key=_depth_of, reverse=True)
    while read:
        file, rows = read.pop()
        _report(progress, file.name, 0, len(rows))
        kept = [row for row in rows if _belongs(row, within)] if within else rows
        import_areas(
            kept, into=landed, by=by, system=system, progress=_counting(progress, file.name, len(kept))
        )
    return landed


def _belongs(row: AreaRow, within: str) -> bool:
    """Rows inside the wanted code, and the areas around it."""
    return row.code.startswith(within) or within.startswith(row.bare_code)


def read_rows(file: Path, code_property: str = "code") -> list[AreaRow]:
    """The rows of one file, wrong ones too: what is wrong with them is found when they land."""
    if file.suffix.lower() in {".geojson", ".json"}:
        return list(_features(file, code_property))
    return list(_table(file))


def _files(paths: Iterable[Path | str]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found += [each for name in _FIVE for each in [path / name] if each.exists()] or sorted(
                path.glob("*.csv")
            )
        elif path.exists():
            found.append(path)
        else:
            raise UnreadableFile(_("There is no file %(name)s.") % {"name": path.name})
    if not found:
        raise UnreadableFile(_("The folder holds no CSV tables of areas."))
    return found


_FIVE = ("provinces.csv", "cities.csv", "areas.csv", "streets.csv", "villages.csv")


def _depth_of(found: tuple[Path, list[AreaRow]]) -> int:
    """Tables of large areas land before those of small ones; shapes, which name no level, land last."""
    levels = [LEVELS.index(row.level) for row in found[1][:50] if row.level in LEVELS]
    return min(levels, default=len(LEVELS))


def _table(file: Path) -> Iterator[AreaRow]:
    lines = _xlsx_lines(file) if file.suffix.lower() in {".xlsx", ".xlsm"} else _csv_lines(file)
    named, lines, start = below_title(lines)
    header = [str(cell or "").strip().lower().replace(" ", "") for cell in named]
    places = {
        field: header.index(word) for field, words in _COLUMNS.items() for word in words if word in header
    }
    if "code" not in places or "name" not in places:
        raise UnreadableFile(
            _("%(name)s needs a header row with at least the columns code and name.") % {"name": file.name}
        )
    level = ""
    if "level" not in places and "parent" not in places:
        column, level = next(((c, found) for c, found in _DIVISION if c in header), ("", "province"))
        if column:
            places["parent"] = header.index(column)
    if level:
        yield from _division_rows(lines, places, level, file.name, start)
        return
    for number, cells in enumerate(lines, start=start):
        if any(cells):
            yield _row_from(cells, places, file.name, number)


def _division_rows(
    lines: Iterator[list[Any]], places: dict[str, int], level: str, source: str, start: int
) -> Iterator[AreaRow]:
    """The quick way, for 620,573 villages: the level is the file's, and every cell is text."""
    code, name, parent = places["code"], places["name"], places.get("parent", -1)
    longest = max(code, name, parent)
    for number, cells in enumerate(lines, start=start):
        if len(cells) > longest:
            above = cells[parent] if parent >= 0 else ""
            yield AreaRow(level, cells[code].strip(), cells[name].strip(), above, source=source, line=number)
        elif cells:
            yield AreaRow(level, "", "", source=source, line=number)


def _row_from(cells: Sequence[Any], places: dict[str, int], source: str, line: int) -> AreaRow:
    def cell(field: str) -> str:
        at = places.get(field, -1)
        return str(cells[at]).strip() if 0 <= at < len(cells) and cells[at] is not None else ""

    said = cell("level")
    return AreaRow(
        level=_LEVEL_WORDS.get(said, said.lower()),
        code=cell("code"),
        name=cell("name"),
        parent=cell("parent"),
        formerly=cell("formerly"),
        households=cell("households"),
        residents=cell("residents"),
        purpose=_PURPOSES.get(cell("purpose"), "general" if cell("purpose") else ""),
        source=source,
        line=line,
    )


def _csv_lines(file: Path) -> Iterator[list[Any]]:
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    yield from csv.reader(io.StringIO(text, newline=""))


def _xlsx_lines(file: Path) -> Iterator[list[Any]]:
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise UnreadableFile(
            _("%(name)s is not a spreadsheet that can be read.") % {"name": file.name}
        ) from None
    try:
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in row]
    finally:
        book.close()


def _features(file: Path, code_property: str) -> Iterator[AreaRow]:
    try:
        collection = json.loads(file.read_text(encoding="utf-8-sig"))
        features = collection["features"]
    except (ValueError, KeyError, TypeError):
        raise UnreadableFile(
            _("%(name)s is not a GeoJSON FeatureCollection.") % {"name": file.name}
        ) from None
    for number, feature in enumerate(features, start=1):
        given = feature.get("properties") if isinstance(feature, dict) else None
        facts: dict[str, Any] = given if isinstance(given, dict) else {}
        said = str(facts.get("level") or "")
        yield AreaRow(
            level=_LEVEL_WORDS.get(said, said.lower()),
            code=str(facts.get(code_property) or "").strip(),
            name=str(facts.get("name") or facts.get("名称") or "").strip(),
            parent=str(facts.get("parent") or facts.get("上级代码") or "").strip(),
            shape=feature.get("geometry") if isinstance(feature, dict) else None,
            has_shape=True,
            source=file.name,
            line=number,
        )


def _report(progress: Progress | None, name: str, done: int, total: int) -> None:
    if progress is not None:
        progress(name, done, total)


def _counting(progress: Progress | None, name: str, total: int) -> Callable[[int], None]:
    return lambda done: _report(progress, name, done, total)
