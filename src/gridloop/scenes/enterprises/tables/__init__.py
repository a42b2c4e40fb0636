"""The county round table: what nobody could solve alone is decided there."""
