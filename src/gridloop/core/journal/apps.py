"""The journal as a Django app: it stands below all others, so what every connection needs is set up here."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Connections read moments quickly."""

    name = "gridloop.core.journal"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from gridloop.core.journal.moments import read_quickly

        connection_created.connect(read_quickly, dispatch_uid="moments")
