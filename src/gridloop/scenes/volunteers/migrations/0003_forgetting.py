"""The visits of which words are left, the oldest first: what the daily job looks for."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_forgetting'),
        ('volunteers', '0002_hours_are_kept'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(condition=models.Q(('words', ''), ('cannot', ''), _negated=True), fields=['due_at'], name='visit_told'),
        ),
    ]
