"""The demo's matters: what firms ask, a year of it, and what goes on while somebody looks."""
