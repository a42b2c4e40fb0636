"""Cases: what somebody owns, with a deadline, until the one who asked judges it."""
