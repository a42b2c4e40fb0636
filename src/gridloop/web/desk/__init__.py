"""The desk: where command rooms and units work through their queues and cases."""
