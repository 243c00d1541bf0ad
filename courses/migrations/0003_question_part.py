from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_links")]

    operations = [
        # The database knows the default too: a process of the version before may still be saving questions.
        migrations.AddField(
            model_name="question",
            name="part",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Feedback leads straight to it.",
                max_length=36,
                verbose_name="part of that lesson",
            ),
        ),
    ]
