"""The demo county: made from a seed, believable, and nobody in it is real."""
