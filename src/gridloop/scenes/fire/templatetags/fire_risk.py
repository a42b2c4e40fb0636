"""Drawing the four colours: a mark with texture, letter and word, breakpoints as a small curve, a year as a line."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gridloop.scenes.fire.index.colours import SHOWN
from gridloop.scenes.fire.index.models import DayScore
from gridloop.scenes.fire.index.queries import Part
from gridloop.scenes.fire.risk import Method

register = template.Library()

TEXTURES = {
    0: "",
    1: '<circle cx="5" cy="6" r="1.2"/><circle cx="11" cy="10" r="1.2"/><circle cx="17" cy="6" r="1.2"/><circle cx="23" cy="10" r="1.2"/>',
    2: '<path d="M-2 16L14 0M6 16L22 0M14 16L30 0"/>',
    3: '<path d="M-2 16L14 0M6 16L22 0M14 16L30 0M-2 0L14 16M6 0L22 16M14 0L30 16"/>',
}
WIDTH, HEIGHT = 76, 24


@register.simple_tag
def risk_swatch(rank: int) -> SafeString:
    """The colour with its texture; silent to screen readers, because a word stands beside it."""
    return format_html(
        '<svg class="risk-swatch" viewBox="0 0 28 16" aria-hidden="true"><rect class="risk-fill-{}" width="28" height="16"/>'
        '<g class="risk-texture">{}</g></svg>',
        rank,
        mark_safe(TEXTURES[rank]),  # noqa: S308 - our own drawings
    )


@register.simple_tag
def risk_mark(rank: int, strong: bool = False) -> SafeString:
    """Colour, texture and word of a rank."""
    return format_html(
        '<span class="risk-mark risk-{}{}">{}<span>{}</span></span>',
        rank,
        " strong" if strong else "",
        risk_swatch(rank),
        SHOWN[rank].title,
    )


@register.simple_tag
def risk_letter(rank: int) -> SafeString:
    return format_html(
        '<span class="risk-letter risk-{}" title="{}">{}</span>', rank, SHOWN[rank].title, SHOWN[rank].letter
    )


@register.simple_tag
def risk_curve(part: Part) -> SafeString:
    """The breakpoints of an indicator, and where the grid lies on them."""
    points = part.yardstick.points
    low, high = points[0][0], max(points[-1][0], part.value or 0)
    span = (high - low) or 1

    def place(value: float, share: float) -> tuple[str, str]:
        return f"{2 + (WIDTH - 4) * (value - low) / span:.1f}", f"{HEIGHT - 3 - (HEIGHT - 6) * share:.1f}"

    last = points[-1][1]
    line = " ".join(",".join(place(value, share)) for value, share in [*points, (high, last)])
    here = SafeString("")
    if part.value is not None:
        x, y = place(max(part.value, low), part.share)
        here = format_html('<circle cx="{}" cy="{}" r="2.6"/>', x, y)
    words = _(", ").join(f"{value:g} → {share:g}" for value, share in points)
    return format_html(
        '<svg class="risk-curve" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title><polyline points="{}"/>{}</svg>',
        WIDTH, HEIGHT, words, words, line, here,
    )  # fmt: skip


@register.simple_tag
def risk_year(days: Sequence[DayScore], method: Method) -> SafeString:
    """A year of scores as a line over the bands of the four colours."""
    if len(days) < 2:
        return SafeString("")
    first, last = days[0].day, days[-1].day
    span = (last - first).days or 1
    wide, high = 600, 120

    def y(score: float) -> float:
        return high - high * score / 100

    bounds = [0, *method.thresholds, 100]
    bands = format_html_join(
        "",
        '<rect class="risk-band-{}" x="0" y="{}" width="{}" height="{}"/>',
        (
            (rank, f"{y(bounds[rank + 1]):.1f}", wide, f"{y(bounds[rank]) - y(bounds[rank + 1]):.1f}")
            for rank in range(4)
        ),
    )
    line = " ".join(f"{wide * (row.day - first).days / span:.1f},{y(row.score):.1f}" for row in days)
    words = _("From %(first)s to %(last)s, between %(low)s and %(high)s") % {
        "first": first.isoformat(), "last": last.isoformat(), "low": f"{min(row.score for row in days):.0f}",
        "high": f"{max(row.score for row in days):.0f}",
    }  # fmt: skip
    return format_html(
        '<svg class="risk-year" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}<polyline points="{}"/></svg>',
        wide, high, words, bands, line,
    )  # fmt: skip


@register.filter
def number(value: float | None, digits: int = 1) -> str:
    """A number without useless zeros; a dash where nobody knows."""
    if value is None:
        return "—"
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def points(value: float) -> str:
    return f"{value:.2f}"


@register.filter
def percent_of(share: float) -> str:
    return f"{100 * share:.1f}"
