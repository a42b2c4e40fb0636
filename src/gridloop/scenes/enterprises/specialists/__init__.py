"""Specialists: who answers which class of matters for which town, and why this one."""
