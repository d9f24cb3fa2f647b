"""Rows written before their history was kept get its first line, so that the next change has something before it."""

from django.db import migrations

MODELS = ("RoleGrant", "GroupMember")


def begin(apps, schema_editor):
    from core.clock import now

    for name in MODELS:
        model, kept = apps.get_model("units", name), apps.get_model("units", f"Historical{name}")
        columns = [field.attname for field in model._meta.concrete_fields]
        kept.objects.bulk_create(
            (
                kept(history_date=now(), history_type="+", **row)
                for row in model.objects.order_by("pk").values(*columns).iterator(chunk_size=500)
            ),
            batch_size=500,
        )


class Migration(migrations.Migration):
    dependencies = [("units", "0002_accountability")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
