"""Volunteers: what people need, who can help, and the best match between them."""
