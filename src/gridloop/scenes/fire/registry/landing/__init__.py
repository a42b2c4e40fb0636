"""How rows of the register's tables become rows of the database, two thousand at a time."""
