"""Signing in, and what people see and decide about their own account."""
