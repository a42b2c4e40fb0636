"""Getting Django ready for a command, with refusals in the terminal's language."""

import os


def stand_up() -> None:
    """Loads settings and apps; every command but the help calls it first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridloop.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate(language_of_terminal())


def stand_up_with_tables() -> None:
    """For commands that write: a database that is still empty gets its tables, any other is left alone."""
    stand_up()
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    if not MigrationRecorder(connection).has_table():
        from gridloop.operations.serving import bring_tables_up_to_date

        bring_tables_up_to_date()


def language_of_terminal() -> str:
    """Chinese for a Chinese terminal, else English; GRIDLOOP_CLI_LANGUAGE decides when given."""
    spoken = (
        os.environ.get("GRIDLOOP_CLI_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    )
    return "zh-hans" if spoken.lower().startswith("zh") else "en"


def pool_connections() -> None:
    """A web process has far more threads than PostgreSQL has connections to give, so they share a pool."""
    os.environ.setdefault("GRIDLOOP_POOL", "1")
