"""Matters of firms: asked, dispatched to a specialist, answered, judged."""
