"""Content removed from a task leaves every copy: inbox, unsent mail, drafts of reports, the outline, kept files."""

import io
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.db import models
from django.test.utils import isolate_apps
from docx import Document as WordFile

from core.files import private_storage
from core.periods import containing
from notifications.announcer import announce
from notifications.channels.files import EmlBackend
from notifications.models import Notice
from notifications.removing import COVERED
from plans.models import Clause, DocumentFile
from reports.actions import create_draft, submit_for_signature
from reports.models import AgencyProfile, Report, Snapshot
from reports.profiles import default_profile
from tasks import actions, ledger
from tasks.models import ContentRemoval, Event, Task
from tasks.models.removal import HIDDEN, REMOVED
from tests.cast import TODAY, Cast
from tracker import removal as removing

pytestmark = pytest.mark.django_db

SECRET = "Trận địa phòng không ở đồi Bạch Mã, thôn Hạ"


@pytest.fixture
def task(cast: Cast) -> Task:
    clause = Clause.objects.create(plan=cast.plan, order=1, label="II.1", text=f"Đo đạc khu đất: {SECRET}")
    task = cast.task(title=f"Đo đạc {SECRET}", quote=SECRET, clause=clause)
    actions.update_progress(task, by=cast.minh, text="Đang đo", obstacle=f"Không vào được: {SECRET}")
    actions.submit(task, by=cast.minh, text=f"Đã đo xong. {SECRET}")
    actions.return_result(task, by=cast.lan, reason=f"Không ghi {SECRET} trong báo cáo")
    announce()
    return task


def ask(task: Task, cast: Cast) -> ContentRemoval:
    events = task.events.filter(verb__in=["update", "submit", "return"])
    return removing.ask(
        task, by=cast.minh, kind="secret", reason="Có nội dung mật", events=events, own=["title", "quote"]
    )


def approve(removal: ContentRemoval, cast: Cast) -> ContentRemoval:
    return removing.decide(
        removal, by=cast.lan, approved=True, minutes_number="3/BB", minutes_on=date(2026, 10, 13)
    )


def draft(cast: Cast) -> Report:
    report = create_draft(
        cast.plan,
        containing("month", TODAY),
        default_profile(cast.vp, AgencyProfile.Reach.INTERNAL),
        by=cast.lan,
    )
    report.sections["III.1"] = f"Giữ lại dòng này\n- {SECRET.upper()}"
    report.draft_file.save("du-thao.docx", ContentFile(SECRET.encode()), save=False)
    report.draft_edition = report.edition
    report.save()
    return report


def everything_stored() -> str:
    """Every text of every table, as whoever steals the database would read it."""
    return "\n".join(
        str(row) for model in apps.get_models() if model._meta.managed for row in model._base_manager.values()
    )


def test_from_the_request_on_inbox_and_unsent_mail_say_nothing(task: Task, cast: Cast) -> None:
    assert Notice.objects.filter(text__contains="Bạch Mã").exists()
    ask(task, cast)
    assert not Notice.objects.filter(text__contains="Bạch Mã").exists()
    assert not Notice.objects.filter(detail__contains="Bạch Mã").exists()
    assert Notice.objects.filter(text=COVERED).exists()


def test_nothing_announced_later_tells_what_is_under_request(cast: Cast) -> None:
    task = cast.task(title="Đo đạc")
    announce()
    actions.submit(task, by=cast.minh, text="Xong")
    actions.return_result(task, by=cast.lan, reason=f"Không ghi {SECRET}")
    removing.ask(
        task, by=cast.minh, kind="secret", reason="Có nội dung mật", events=task.events.filter(verb="return")
    )
    announce()
    assert "Bạch Mã" not in str(list(Notice.objects.values()))


def test_approved_no_table_holds_the_words_any_more(task: Task, cast: Cast) -> None:
    draft(cast)
    approve(ask(task, cast), cast)
    assert "Bạch Mã" not in everything_stored()
    assert "BẠCH MÃ" not in everything_stored()
    assert ledger.first_broken(task) is None


def test_a_draft_report_is_made_again_without_the_words_and_its_file_is_destroyed(
    task: Task, cast: Cast, django_capture_on_commit_callbacks: Callable
) -> None:
    report = submit_for_signature(draft(cast), by=cast.lan)
    old, file = report.snapshot_id, report.draft_file.name
    with django_capture_on_commit_callbacks(execute=True):
        removal = approve(ask(task, cast), cast)
    report.refresh_from_db()
    assert not private_storage().exists(file)
    assert (report.state, report.draft_file.name, report.draft_edition) == ("draft", "", None)
    assert report.snapshot_id != old
    assert report.sections["III.1"] == f"Giữ lại dòng này\n{REMOVED}"
    emptied = Snapshot.objects.get(pk=old)
    assert (emptied.data, emptied.removal) == ("", removal)
    assert "Đã lập lại 01 dự thảo báo cáo" in removal.aftermath


