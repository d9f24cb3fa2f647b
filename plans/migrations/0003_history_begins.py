"""Documents get what they are searched by and the agency that keeps them; rows written before their history was kept
get its first line, so that the next change has something before it."""

from django.db import migrations

MODELS = (
    "Document", "DocumentLink", "Plan", "Clause", "Indicator", "Target", "TargetIndicator", "Milestone",
)  # fmt: skip
AGENCIES = ("department", "committee", "commune")


def fill_documents(apps, schema_editor):
    from core.text import fold

    Unit, Document, Plan = (
        apps.get_model("units", "Unit"), apps.get_model("plans", "Document"), apps.get_model("plans", "Plan"),
    )  # fmt: skip
    home = Unit.objects.filter(parent__isnull=True, kind="department").order_by("tree_start").first()
    agencies = list(Unit.objects.filter(kind__in=AGENCIES).order_by("-depth"))
    of_plan = {}
    for document_id, start in Plan.objects.values_list("document_id", "tracking_unit__tree_start"):
        inside = (unit for unit in agencies if unit.tree_start <= start <= unit.tree_end)
        of_plan[document_id] = next(inside, home)
    for document in Document.objects.all():
        document.search = fold(f"{document.number} {document.subject} {document.issuer}")[:800]
        document.agency = of_plan.get(document.pk, home)
        document.save(update_fields=["search", "agency"])


def begin(apps, schema_editor):
    from core.clock import now

    for name in MODELS:
        model, kept = apps.get_model("plans", name), apps.get_model("plans", f"Historical{name}")
        own = {field.attname for field in model._meta.concrete_fields}
        columns = [field.attname for field in kept._meta.concrete_fields if field.attname in own]
        kept.objects.bulk_create(
            (
                kept(history_date=now(), history_type="+", **row)
                for row in model.objects.order_by("pk").values(*columns).iterator(chunk_size=500)
            ),
            batch_size=500,
        )


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_accountability"), ("units", "0003_history_begins")]

    operations = [
        migrations.RunPython(fill_documents, migrations.RunPython.noop),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
