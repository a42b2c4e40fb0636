"""Enterprises: a firm asks, the platform dispatches, a specialist takes."""
