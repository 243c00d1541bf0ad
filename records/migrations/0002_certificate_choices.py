# Titles in all languages, the holder's choices, and one standing certificate per visitor's completion.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_begin"),
    ]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="show_score",
            field=models.BooleanField(default=False, verbose_name="print the score"),
        ),
        migrations.AddField(
            model_name="certificate",
            name="titles",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="publiccertificate",
            name="completion",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="public_certificates",
                to="records.completion",
            ),
        ),
        migrations.AddField(
            model_name="publiccertificate",
            name="reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="reason for revoking or replacing"),
        ),
        migrations.AddField(
            model_name="publiccertificate",
            name="replaced_by",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaces",
                to="records.publiccertificate",
            ),
        ),
        migrations.AddField(
            model_name="publiccertificate",
            name="show_score",
            field=models.BooleanField(default=False, verbose_name="print the score"),
        ),
        migrations.AddField(
            model_name="publiccertificate",
            name="titles",
            field=models.JSONField(default=dict),
        ),
        migrations.AddConstraint(
            model_name="publiccertificate",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("completion__isnull", False), ("replaced_by__isnull", True), ("revoked_at__isnull", True)
                ),
                fields=("completion",),
                name="one_standing_public_certificate_per_completion",
            ),
        ),
    ]
