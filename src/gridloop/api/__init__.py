"""The doors for other systems: a JSON API, Open311, webhooks."""
