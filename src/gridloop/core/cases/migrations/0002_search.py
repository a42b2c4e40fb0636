"""The word index: an FTS5 table on SQLite, a tsvector with a GIN index on PostgreSQL."""

from django.db import migrations


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("CREATE VIRTUAL TABLE cases_words USING fts5(words, content='', contentless_delete=1)" if _deletes(schema_editor) else "CREATE VIRTUAL TABLE cases_words USING fts5(words)")
    else:
        schema_editor.execute(
            "CREATE TABLE cases_words (case_id bigint PRIMARY KEY REFERENCES cases_case(id) ON DELETE CASCADE, words tsvector NOT NULL)"
        )
        schema_editor.execute("CREATE INDEX cases_words_found ON cases_words USING gin (words)")


def _deletes(schema_editor):
    """Contentless tables that can delete came with SQLite 3.43; before, the words are kept twice."""
    return schema_editor.connection.Database.sqlite_version_info >= (3, 43)


def drop_index(apps, schema_editor):
    schema_editor.execute("DROP TABLE cases_words")


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(make_index, drop_index)]
