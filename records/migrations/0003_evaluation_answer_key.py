# A running number would tell in which order answers came, and so perhaps from whom: the key becomes random. The table is made
# anew, since a primary key cannot change its type on every database; no released version held answers.

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0002_certificate_choices")]

    operations = [
        migrations.DeleteModel(name="EvaluationAnswer"),
        migrations.CreateModel(
            name="EvaluationAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("course_key", models.UUIDField(db_index=True)),
                ("locale", models.CharField(max_length=12)),
                ("month", models.DateField(verbose_name="month")),
                ("answers", models.JSONField(default=dict)),
            ],
            options={"verbose_name": "evaluation answer", "verbose_name_plural": "evaluation answers"},
        ),
    ]
