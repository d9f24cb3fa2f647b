"""What a person reads: the whole text of one mail, its subject, its headers, its page."""

import re
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives

from notifications import announcer, jobs, leaving, outbox
from notifications.mail import Line, sections_of, subject_of
from notifications.models import Notice
from plans.models import Clause
from tasks import actions
from tests.cast import TODAY, Cast, make_user
from tests.notifications.helpers import FakeServer, at
from units.models import User
from units.permissions import Role

GOLDEN = Path(__file__).parent / "golden"
Group = Notice.Group


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """What the division has on 13/10/2026: one late, two due (one extended), one new, one returned, one
    confirmed.
    """
    clause = Clause.objects.create(plan=cast.plan, order=1, label="II.2.1", text="Rà soát, công bố danh mục")
    cast.task(
        "NV01",
        title="Trình ban hành danh mục thủ tục hành chính đủ điều kiện trực tuyến toàn trình",
        product="Tờ trình và dự thảo Quyết định",
        clause=clause,
        phrase="trước ngày 10/10/2026",
        nominal_end=date(2026, 10, 9),
    )
    cast.task("NV02", title="Cập nhật quy trình nội bộ <hồ sơ đất đai>", nominal_end=date(2026, 10, 16))
    moved = cast.task("NV03", title="Đối chiếu dữ liệu với hệ thống một cửa", nominal_end=date(2026, 10, 8))
    returned = cast.task("NV04", title="Báo cáo kết quả cấp tài khoản dịch vụ công")
    confirmed = cast.task("NV05", title="Niêm yết mã QR tại bộ phận một cửa")
    with at("09:00", date(2026, 10, 5)):
        actions.ask_extension(
            moved, by=cast.minh, proposed_end=date(2026, 10, 14), reason="Chờ dữ liệu của tỉnh"
        )
        actions.decide_extension(moved, by=cast.hoa, granted=True)
    announcer.forget()
    with at("15:00", date(2026, 10, 12)):
        for task in (returned, confirmed):
            actions.submit(task, by=cast.minh, text="Đã thực hiện xong")
        actions.confirm(confirmed, by=cast.lan)
        actions.return_result(
            returned, by=cast.lan, reason="Bổ sung danh sách\ncác trường hợp chưa được cấp."
        )
        cast.task(
            "NV06",
            title="Tuyên truyền nộp hồ sơ trực tuyến trên trang thông tin điện tử",
            assigned_on=date(2026, 10, 12),
            nominal_end=date(2026, 12, 15),
        )
        announcer.announce()
    return cast


def mails(cast: Cast) -> dict[str, EmailMultiAlternatives]:
    jobs.remind(TODAY)
    outbox.hasten(TODAY)
    server = FakeServer()
    outbox.send(TODAY, connection=server)
    return {message.to[0].partition("@")[0]: message for message in server.accepted}  # type: ignore[misc]


@pytest.mark.parametrize("person", ["mai", "lan"])
def test_the_whole_text_as_its_receiver_reads_it(busy: Cast, person: str, settings) -> None:
    settings.SITE_URL = "https://theodoi.example.vn"
    message = mails(busy)[person]
    text = re.sub(r"/nhiem-vu/\d+/", "/nhiem-vu/N/", f"Tiêu đề: {message.subject}\n\n{message.body}")
    assert text == (GOLDEN / f"digest_{person}.txt").read_text()


def test_the_page_says_the_same_as_the_text_and_needs_nothing_from_outside(busy: Cast) -> None:
    message = mails(busy)["mai"]
    page = str(message.alternatives[0][0])
    for line in re.findall(r"^\d+\. (.+)$", message.body, re.MULTILINE):
        assert line.replace("<", "&lt;").replace(">", "&gt;") in page
    assert "style=" not in page
    assert not re.findall(r"<(?:img|script|link)\b", page)
    assert set(re.findall(r'href="([^"]+)"', page)) == set(re.findall(r"http\S+", message.body))


