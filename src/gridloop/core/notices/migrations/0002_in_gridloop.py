"""The way that is always there: people's own pages in gridloop."""

from django.db import migrations


def make_channel(apps, schema_editor):
    apps.get_model("notices", "Channel").objects.get_or_create(adapter="inapp", defaults={"name": "gridloop"})


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]
    operations = [migrations.RunPython(make_channel, migrations.RunPython.noop)]
