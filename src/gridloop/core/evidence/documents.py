"""Which documents may be kept beside a case: PDF, Word and Excel files without programs inside.

They are kept as they are and only ever handed out as an attachment; nobody's browser shows them here.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import Final
from zipfile import ZipFile

from django.utils.translation import gettext_lazy as _

from gridloop.core.evidence.kinds import kind_of
from gridloop.core.journal.errors import Refusal

LARGEST_DOCUMENT: Final = 20 * 2**20
LARGEST_UNPACKED: Final = 300 * 2**20
MOST_PARTS: Final = 5000
PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = {PDF: ".pdf", DOCX: ".docx", XLSX: ".xlsx", "image/jpeg": ".jpg"}
MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
PROGRAM_PARTS = ("vbaproject", "activex", "macrosheets", "vbadata")
PROGRAMS_IN_PDF = (b"/JavaScript", b"/Launch")


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A document that may be stored."""

    content: bytes
    media_type: str


def check_document(content: bytes) -> CheckedDocument:
    """The document in `content`, or a Refusal that says what to do; never another exception."""
    if not content:
        raise refusal(_("The file is empty. Choose it again."), "document_empty")
    if len(content) > LARGEST_DOCUMENT:
        raise refusal(
            _("This file is larger than 20 MB. Send a smaller one, or send its pages as photos."),
            "document_too_large",
        )
    kind = kind_of(content)
    if kind == "pdf":
        guard_pdf(content)
        return CheckedDocument(content, PDF)
    if kind == "zip":
        return CheckedDocument(content, office_type(content))
    if kind == "old_office":
        raise refusal(
            _(
                "This is an old or a locked Office file. Save it without a password as .docx, .xlsx or PDF, and send that."
            ),
            "document_old",
        )
    raise refusal(
        _("This kind of file is not kept. Send a PDF, Word (.docx) or Excel (.xlsx) file."),
        "document_unknown",
    )


def guard_pdf(content: bytes) -> None:
    """Refuses a PDF that openly carries a program."""
    if any(word in content for word in PROGRAMS_IN_PDF):
        raise with_program()


def office_type(content: bytes) -> str:
    """The media type of a Word or Excel file, read from its table of contents; nothing large is unpacked."""
    try:
        with ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            names = {part.filename.lower() for part in parts}
            types = package.open("[Content_Types].xml").read(2**20).lower()
    except (
        Exception
    ) as trouble:  # a hostile archive fails in every way there is; all mean the same to the sender
        raise damaged() from trouble
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise refusal(_("This file unpacks to far more than it seems. Send it as PDF."), "document_bomb")
    if b"macroenabled" in types or any(word in name for name in names for word in PROGRAM_PARTS):
        raise with_program()
    found = [media_type for part, media_type in MAIN_PARTS.items() if part in names]
    if len(found) != 1:
        raise refusal(
            _("This kind of file is not kept. Send a PDF, Word (.docx) or Excel (.xlsx) file."),
            "document_unknown",
        )
    return found[0]


def tidy_name(name: str, media_type: str) -> str:
    """A name safe to show and to save under: no folders, no control or direction marks, and the ending its type has."""
    plain = "".join(
        sign
        for sign in PurePath(name.replace("\\", "/")).name
        if sign.isprintable() and sign not in '<>:"|?*'
    )
    ending = ENDINGS[media_type]
    return (PurePath(plain).stem.strip(" .")[: 120 - len(ending)] or "file") + ending


def refusal(words: object, code: str) -> Refusal:
    return Refusal(words, code=code, field="document")  # type: ignore[arg-type]


def with_program() -> Refusal:
    return refusal(
        _("This file contains a program (macro), which is not kept. Save it without macros, and send that."),
        "document_macro",
    )


def damaged() -> Refusal:
    return refusal(
        _("This file is damaged. Open it, save it again, and send the new one."), "document_damaged"
    )
