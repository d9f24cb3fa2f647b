"""State secrets never enter: refused at every door before anything is stored; nothing of them is kept (office 25)."""

import importlib
import io
import logging
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
import xlsxwriter
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from django.urls import reverse

import notifications
import plans
import reports
import tasks
import tracker
import units
from core.files import SECRET_REFUSED
from core.forms import StyledForm
from core.periods import containing
from reports.actions import create_draft, submit_for_signature
from reports.models import AgencyProfile
from reports.profiles import default_profile
from tasks import actions
from tasks.matters import Matters
from tasks.models import Evidence, ProgressUpdate
from tasks.panels import PANELS, verb_form
from tasks.verb_forms import Choices
from tests.cast import TODAY, Cast
from units.actions import RuleBroken, grant_role
from units.permissions import Role

pytestmark = pytest.mark.django_db

SUBJECT = "Phương án bảo vệ mục tiêu Đồi Ba"


def every_form() -> Iterator[type[forms.BaseForm]]:
    for app in (units, plans, tasks, notifications, reports, tracker):
        for module in pkgutil.walk_packages(app.__path__, f"{app.__name__}."):
            if not any(word in module.name for word in ("migrations", "management", "wsgi", "settings")):
                importlib.import_module(module.name)
    waiting, seen = [forms.BaseForm], set()
    while waiting:
        for each in waiting.pop().__subclasses__():
            if each not in seen:
                seen.add(each)
                waiting.append(each)
    mine = ("units.", "plans.", "tasks.", "notifications.", "reports.", "tracker.")
    yield from sorted((each for each in seen if each.__module__.startswith(mine)), key=str)


def test_every_form_that_takes_words_refuses_stamped_ones() -> None:
    """A form that keeps nothing a person typed (the keys of a preview) is named here."""
    without_words = {"tracker.intake.forms.ConfirmForm", "tracker.intake.catalogues._ConfirmForm"}
    loose = {
        f"{form.__module__}.{form.__qualname__}"
        for form in every_form()
        if not issubclass(form, StyledForm)
        and any(type(field) is not forms.ChoiceField for field in form.base_fields.values())
    }
    assert loose == without_words


def word(*paragraphs: str, head: str = "", box: str = "") -> bytes:
    file, out = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        file.add_paragraph(paragraph)
    file.sections[0].header.paragraphs[0].text = head
    file.core_properties.subject = box
    file.save(out)
    return out.getvalue()


def excel(*cells: str, head: str = "", in_place: bool = False) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": not in_place, "constant_memory": in_place}) as book:
        sheet = book.add_worksheet()
        for row, cell in enumerate(cells):
            sheet.write_string(row, 0, cell)
        sheet.set_header(head)
    return out.getvalue()


STAMPED = {
    "a paragraph": ("a.docx", word("SỞ NÔNG NGHIỆP", "TỐI MẬT", SUBJECT)),
    "the head of a page": ("a.docx", word(SUBJECT, head="MẬT")),
    "the card of the file": ("a.docx", word(SUBJECT, box="TUYỆT MẬT")),
    "a cell": ("a.xlsx", excel(SUBJECT, "MẬT")),
    "a cell written in place": ("a.xlsx", excel(SUBJECT, "MẬT", in_place=True)),
    "the head of a sheet": ("a.xlsx", excel(SUBJECT, head='&L&"Arial"Sở&CTỐI MẬT&RTrang &P')),
    "typed as such": ("a.txt", f"{SUBJECT}\nĐộ mật: mật\n".encode()),
    "its name": ("Phuong an (MẬT).docx", word(SUBJECT)),
}


