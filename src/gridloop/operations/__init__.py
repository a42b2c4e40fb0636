"""Running an installation: its processes, its health, its backups."""
