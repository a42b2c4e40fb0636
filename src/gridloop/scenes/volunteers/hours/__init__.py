"""Hours that stand up: an append-only ledger, publicity, certificates."""
