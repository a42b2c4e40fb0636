"""Facts, daily rollups, indicators and rankings."""
