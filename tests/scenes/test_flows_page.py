"""The page of flows shows the flow tables as they are."""

import draw_flows


def test_the_page_of_flows_is_current() -> None:
    assert draw_flows.FLOWS.read_text(encoding="utf-8") == draw_flows.drawing(), "run tools/draw_flows.py"
