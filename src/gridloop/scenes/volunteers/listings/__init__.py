"""The three lists (needs, resources, services) and the standing menus of service stations."""
