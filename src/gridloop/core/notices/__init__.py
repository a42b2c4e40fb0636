"""Telling people: templates, outbox, channels."""
