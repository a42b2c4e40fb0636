"""Alarms: one open alarm a device and kind, grouped into episodes that people verify."""
