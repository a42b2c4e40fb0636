"""One request for help: offers, assignments, proofs, ratings, and why somebody was asked."""
