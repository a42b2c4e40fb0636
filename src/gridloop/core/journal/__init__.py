"""What happened: one append-only record that is history, audit and outbox at once."""
