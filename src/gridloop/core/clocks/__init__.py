"""The working calendar, time limits, and durable timers."""
