"""When a closed case was forgotten, and open cases of people whose data were erased."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0003_reach'),
        ('people', '0001_initial'),
        ('territory', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Owed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brought', models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name='case',
            name='emptied_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='unnamed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('open', False), ('unnamed_at', None)), fields=['closed_at'], name='case_to_be_unnamed'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('open', False), ('emptied_at', None)), fields=['closed_at'], name='case_to_be_emptied'),
        ),
        migrations.AddField(
            model_name='owed',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='owed', to='cases.case'),
        ),
        migrations.AddField(
            model_name='owed',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='owed',
            constraint=models.UniqueConstraint(fields=('case', 'person'), name='owed_once'),
        ),
    ]
