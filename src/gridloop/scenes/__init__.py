"""Scenes: one folder per field of public life, each whole."""
