"""The page of flows shows the flow tables as they are."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_flows_is_current() -> None:
    drawn = runpy.run_path(str(ROOT / "tools" / "draw_flows.py"))

    assert drawn["FLOWS"].read_text(encoding="utf-8") == drawn["drawing"](), "run tools/draw_flows.py"
