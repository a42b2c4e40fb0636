"""Spreadsheets: what people's files look like, what is refused, and that nothing written can run."""

import datetime
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridloop.core.spreadsheets import NOTE_MARK, RISKY, Unreadable, read_rows, write_csv, write_rows


def xlsx(*lines: list, formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    for place, pattern in (formats or {}).items():
        book.active[place].number_format = pattern
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_people_have(encoding: str) -> None:
    rows = list(read_rows("姓名,编号\n张三,0071\n\n李四,\n".encode(encoding)))
    assert rows == [{"姓名": "张三", "编号": "0071"}, {"姓名": "李四", "编号": ""}]
    assert [row.number for row in rows] == [2, 4]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_delimiters_are_recognised(delimiter: str) -> None:
    assert list(read_rows(f"a{delimiter}b\n1{delimiter}2\n".encode())) == [{"a": "1", "b": "2"}]


def test_xlsx_is_read_as_people_see_it() -> None:
    content = xlsx(
        ["代码", "数", "日", "名"],
        [71, 3.0, datetime.datetime(2025, 1, 31), "  张三 "],
        [None, None, None, None],
        ["0072", 2.5, datetime.datetime(2025, 1, 31, 8, 30), True],
        formats={"A2": "000000"},
    )
    assert list(read_rows(content)) == [
        {"代码": "000071", "数": "3", "日": "2025-01-31", "名": "张三"},
        {"代码": "0072", "数": "2.5", "日": "2025-01-31 08:30:00", "名": "1"},
    ]


def test_a_row_of_notes_is_left_out_only_under_the_headers() -> None:
    rows = list(read_rows(f"a,b\n{NOTE_MARK} say what,x\n1,2\n{NOTE_MARK} data,3\n".encode()))
    assert [row["a"] for row in rows] == ["1", f"{NOTE_MARK} data"]


def test_headers_lose_stars_and_short_rows_are_filled() -> None:
    assert list(read_rows("姓名*,电话\n张三\n".encode())) == [{"姓名": "张三", "电话": ""}]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"a,a\n1,2\n",
        b"\xd0\xcf\x11\xe0old",
        b"PK\x03\x04damaged",
        b"a\x00b,c\n",
        b"\xff\xff\xff\xff",
        b"\x89PNG\r\n\x1a\n\x00\x00",
    ],
    ids=["empty", "blank", "doubled", "xls", "damaged", "binary", "no-encoding", "picture"],
)
def test_what_is_no_spreadsheet_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        list(read_rows(content))
    assert str(refused.value.words)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridloop.core.spreadsheets.UNPACKED_LIMIT", 2**20)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 2**21)
    with pytest.raises(Unreadable):
        list(read_rows(file.getvalue()))


@pytest.mark.parametrize("write", [write_rows, write_csv])
def test_formulas_are_written_as_text_and_come_back(write) -> None:
    risky = ["=1+1", "+86 138", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0"]
    content = b"".join(write(["列"], [[text] for text in risky]))
    assert [row["列"] for row in read_rows(content)] == risky
    if write is write_rows:
        cells = [row[0] for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2)]
        assert all(cell.data_type == "s" and not cell.value.startswith(RISKY) for cell in cells)
    else:
        assert all(line.lstrip('"').startswith("'") for line in content.decode("utf-8-sig").splitlines()[1:])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20),
        max_size=5,
    )
)
def test_texts_survive_the_way_out_and_in(texts: list[str]) -> None:
    content = b"".join(write_rows(["文"], [[f"a{text}"] for text in texts], notes=["note"]))
    assert [row["文"] for row in read_rows(content)] == [f"a{text}" for text in texts]


def test_writing_keeps_numbers_dates_and_leading_zeros() -> None:
    day = datetime.date(2025, 1, 31)
    content = b"".join(write_rows(["a", "b", "c"], [["007", 3.5, day], [None, True, "x\x0b\x01y"]]))
    assert list(read_rows(content)) == [
        {"a": "007", "b": "3.5", "c": "2025-01-31"},
        {"a": "", "b": "1", "c": "xy"},
    ]


def test_a_title_above_the_columns_is_no_header_and_rows_keep_their_numbers() -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["2026年网格员花名册", None, None])
    sheet.merge_cells("A1:C1")
    sheet.append([])
    sheet.append(["用户名", "姓名", "手机号"])
    sheet.append(["wg001", "张三", 13800138000])
    packed = io.BytesIO()
    book.save(packed)
    (row,) = read_rows(packed.getvalue())
    assert (row["姓名"], row["手机号"], row.number) == ("张三", "13800138000", 4)


def test_a_table_of_one_column_has_its_header_on_top() -> None:
    assert [row["姓名"] for row in read_rows("姓名\n张三\n李四\n".encode())] == ["张三", "李四"]
