"""Makes the tables of an empty database at once, as the models say: the same tables as playing every migration, in a tenth
of the time. What migrations do by hand (triggers, indexes, first rows) is done after it; a test compares both ways."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def is_empty() -> bool:
    """Whether the database has no table at all."""
    return not connection.introspection.table_names()


def make_all_tables() -> None:
    """All of it or nothing; afterwards every migration counts as played."""
    with connection.schema_editor() as editor:  # a transaction
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        do_by_hand(editor)
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for app, name in MigrationLoader(connection).disk_migrations:
            recorder.record_applied(app, name)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def do_by_hand(editor: BaseDatabaseSchemaEditor) -> None:
    """What our migrations do beside tables."""
    for operation in by_hand():
        operation.code(apps, editor)  # type: ignore[arg-type]


def by_hand() -> Iterator[RunPython]:
    """The operations of our migrations that run code, in their order."""
    for app in apps.get_app_configs():
        folder = Path(app.path) / "migrations"
        if app.name.startswith("gridloop") and folder.is_dir():
            for path in sorted(folder.glob("0*.py")):
                migration = import_module(f"{app.name}.migrations.{path.stem}").Migration
                yield from (one for one in migration.operations if isinstance(one, RunPython))