@pytest.fixture
def everywhere(settings: object, tmp_path: Path) -> Path:
    """Stored files and temporary copies of uploads in one folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)  # type: ignore[attr-defined]
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0  # type: ignore[attr-defined]
    return tmp_path


def left(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("where", STAMPED)
def test_evidence_with_a_stamp_leaves_nothing_behind(
    cast: Cast, client: Client, everywhere: Path, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    task = cast.task()
    client.force_login(cast.mai)
    name, data = STAMPED[where]
    with caplog.at_level(logging.DEBUG):
        answer = client.post(
            reverse("task_verb", args=[task.pk, "attach"]),
            {"file": SimpleUploadedFile(name, data), "title": "Tài liệu"},
        )
    assert answer.status_code == 422
    assert SECRET_REFUSED in answer.content.decode()
    assert SUBJECT not in answer.content.decode()
    assert not Evidence.objects.exists()
    assert left(everywhere) == []
    assert SUBJECT not in caplog.text and "Phuong an" not in caplog.text


@pytest.mark.parametrize("door", ["plan_import", "catalogue_import", "report"])
def test_every_other_upload_refuses_it_as_well(
    cast: Cast, client: Client, everywhere: Path, caplog: pytest.LogCaptureFixture, door: str
) -> None:
    grant_role(cast.lan, Role.ADMIN, cast.so, by=None)
    stamped = SimpleUploadedFile("a.xlsx", excel(SUBJECT, "TỐI MẬT"))
    given: dict = {"file": stamped}
    url = reverse(door) if door != "report" else ""
    if door == "catalogue_import":
        given["catalogue"] = "don-vi"
    if door == "report":
        profile = default_profile(cast.vp, AgencyProfile.Reach.INTERNAL)
        report = create_draft(cast.plan, containing("month", TODAY), profile, by=cast.lan)
        submit_for_signature(report, by=cast.lan)
        url = reverse("report_verb", args=[report.pk, "issue"])
        given = {"number": "1", "issued_on": "13/10/2026", "signer": "A"}
        given["file"] = SimpleUploadedFile("a.docx", word("TỐI MẬT", SUBJECT))
    client.force_login(cast.lan)
    with caplog.at_level(logging.DEBUG):
        answer = client.post(url, given)
    assert answer.status_code == 422
    assert SECRET_REFUSED in answer.content.decode()
    assert SUBJECT not in answer.content.decode() + caplog.text
    assert left(everywhere) == []


# Their words are single lines, where a stamp cannot stand alone.
ONE_LINE = {"add_basis", "attach", "note_reported", "set_rhythm"}
SILENT = {"accept", "withdraw", "withdraw_reassignment", "receive", "assign_member", "set_check_in"}


@pytest.mark.parametrize("verb", sorted(set(PANELS) - SILENT))
def test_words_typed_as_secret_are_refused_in_every_form_of_a_task(cast: Cast, verb: str) -> None:
    task = cast.task()
    choices, grant = Choices(task, Matters(task)), cast.lan.grants_today[0]
    texts = [
        name
        for name, field in PANELS[verb].form.base_fields.items()
        if isinstance(field.widget, forms.Textarea)
    ]
    assert texts or verb in ONE_LINE, "a form without words: see SILENT"
    for name in texts:
        form = verb_form(verb, choices, cast.lan, grant, data={name: f"{SUBJECT}\nMẬT"})
        assert SECRET_REFUSED in form.errors.get(name, []), (verb, name)


def test_what_comes_past_the_forms_is_refused_by_the_ledger(cast: Cast) -> None:
    task = cast.task()
    with pytest.raises(RuleBroken, match="bí mật nhà nước"):
        actions.update_progress(task, by=cast.mai, text=f"Đã làm\nTỐI MẬT\n{SUBJECT}")
    assert not ProgressUpdate.objects.exists()


@pytest.mark.parametrize(
    "words",
    ["Tăng cường bảo mật thông tin", "Lập hồ sơ mật theo quy định của văn thư", "Đổi mật khẩu", "mật độ"],
)
def test_ordinary_words_pass(cast: Cast, client: Client, words: str) -> None:
    task = cast.task()
    client.force_login(cast.mai)
    answer = client.post(reverse("task_verb", args=[task.pk, "update"]), {"text": words})
    assert answer.status_code == 302
    file = SimpleUploadedFile("a.docx", word(words, head="Sở"))
    assert client.post(reverse("task_verb", args=[task.pk, "attach"]), {"file": file}).status_code == 302
    assert ProgressUpdate.objects.get().text == words


def test_a_large_upload_has_no_copy_left_when_it_is_refused(cast: Cast, everywhere: Path) -> None:
    """Django keeps what does not fit the memory in a file of its own; it goes with the request."""
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE == 0
    upload = TemporaryUploadedFile("a.txt", "text/plain", 3, None)
    path = Path(upload.temporary_file_path())
    assert path.parent == everywhere and path.exists()
    upload.close()
    assert not path.exists()
