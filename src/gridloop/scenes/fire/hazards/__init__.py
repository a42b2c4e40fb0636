"""Hazards: what could burn, found by devices, inspections and people, put right by whoever answers for it."""
