"""Documents are kept as they are, or refused with words; programs inside are never kept."""

import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gridloop.core.evidence.documents import DOCX, PDF, XLSX, check_document, tidy_name
from gridloop.core.journal.errors import Refusal
from tests.core.evidence import pictures

TOO_MANY = pictures.package(
    {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"", **{f"word/{n}": b"" for n in range(5001)}},
    zipfile.ZIP_STORED,
)


@pytest.mark.parametrize(
    ("sent", "media_type"), [(b"%PDF-1.7\n1 0 obj", PDF), (pictures.xlsx(), XLSX), (pictures.docx(), DOCX)]
)
def test_allowed_documents_are_kept_unchanged(sent: bytes, media_type: str) -> None:
    document = check_document(sent)
    assert (document.content, document.media_type) == (sent, media_type)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "document_empty"),
        (b"%PDF-" + b" " * 20 * 2**20, "document_too_large"),
        (b"%PDF-1.7 /OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "document_macro"),
        (b"%PDF-1.7 << /S /Launch >>", "document_macro"),
        (pictures.docx({"word/vbaProject.bin": b"x"}), "document_macro"),
        (pictures.docx({"word/activeX/activeX1.xml": b"x"}), "document_macro"),
        (pictures.docx(types=b"application/vnd.ms-word.document.macroEnabled.main+xml"), "document_macro"),
        (pictures.docx({"xl/workbook.xml": b"both at once"}), "document_unknown"),
        (pictures.package({"[Content_Types].xml": b"", "a.exe": b""}), "document_unknown"),
        (pictures.package({"a.txt": b"only a zip"}), "document_damaged"),
        (pictures.docx()[:40], "document_damaged"),
        (pictures.docx({"word/media/x": b"\0" * (301 * 2**20)}), "document_bomb"),
        (TOO_MANY, "document_bomb"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "document_old"),
        (b"<html>" + pictures.docx(), "document_unknown"),
        (b"MZ\x90", "document_unknown"),
        (b"number,name\n1,=cmd()", "document_unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_documents_are_refused_with_words(sent: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_document(sent)
    assert refused.value.code == code
    assert str(refused.value.words).endswith((".", "。"))


@given(
    some.sampled_from([b"PK\x03\x04", b"%PDF-", pictures.docx(), pictures.xlsx()]),
    some.binary(max_size=200),
    some.integers(0, 5000),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_become_a_document_or_a_refusal(start: bytes, rest: bytes, place: int) -> None:
    try:
        check_document(start[: len(start) - place % len(start)] + rest + start[place % len(start) :])
    except Refusal:
        return


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("整改通知.docx", "整改通知.docx"),
        ("../../etc/passwd", "passwd.docx"),
        (r"C:\Users\me\photo.png", "photo.docx"),
        ("bill\u202excod.exe\r\nX: 1", "billxcod.docx"),
        ("", "file.docx"),
        ("...", "file.docx"),
        ("x" * 400, "x" * 115 + ".docx"),
    ],
)
def test_names_are_tidied(name: str, tidy: str) -> None:
    assert tidy_name(name, DOCX) == tidy
