"""Standing pairs of vulnerable people and nearby volunteers, and the visits between them."""
