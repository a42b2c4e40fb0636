"""From a message of a device to what the rules make of it, stored before it is acknowledged."""
