"""The days of one measure lie side by side: figures of a month read a month, however long the county has been counting."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_initial")]
    operations = [
        migrations.RemoveConstraint(model_name="dailyrollup", name="one_rollup"),
        migrations.AddConstraint(
            model_name="dailyrollup",
            constraint=models.UniqueConstraint(
                fields=("dimension", "member", "measure", "day", "kind"), name="one_rollup"
            ),
        ),
    ]
