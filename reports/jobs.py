"""What the queue may call: the Word file of a draft. Charts need the drawing library, which only a worker
loads.
"""

import hashlib
from importlib.metadata import version

from django.core.files.base import ContentFile
from django.db import transaction

from core.clock import now
from reports import charts
from reports.layouts import progress
from reports.models import Report
from reports.snapshot import SCHEMA, from_text

TROUBLE = "Không dựng được tệp Word. Hãy báo quản trị hệ thống."


def build_report(report_id: int) -> None:
    """Builds and stores the Word file of a report as it is now; nothing when it is there, or was changed
    meanwhile.

    A failure is written on the report for its owner, and raised for the log of the worker.
    """
    report = Report.objects.select_related("snapshot").filter(pk=report_id).first()
    if report is None or report.draft_is_ready:
        return
    try:
        docx = document(report)
    except Exception:
        Report.objects.filter(pk=report.pk, edition=report.edition).update(draft_error=TROUBLE)
        raise
    _store(report, docx)


def document(report: Report) -> bytes:
    """The .docx of a report: the same row, builder and pins give the same bytes."""
    snapshot = from_text(report.snapshot.data)
    pictures = {name: charts.render(spec) for name, spec in progress.chart_specs(snapshot).items()}
    return progress.build(snapshot, report.sections, report.letterhead, pictures)


def builder_name() -> str:
    """What built a file: layout, schema and the libraries that shape its bytes."""
    pins = ";".join(f"{name}={version(name)}" for name in ("python-docx", "matplotlib", "lxml"))
    return f"progress@{progress.VERSION};snapshot@{SCHEMA};{pins}"


@transaction.atomic
def _store(report: Report, docx: bytes) -> None:
    current = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if current.edition != report.edition:
        return  # changed while this was building; its own job follows
    storage, old = current.draft_file.storage, current.draft_file.name
    current.draft_file.save("du-thao.docx", ContentFile(docx), save=False)
    current.draft_sha256 = hashlib.sha256(docx).hexdigest()
    current.draft_built_at = now()
    current.draft_edition = current.edition
    current.draft_error = ""
    current.builder = builder_name()
    current.save(
        update_fields=[
            "draft_file",
            "draft_sha256",
            "draft_built_at",
            "draft_edition",
            "draft_error",
            "builder",
        ]
    )
    if old:
        transaction.on_commit(lambda: storage.delete(old))
