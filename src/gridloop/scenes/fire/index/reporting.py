"""An evaluation as lines for the terminal."""

from collections.abc import Iterator
from typing import Any

from gridloop.scenes.fire.index.models import Evaluation


def report(found: Evaluation) -> str:
    return "\n".join(lines(found))


def lines(found: Evaluation) -> Iterator[str]:
    figures = found.figures
    yield f"Fire risk index, edition {found.edition.number} ({found.edition.title})"
    yield f"Data: {found.data}"
    if "index" not in figures:
        yield "No window of four weeks with fires in it is over yet: nothing to judge."
        return
    yield f"Windows from {figures['from']} to {figures['until']}, {figures['fires']} fires in them"
    yield ""
    yield f"{'ranking':<34}{'top 5 %':>9}{'top 10 %':>9}{'top 20 %':>9}{'AUC':>8}   share of fires found"
    for name, key in (
        ("index", "index"), ("fires of the year before", "last_year"),
        ("the same per address", "last_year_per_address"), ("most addresses first", "most_addresses"),
    ):  # fmt: skip
        yield ranking_line(name, figures[key])
    yield f"{'by chance':<34}{'5.0 %':>9}{'10.0 %':>9}{'20.0 %':>9}{'0.500':>8}"
    precision = figures["index"]["precision"]
    yield f"{'index: grids with a fire (precision)':<36}" + " ".join(
        f"{100 * each:6.1f} %" for each in precision.values()
    )
    for share, lift in figures["lift"].items():
        yield f"lift at {share}: {lift['over_random']} times chance, {lift['over_last_year']} times last year's fires"
    yield ""
    yield "colour      fires   per 100 grids a year   per 1,000 addresses a year"
    for row in figures["calibration"]:
        yield f"{row['colour']:<10}{row['fires']:>7}{row['per_100_grids']:>23}{row['per_1000_addresses']:>28}"
    yield (
        "fires grow denser from blue to red"
        if figures["rises"]
        else "FIRES DO NOT GROW DENSER FROM BLUE TO RED"
    )
    yield ""
    yield f"stability: {100 * figures['stability']:.2f} % of grids change their colour in a week"
    worst = figures["sensitivity"]
    if worst["worst_tau"] is not None:
        yield (
            f"sensitivity: one weight ±{worst['swing']:.0%}: Kendall's tau at least {worst['worst_tau']}, at most "
            f"{100 * worst['most_changed']:.1f} % of grids change their colour"
        )
    yield from fairness_lines(figures["fairness"])
    yield from shadow_lines(figures.get("shadow"))


def ranking_line(name: str, judged: dict[str, Any]) -> str:
    shares = "".join(f"{100 * each:>7.1f} %" for each in judged["recall"].values())
    auc = "—" if judged["auc"] is None else f"{judged['auc']:.3f}"
    return f"{name:<34}{shares}{auc:>8}"


def fairness_lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield ""
    yield "town: share of inspections at 10 %, of grids, of fires"
    for row in sorted(rows, key=lambda row: -row["inspections"]):
        yield f"  {100 * row['inspections']:5.1f} %  {100 * row['grids']:5.1f} %  {100 * row['fires']:5.1f} %  {row['town']}"


def shadow_lines(shadow: dict[str, Any] | None) -> Iterator[str]:
    yield ""
    if shadow is None:
        yield "shadow ranking: not judged (too few windows or fires)"
        return
    yield (
        f"shadow ranking, learned on {shadow['trained_windows']} windows ({shadow['trained_fires']} fires), judged on the"
        f" {shadow['judged_windows']} after them ({shadow['judged_fires']} fires); it never colours the map"
    )
    for name, judged in shadow["learned"].items():
        yield ranking_line(f"  {name}", judged)
    yield ranking_line("  index on the same windows", shadow["index"])
    yield ranking_line("  last year's fires on the same", shadow["last_year"])