def test_the_headers_of_a_mail_as_it_leaves(busy: Cast) -> None:
    raw = mails(busy)["mai"].message().as_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    assert message["To"] == "mai@example.vn"
    assert message["Auto-Submitted"] == "auto-generated"
    leave = message["List-Unsubscribe"].strip()
    assert leave.startswith("<http://127.0.0.1:8000/hop-thu/thoi-nhan-thu/")
    assert leaving.person_of(leave.rstrip("/>").rpartition("/")[2]) == busy.mai
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["References"] is None  # each day's mail stands for itself
    assert message["Message-ID"] == f"<nhac-viec.20261013.{busy.mai.pk}@127.0.0.1>"
    headers = "\n".join(str(value) for value in message.values())
    assert not any(name in headers for name in User.objects.values_list("full_name", flat=True))
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def line(group: Group, words: str = "", title: str = "Rà soát danh mục") -> Line:
    return Line(group, words, title, "https://theodoi.example.vn/nhiem-vu/1/")


@pytest.mark.parametrize(
    ("lines", "subject"),
    [
        (
            [line(Group.OVERDUE), *[line(Group.DUE)] * 3],
            "[Nhắc việc] 03 việc đến hạn, 01 việc quá hạn (24/11)",
        ),
        ([line(Group.DUE, "Còn 03 ngày làm việc")], "[Nhắc việc] Còn 03 ngày làm việc: Rà soát danh mục"),
        ([line(Group.NEW, "Mới giao")] * 12, "[Nhắc việc] 12 việc mới giao (24/11)"),
        (
            [line(Group.NEWS), line(Group.WAITING), line(Group.RETURNED)],
            "[Nhắc việc] 01 việc cần bổ sung, 01 việc chờ xử lý, 01 thông tin (24/11)",
        ),
    ],
)
def test_subjects_are_those_of_the_office(lines: list[Line], subject: str) -> None:
    assert subject_of(lines, date(2026, 11, 24)) == subject


def test_a_subject_is_one_line_of_at_most_120_characters() -> None:
    subject = subject_of([line(Group.DUE, "Còn 03 ngày làm việc", "Rà soát\nBcc: ai@do.vn " * 30)], TODAY)
    assert len(subject) <= 120
    assert "\n" not in subject
    assert subject.endswith("…")


def test_lines_stand_under_what_to_do_the_most_pressing_first() -> None:
    sections = sections_of([line(group) for group in (Group.NEWS, Group.DUE, Group.OVERDUE, Group.DUE)])
    assert [(section.title, section.count) for section in sections] == [
        ("Quá hạn", "01"),
        ("Sắp đến hạn, đến hạn", "02"),
        ("Thông tin", "01"),
    ]
    assert [number for section in sections for number, _ in section.lines] == [1, 2, 3, 4]


def test_the_owner_reads_whom_to_call_when_a_unit_has_nobody(cast: Cast) -> None:
    cast.task(lead=cast.doan, nominal_end=date(2026, 10, 16))
    announcer.forget()
    assert "Đơn vị chủ trì không có người nhận thư nhắc, đề nghị liên hệ trực tiếp" in mails(cast)["lan"].body


def test_a_request_for_more_time_shows_beside_its_task(cast: Cast) -> None:
    task = cast.task(nominal_end=date(2026, 10, 16))
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 1), reason="Chờ số liệu")
    announcer.forget()
    assert "Đã đề nghị gia hạn, đang chờ quyết định" in mails(cast)["mai"].body


def test_the_head_of_the_office_that_follows_reads_advice_for_the_offices_own_tasks(cast: Cast) -> None:
    head = make_user("chanh", "Hoàng Văn Chánh", (Role.UNIT_HEAD, cast.vp), (Role.PLAN_OWNER, cast.vp))
    cast.task("NV01", lead=cast.vp, nominal_end=date(2026, 10, 14))
    cast.task("NV02", nominal_end=date(2026, 10, 12))
    announcer.forget()
    body = mails(cast)[head.username].body
    own = body[body.index("SẮP ĐẾN HẠN") :]
    assert "Đề nghị trình kết quả trước hạn" in own
    assert "Chủ trì" not in own
    assert "Để theo dõi, đôn đốc" in body[: body.index("SẮP ĐẾN HẠN")]
