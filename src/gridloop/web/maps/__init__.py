"""What maps are drawn from: the shapes of the territory, kept by the browser until a boundary changes."""
