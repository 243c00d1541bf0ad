from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0004_accommodation_words")]

    operations = [
        # The database knows the default too: a process of the version before may still be drawing attempts.
        migrations.AddField(
            model_name="attemptitem",
            name="flagged",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
