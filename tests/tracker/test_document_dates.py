"""A document gets its date, or another one: deadlines counted from it are shown as they move, then mended with it."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from plans.documents import register
from plans.models import Document
from tasks import actions, ledger, states
from tasks.models import Task
from tests.cast import Cast, make_user
from units.permissions import Role

pytestmark = pytest.mark.django_db

SIGNED = "trong vòng 10 ngày kể từ ngày ký"


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


@pytest.fixture
def unsigned(cast: Cast) -> Document:
    """A letter that has neither number nor day yet."""
    letter = Document(kind="CV", issuer="Sở Nông nghiệp và Môi trường", subject="Rà soát hồ sơ tồn đọng")
    return register(letter, by=cast.lan)


def counted(cast: Cast, document: Document, phrase: str = SIGNED, **fields: object) -> Task:
    columns = actions.read_phrase(Task(), phrase, None)
    given = {
        "plan": None,
        "source": "letter",
        "source_document": document,
        "code": f"PS{Task.objects.count()}",
    }
    return cast.task(**(columns | given | fields))


def save(client: Client, document: Document, **fields: object):
    """The form as it stands on the page, with these fields filled in."""
    page = client.get(reverse("document_edit", args=[document.pk]))
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name not in ("file", "is_secondary")}
    return client.post(reverse("document_edit", args=[document.pk]), data | fields)


@pytest.fixture
def lan(cast: Cast, client: Client) -> Client:
    client.force_login(cast.lan)
    return client


def test_what_moves_is_shown_before_anything_is_saved(cast: Cast, lan: Client, unsigned: Document) -> None:
    task = counted(cast, unsigned)
    assert again(task).nominal_end is None
    shown = save(lan, unsigned, number="88/SNNMT", issued_on="12/10/2026")
    body = shown.content.decode()
    assert shown.status_code == 200 and "Chưa lưu." in body
    assert task.title in body and "chưa có" in body and "22/10/2026" in body
    assert "Lưu và đính chính thời hạn" in body
    unsigned.refresh_from_db()
    assert unsigned.issued_on is None and again(task).nominal_end is None


def test_saved_as_shown_every_deadline_moves_with_a_line_that_says_why(
    cast: Cast, lan: Client, unsigned: Document
) -> None:
    task = counted(cast, unsigned)
    fields = {"number": "88/SNNMT", "issued_on": "12/10/2026"}
    moves = save(lan, unsigned, **fields).context["form"]["moves"].value()
    answer = save(lan, unsigned, **fields, moves=moves)
    assert answer.status_code == 302
    task = again(task)
    assert task.nominal_end == task.first_effective_end == task.counted_end == date(2026, 10, 22)
    line = task.events.last()
    assert (line.verb, line.by, line.basis) == (
        "correct_deadline", cast.lan, "Công văn số 88/SNNMT ngày 12/10/2026",
    )  # fmt: skip
    assert ledger.facts_of(line)["reason"] == "Ngày ban hành của văn bản: – → 12/10/2026."
    assert ledger.first_broken(task) is None and states.first_difference(task) is None
    page = lan.get(answer["Location"]).content.decode()
    assert "đính chính thời hạn của 01 nhiệm vụ" in page


def test_another_outcome_than_the_one_shown_is_shown_again(
    cast: Cast, lan: Client, unsigned: Document
) -> None:
    first = counted(cast, unsigned)
    moves = save(lan, unsigned, issued_on="12/10/2026").context["form"]["moves"].value()
    second = counted(cast, unsigned, title="Báo cáo số hóa")
    answer = save(lan, unsigned, issued_on="12/10/2026", moves=moves)
    assert answer.status_code == 200 and "Báo cáo số hóa" in answer.content.decode()
    assert again(first).nominal_end is again(second).nominal_end is None


def test_an_order_to_many_and_its_parts_move_together(cast: Cast, lan: Client, unsigned: Document) -> None:
    order = counted(cast, unsigned, lead_group=cast.branches)
    moves = save(lan, unsigned, issued_on="12/10/2026").context["form"]["moves"].value()
    save(lan, unsigned, issued_on="12/10/2026", moves=moves)
    leading = order.events.last()
    for part in order.children.all():
        assert again(part).nominal_end == date(2026, 10, 22)
        assert part.events.last().follows == leading


def test_a_date_that_was_wrong_moves_what_was_counted_from_it(cast: Cast, lan: Client) -> None:
    """The plan's own document, mended from 28/9 to 5/10; the effective day where the order counts from that."""
    columns = actions.read_phrase(Task(plan=cast.plan), "trong vòng 10 ngày kể từ ngày có hiệu lực", None)
    task = cast.task(**columns)
    assert task.nominal_end == date(2026, 10, 8)
    fields = {"issued_on": "28/09/2026", "effective_on": "05/10/2026"}
    shown = save(lan, cast.plan.document, **fields)
    save(lan, cast.plan.document, **fields, moves=shown.context["form"]["moves"].value())
    assert again(task).nominal_end == date(2026, 10, 15)
    assert ledger.facts_of(task.events.last())["old_end"] == "2026-10-08"


