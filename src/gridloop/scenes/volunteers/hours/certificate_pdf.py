"""A certificate on paper: one A4 page, quiet and dignified, with a QR code that leads to the public check."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import segno
from django.utils import timezone
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from gridloop.scenes.volunteers.hours.credential import hours_of, kind_in_chinese
from gridloop.scenes.volunteers.hours.models import Certificate

FONT = "STSong-Light"
INK, QUIET, LINE, SEAL = HexColor("#1f1d1a"), HexColor("#6b665e"), HexColor("#cfc8bb"), HexColor("#b3341f")
WIDTH, HEIGHT = A4
MARGIN = 24 * mm
SHOWN_ROWS = 12


def certificate_pdf(certificate: Certificate, *, name: str, issuer: str, check_url: str) -> bytes:
    """The page as PDF bytes. The font is one every PDF reader brings, so nothing is embedded."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = BytesIO()
    page = Canvas(out, pagesize=A4, invariant=True)
    page.setTitle(f"志愿服务记录证明（{certificate.number}）")
    page.setAuthor(issuer)
    page.setSubject(f"SHA-256 {certificate.digest}")
    draw_frame(page)
    draw_head(page, certificate)
    draw_statement(page, certificate, name, issuer)
    draw_entries(page, certificate.content["entries"])
    draw_foot(page, certificate, issuer, check_url)
    page.showPage()
    page.save()
    return out.getvalue()


def draw_frame(page: Canvas) -> None:
    page.setStrokeColor(LINE)
    page.setLineWidth(0.6)
    page.rect(12 * mm, 12 * mm, WIDTH - 24 * mm, HEIGHT - 24 * mm)
    page.setStrokeColor(SEAL)
    page.setLineWidth(1.6)
    page.line(WIDTH / 2 - 18 * mm, HEIGHT - 62 * mm, WIDTH / 2 + 18 * mm, HEIGHT - 62 * mm)


def draw_head(page: Canvas, certificate: Certificate) -> None:
    centred(page, "志愿服务记录证明", HEIGHT - 46 * mm, 26)
    centred(page, "Certificate of volunteer service", HEIGHT - 55 * mm, 10, QUIET)
    centred(page, f"证明编号：{certificate.number}", HEIGHT - 72 * mm, 11, QUIET)


def draw_statement(page: Canvas, certificate: Certificate, name: str, issuer: str) -> None:
    since, until = f"{certificate.since:%Y年%-m月%-d日}", f"{certificate.until:%Y年%-m月%-d日}"
    lines = (
        f"兹证明{name}（志愿者编号：{certificate.volunteer.number}）",
        f"于{since}至{until}期间参加志愿服务",
    )
    top = HEIGHT - 92 * mm
    for number, line in enumerate(lines):
        centred(page, line, top - number * 9 * mm, 13)
    centred(
        page,
        f"{len(certificate.content['entries'])}次，累计{hours_of(certificate.minutes)}小时",
        top - 25 * mm,
        22,
    )
    centred(page, "以上时长经服务双方确认，公示期满无异议。", top - 36 * mm, 10.5, QUIET)


def draw_entries(page: Canvas, rows: Sequence[dict[str, Any]]) -> None:
    """The latest entries, and in one line how many more there are; the whole list is in the machine-readable file."""
    top, shown = HEIGHT - 146 * mm, list(rows)[-SHOWN_ROWS:]
    columns = (MARGIN, MARGIN + 45 * mm, WIDTH - MARGIN)
    text(page, columns[0], top, "服务日期", 9, QUIET)
    text(page, columns[1], top, "服务类别", 9, QUIET)
    text(page, columns[2], top, "时长（小时）", 9, QUIET, right=True)
    rule(page, top - 2.4 * mm)
    for number, row in enumerate(shown, start=1):
        level = top - 1.6 * mm - number * 5.6 * mm
        text(page, columns[0], level, row["day"], 9.5)
        text(page, columns[1], level, kind_in_chinese(row["kind"]), 9.5)
        text(page, columns[2], level, hours_of(row["minutes"]), 9.5, right=True)
    last = top - 1.6 * mm - (len(shown) + 1) * 5.6 * mm
    if len(rows) > len(shown):
        text(page, columns[0], last, f"另有{len(rows) - len(shown)}条较早的记录，见电子证明。", 9, QUIET)


def draw_foot(page: Canvas, certificate: Certificate, issuer: str, check_url: str) -> None:
    size, bottom = 30 * mm, 27 * mm
    draw_code(page, check_url, MARGIN, bottom, size)
    left = MARGIN + size + 7 * mm
    text(page, left, bottom + 24 * mm, "扫码或在下列网址输入证明编号，即可核验：", 9, QUIET)
    text(page, left, bottom + 18.5 * mm, check_url, 9)
    text(page, left, bottom + 12 * mm, "内容摘要（SHA-256），已封存于不可更改的记录：", 9, QUIET)
    text(page, left, bottom + 7 * mm, certificate.digest[:32], 8.5)
    text(page, left, bottom + 3 * mm, certificate.digest[32:], 8.5)
    text(page, WIDTH - MARGIN, bottom + 45 * mm, issuer, 12, right=True)
    issued = timezone.localtime(certificate.issued_at)
    text(page, WIDTH - MARGIN, bottom + 38 * mm, f"{issued:%Y年%-m月%-d日}", 11, right=True)


def draw_code(page: Canvas, address: str, x: float, y: float, size: float) -> None:
    """A QR code as squares, so that it stays sharp on paper."""
    matrix = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    step = size / len(matrix)
    page.setFillColor(INK)
    for down, row in enumerate(matrix):
        for across, dark in enumerate(row):
            if dark:
                page.rect(
                    x + across * step,
                    y + size - (down + 1) * step,
                    step * 1.02,
                    step * 1.02,
                    stroke=0,
                    fill=1,
                )


def centred(page: Canvas, words: str, level: float, size: float, colour: Color = INK) -> None:
    page.setFillColor(colour)
    page.setFont(FONT, size)
    page.drawCentredString(WIDTH / 2, level, words)


def text(
    page: Canvas, x: float, y: float, words: str, size: float, colour: Color = INK, *, right: bool = False
) -> None:
    page.setFillColor(colour)
    page.setFont(FONT, size)
    (page.drawRightString if right else page.drawString)(x, y, words)


def rule(page: Canvas, level: float) -> None:
    page.setStrokeColor(LINE)
    page.setLineWidth(0.5)
    page.line(MARGIN, level, WIDTH - MARGIN, level)
