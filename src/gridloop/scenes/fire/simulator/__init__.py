"""Fleets that do not exist, speaking as real ones do: for trying, measuring and breaking."""