def test_what_was_decided_since_stays_and_says_so(cast: Cast, lan: Client, unsigned: Document) -> None:
    unsigned.issued_on = date(2026, 10, 12)
    unsigned.save()
    extended, done = counted(cast, unsigned), counted(cast, unsigned, title="Đã xong trước")
    actions.ask_extension(extended, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ")
    actions.decide_extension(extended, by=cast.hoa, granted=True)
    actions.submit(done, by=cast.minh, text="Xong")
    actions.confirm(done, by=cast.lan)
    shown = save(lan, unsigned, issued_on="13/10/2026")
    body = shown.content.decode()
    assert "đã được gia hạn, giữ hạn theo quyết định" in body and "Đã xong trước" not in body
    save(lan, unsigned, issued_on="13/10/2026", moves=shown.context["form"]["moves"].value())
    unsigned.refresh_from_db()
    assert unsigned.issued_on == date(2026, 10, 13)
    assert again(extended).nominal_end == date(2026, 11, 20)
    assert again(done).nominal_end == date(2026, 10, 22)


def test_a_task_another_office_follows_is_left_to_it_by_name(
    cast: Cast, client: Client, unsigned: Document
) -> None:
    other = make_user("yen", "Lê Thị Yến", (Role.PLAN_OWNER, cast.ptd))
    task = counted(cast, unsigned)
    client.force_login(other)
    shown = save(client, unsigned, issued_on="12/10/2026")
    assert "Văn phòng Sở theo dõi, phải tự đính chính" in shown.content.decode()
    save(client, unsigned, issued_on="12/10/2026", moves=shown.context["form"]["moves"].value())
    assert again(task).nominal_end is None


def test_other_changes_and_dates_nobody_counts_from_are_saved_at_once(
    cast: Cast, lan: Client, unsigned: Document
) -> None:
    counted(cast, unsigned)
    assert save(lan, unsigned, subject="Trích yếu sửa lại").status_code == 302
    letter = register(Document(kind="CV", issuer="UBND tỉnh", subject="Khác"), by=cast.lan)
    assert save(lan, letter, issued_on="12/10/2026").status_code == 302


def test_a_file_is_kept_once_with_what_was_shown(cast: Cast, lan: Client, unsigned: Document) -> None:
    counted(cast, unsigned)

    def scan() -> SimpleUploadedFile:
        return SimpleUploadedFile("cv.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "application/pdf")

    shown = save(lan, unsigned, issued_on="12/10/2026", file=scan())
    assert "hãy chọn lại tệp" in shown.content.decode() and not unsigned.files.exists()
    moves = shown.context["form"]["moves"].value()
    save(lan, unsigned, issued_on="12/10/2026", moves=moves, file=scan())
    assert unsigned.files.count() == 1
