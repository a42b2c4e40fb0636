"""Persons, organisations, posts, and who may see what."""
