"""Indexes in the order of lists for every reason to see a case; the single ones they make needless go."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NEEDLESS = {
    "cases_case": ("category_id", "county_id", "town_id", "community_id", "grid_id", "lead_unit_id"),
    "cases_party": ("case_id", "person_id"),
    "cases_task": ("organisation_id",),
}


def drop_single_indexes(apps, schema_editor):
    """By hand, as SQLite would write the whole table anew for every field whose index goes."""
    connection = schema_editor.connection
    for table, columns in NEEDLESS.items():
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, table)
        for name, one in found.items():
            if one["index"] and not one["unique"] and len(one["columns"]) == 1 and one["columns"][0] in columns:
                schema_editor.execute(f'DROP INDEX "{name}"')


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_search"),
        ("people", "0001_initial"),
        ("territory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RemoveIndex(model_name="case", name="case_county_queue"),
        migrations.RemoveIndex(model_name="case", name="case_town_queue"),
        migrations.RemoveIndex(model_name="case", name="case_unit_queue"),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('open', True)), fields=['county', 'queue_at', 'id', 'step', 'urgency', 'supervised', 'category', 'kind'], name='case_county_queue'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('open', True)), fields=['town', 'queue_at', 'id', 'step', 'urgency', 'supervised', 'category', 'kind'], name='case_town_queue'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('open', True)), fields=['lead_unit', 'queue_at', 'id', 'step', 'urgency', 'supervised', 'category', 'kind'], name='case_unit_queue'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['county', '-id'], name='case_county_newest'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['community', '-id'], name='case_community_newest'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['lead_unit', '-id'], name='case_unit_newest'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('urgency__lt', 3)), fields=['urgency', '-id'], name='case_urgent_newest'),
        ),
        migrations.AddIndex(
            model_name='party',
            index=models.Index(fields=['person', '-case'], name='party_person_newest'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['organisation', '-case'], name='task_unit_newest'),
        ),
        migrations.RunPython(drop_single_indexes, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='case',
                    name='category',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='cases.category'),
                ),
                migrations.AlterField(
                    model_name='case',
                    name='community',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area'),
                ),
                migrations.AlterField(
                    model_name='case',
                    name='county',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area'),
                ),
                migrations.AlterField(
                    model_name='case',
                    name='grid',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area'),
                ),
                migrations.AlterField(
                    model_name='case',
                    name='lead_unit',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
                ),
                migrations.AlterField(
                    model_name='case',
                    name='town',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='case',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='cases.case'),
                ),
                migrations.AlterField(
                    model_name='party',
                    name='person',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stands_behind', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AlterField(
                    model_name='task',
                    name='organisation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='people.organisation'),
                ),
            ],
        ),
    ]
