"""One page of figures, each leading to the matters behind it."""
