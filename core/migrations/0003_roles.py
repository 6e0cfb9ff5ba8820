"""Roles are groups. Anonymous visitors and officials by link have no account, so no group."""

from django.db import migrations

ROLES = (
    "coordinator",
    "administrator",
    "auditor",
    "evaluator",
    "mentor",
    "intern",
    "hromada_contact",
)


def make_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name in ROLES:
        Group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_audit_is_append_only"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
