"""Files keep their older versions; signs and documents have a title and a language."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_first_versions(apps, _editor):
    """The file of today becomes version 1."""
    file_model = apps.get_model("programme", "EditionFile")
    version_model = apps.get_model("programme", "EditionFileVersion")
    version_model.objects.bulk_create(
        version_model(file=file, number=1, stored=file.stored, uploaded_at=file.stored.received_at)
        for file in file_model.objects.select_related("stored").iterator(chunk_size=500)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_file_scan_has_a_claim"),
        ("programme", "0005_memberships_come_from_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(
            migrations.RenameField("editionfile", f"alt_{language}", f"title_{language}")
            for language in ("pl", "uk", "en")
        ),
        migrations.CreateModel(
            name="EditionFileVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("uploaded_at", models.DateTimeField(verbose_name="uploaded")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="programme.editionfile",
                    ),
                ),
                (
                    "stored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a file",
                "verbose_name_plural": "versions of files",
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("file", "number"),
                        name="edition_file_version_is_unique",
                        violation_error_message="This version of the file already exists.",
                    )
                ],
            },
        ),
        migrations.RunPython(keep_first_versions, migrations.RunPython.noop),
        migrations.RemoveField("editionfile", "stored"),
    ]