def test_an_issued_report_is_listed_and_not_altered(task: Task, cast: Cast) -> None:
    report = draft(cast)
    Report.objects.filter(pk=report.pk).update(
        state="issued", submitted_at="2026-10-13T08:00:00+07:00", number="12/BC-VP", issued_on=TODAY,
        signer="A", signed_file="x.pdf", signed_sha256="0" * 64,
    )  # fmt: skip
    before = Report.objects.filter(pk=report.pk).values().get()
    removal = approve(ask(task, cast), cast)
    assert Report.objects.filter(pk=report.pk).values().get() == before
    assert "Báo cáo số 12/BC-VP ngày 13/10/2026 đã ban hành" in removal.aftermath


def test_the_outline_of_the_plan_forgets_its_copy(task: Task, cast: Cast) -> None:
    approve(ask(task, cast), cast)
    assert Clause.objects.get().text == REMOVED


def word(text: str) -> bytes:
    file, out = WordFile(), io.BytesIO()
    file.add_paragraph(text)
    file.save(out)
    return out.getvalue()


def test_a_workbook_kept_for_preview_is_destroyed_and_an_official_file_listed(task: Task, cast: Cast) -> None:
    held = Path(settings.MEDIA_ROOT, "intake", str(cast.lan.pk))
    held.mkdir(parents=True, exist_ok=True)
    (held / f"{'a' * 32}.xlsx").write_bytes(word(f"Nhiệm vụ: {SECRET}"))
    (held / f"{'b' * 32}.xlsx").write_bytes(word("Nhiệm vụ khác"))
    original = DocumentFile(document=cast.plan.document, uploaded_by=cast.lan)
    original.fill(ContentFile(word(SECRET), name="ke-hoach.docx"))
    original.save()
    removal = approve(ask(task, cast), cast)
    assert [path.name[0] for path in held.iterdir()] == ["b"]
    assert "Tệp của Kế hoạch số 12/KH-SNNMT" in removal.aftermath
    assert original.is_intact()


def test_mail_that_has_gone_is_listed(task: Task, cast: Cast) -> None:
    mail = EmailMessage("[Nhắc việc]", f"Nhiệm vụ: {SECRET}", to=["minh@example.vn"])
    EmlBackend().send_messages([mail])
    removal = approve(ask(task, cast), cast)
    assert "01 thư đã gửi có nội dung này" in removal.aftermath
    assert "Bạch Mã" not in removal.aftermath


def test_refused_nothing_elsewhere_is_touched(task: Task, cast: Cast) -> None:
    report = draft(cast)
    removal = ask(task, cast)
    assert Task.objects.get(pk=task.pk).title == HIDDEN
    removing.decide(removal, by=cast.lan, approved=False, note="Không phải nội dung mật")
    assert Clause.objects.get().text.endswith(SECRET)
    assert Report.objects.get(pk=report.pk).snapshot.data
    assert Event.objects.filter(is_hidden=True).count() == 0


def histories_of_tasks(tables: Iterable[type[models.Model]]) -> set[type[models.Model]]:
    """Tables of history: rows that copy a row of a task, of a fact about it or of the outline, with its texts.
    `instance_type` is what the library of histories calls the table a history belongs to."""
    texts = (models.CharField, models.TextField)
    originals = {*apps.get_app_config("tasks").get_models(), Clause}
    return {
        table
        for table in tables
        if getattr(table, "instance_type", None) in originals
        and any(isinstance(field, texts) for field in table._meta.get_fields())
    }


def test_every_history_with_texts_of_tasks_is_one_of_the_places() -> None:
    """Registering a history of tasks, facts or the outline without a place in `tracker.removal.PLACES` fails here."""
    covered = {table for place in removing.PLACES for table in place.tables}
    assert histories_of_tasks(apps.get_models()) <= covered


def test_a_new_history_would_be_noticed() -> None:
    with isolate_apps("tasks"):

        class HistoricalTask(models.Model):  # noqa: DJ008
            instance_type = Task
            title = models.CharField(max_length=500)

            class Meta:
                app_label = "tasks"

    assert histories_of_tasks([HistoricalTask]) == {HistoricalTask}
