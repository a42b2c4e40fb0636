"""Answers that may help the next firm: made from solved matters, reviewed, versioned."""
