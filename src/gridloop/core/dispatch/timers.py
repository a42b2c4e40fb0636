"""What dispatch does by the clock: hot issues are looked for every few minutes."""

from gridloop.core.clocks.periodic import every


@every("hot_issues", 300)
def look_for_hot_issues() -> int:
    """The libraries that compare texts are large: they are loaded by the worker that looks, not by every process."""
    from gridloop.core.dispatch.heat import find_hot_issues

    return find_hot_issues()
