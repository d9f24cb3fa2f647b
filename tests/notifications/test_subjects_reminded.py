"""What is owed beside a deadline: a receipt, a verdict, a part, an explanation, a reply, accounts. To the right person,
once, on working days."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import WorkCalendar
from notifications import jobs, outbox, planner, recheck, subjects
from notifications.models import Mailbox, Notice, Rule, Subject
from notifications.recipients import Directory, ensure_mailboxes
from notifications.rulebook import DEFAULTS
from notifications.subjects import SubjectKey
from tasks import actions
from tests.cast import TODAY, Cast
from tests.notifications.helpers import at, texts
from units.actions import save_member
from units.calendar import seed
from units.calendar_actions import decide_year
from units.models import AccountCheck, AccountKind, StaffMember

pytestmark = pytest.mark.django_db
LATER = date(2026, 12, 15)


def told(on: date) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for notice in planner.owed(on):
        found.setdefault(notice.recipient.username, []).append(notice.text)
    return found


def test_a_task_nobody_received_reminds_the_clerk_then_the_head(cast: Cast) -> None:
    task = cast.task(nominal_end=LATER, title="Rà soát", assigned_on=TODAY)
    assert told(date(2026, 10, 15)) == {}
    assert told(date(2026, 10, 16)) == {"mai": ["Chưa tiếp nhận sau 03 ngày làm việc: Rà soát"]}
    assert told(date(2026, 10, 20)).keys() == {"mai", "minh"}
    actions.accept(task, by=cast.mai)
    assert told(date(2026, 10, 20)) == {}


def test_an_old_order_entered_today_is_not_late_to_be_received(cast: Cast) -> None:
    cast.task(nominal_end=LATER, assigned_on=date(2026, 9, 1))
    assert told(date(2026, 10, 14)) == {}
    assert told(date(2026, 10, 16)).keys() == {"mai"}


def test_who_is_reminded_of_the_deadline_is_not_told_besides_that_it_was_not_received(cast: Cast) -> None:
    cast.task(nominal_end=date(2026, 10, 20), assigned_on=TODAY)
    assert told(date(2026, 10, 19))["mai"] == ["Còn 01 ngày làm việc: Rà soát quy trình nội bộ NV01"]


def test_a_result_reminds_the_owner_until_somebody_has_judged_it(cast: Cast) -> None:
    task = cast.task(nominal_end=LATER, title="Rà soát")
    actions.submit(task, by=cast.minh, text="Xong")
    assert told(date(2026, 10, 14)) == {}
    days = (date(2026, 10, 15), date(2026, 10, 19), date(2026, 10, 20))
    assert [told(day) for day in days] == [
        {"lan": [f"Chờ xác nhận 0{number} ngày làm việc: Rà soát"]} for number in (2, 4, 5)
    ]
    # The second and the fourth day are one rung; the fifth repeats it.
    assert sum(planner.write(planner.owed(day)) for day in days) == 2
    actions.confirm(task, by=cast.lan)
    assert told(date(2026, 10, 20)) == {}


def test_an_explanation_has_a_clock_of_its_own(cast: Cast) -> None:
    task = cast.task(nominal_end=LATER, title="Rà soát")
    actions.accept(task, by=cast.mai)
    actions.request_explanation(task, by=cast.lan, about="Vì sao chậm", due_on=date(2026, 10, 16))
    assert told(date(2026, 10, 14)) == {}
    assert told(date(2026, 10, 15)) == {
        key: ["Giải trình: còn 01 ngày làm việc: Rà soát"] for key in ("mai", "minh")
    }
    assert told(date(2026, 10, 19)).keys() == {"mai", "minh", "lan"}
    assert told(date(2026, 10, 19))["lan"] == ["Giải trình: quá hạn 01 ngày làm việc: Rà soát"]
    actions.explain(task, by=cast.minh, cause="subjective", text="Thiếu người", remedy="Làm thêm")
    assert told(date(2026, 10, 19)) == {}


def test_an_obstacle_reminds_whom_it_was_put_to_and_the_office_when_it_is_its_own(cast: Cast) -> None:
    task = cast.task(nominal_end=LATER, title="Rà soát")
    actions.accept(task, by=cast.mai)
    actions.raise_obstacle(
        task, by=cast.mai, text="Thiếu số liệu", asked_of=cast.cn1, due_on=date(2026, 10, 16)
    )
    asked = actions.raise_obstacle(task, by=cast.mai, text="Thiếu kinh phí", due_on=date(2026, 10, 16))
    found = told(date(2026, 10, 16))
    assert found == {key: ["Trả lời vướng mắc: đến hạn hôm nay: Rà soát"] for key in ("tu", "lan")}
    actions.answer_obstacle(task, by=cast.lan, obstacle=asked, outcome="resolved", reply="Đã bố trí")
    assert told(date(2026, 10, 16)).keys() == {"tu"}


def test_a_coordinating_unit_is_reminded_of_its_own_date(cast: Cast) -> None:
    task = cast.task(
        nominal_end=LATER,
        title="Rà soát",
        coordinators=[(cast.cn1, "coordinating"), (cast.ubtx, "coordinating")],
    )
    actions.accept(task, by=cast.mai)
    task.coordinations.update(nominal_end=date(2026, 10, 16), effective_end=date(2026, 10, 16))
    assert told(TODAY) == {"tu": ["Gửi kết quả phối hợp: còn 03 ngày làm việc: Rà soát"]}
    late = told(date(2026, 10, 19))
    # The body outside is never told, and the office hears of it without a word of lateness to them.
    assert late.keys() == {"tu", "lan"}
    assert late["lan"] == ["Gửi kết quả phối hợp: quá hạn 01 ngày làm việc: Rà soát"]
    actions.deliver_part(task, by=cast.tu, coordination=task.coordinations.get(unit=cast.cn1), text="Đã gửi")
    assert told(date(2026, 10, 19)) == {}


def test_account_gaps_are_counts_without_a_name_once_a_month(cast: Cast) -> None:
    kind = AccountKind.objects.create(code="vneid", name="VNeID mức 2", counts_when="activated")
    staff = [_staff(cast, number) for number in range(3)]
    found = told(TODAY)
    assert found == {key: ["Còn 03 người chưa đủ tài khoản phải có"] for key in ("mai", "minh")}
    assert not any(member.full_name in text for member in staff for lines in found.values() for text in lines)
    assert planner.write(planner.owed(TODAY)) == 2
    assert planner.write(planner.owed(date(2026, 10, 30))) == 0
    assert planner.write(planner.owed(date(2026, 11, 2))) == 2
    for member in staff:
        AccountCheck.objects.create(
            member=member,
            kind=kind,
            state="activated",
            checked_on=TODAY,
            source="seen",
            recorded_by=cast.minh,
        )
    assert told(TODAY) == {}


def test_the_calendar_of_next_year_is_asked_for_each_week_until_it_is_entered(cast: Cast) -> None:
    def asked(on: date) -> list[str]:
        return [notice.text for notice in planner.owed(on) if notice.key.startswith("calendar:")]

    assert asked(date(2026, 11, 30)) == []
    words = ["Nhập lịch nghỉ lễ, tết năm 2027 theo quyết định"]
    assert asked(date(2026, 12, 1)) == words
    seed([2027])
    days = [date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 8), date(2027, 1, 5)]
    assert (
        sum(planner.write([n for n in planner.owed(day) if n.key.startswith("calendar")]) for day in days)
        == 3
    )
    decide_year(2027, by=cast.lan, basis="9441/TB-BNV")
    assert asked(date(2026, 12, 15)) == []
    late = Notice.objects.filter(key__startswith="calendar").select_related("recipient", "task").first()
    assert late is not None
    assert recheck.reason_to_skip(late, Directory(TODAY), {}) == recheck.SETTLED


def _staff(cast: Cast, number: int) -> Any:
    made = StaffMember(
        unit=cast.ptd, code=f"CB{number}", full_name=f"Nguyễn Văn {number}", joined_on=date(2020, 1, 1)
    )
    return save_member(made)


@pytest.fixture
def explained(cast: Cast) -> Any:
    task = cast.task(nominal_end=LATER, title="Rà soát")
    actions.accept(task, by=cast.mai)
    actions.request_explanation(task, by=cast.lan, about="Vì sao chậm", due_on=date(2026, 10, 16))
    jobs.announcer.forget()
    return task


def test_before_it_goes_a_reminder_is_read_again(cast: Cast, explained: Any) -> None:
    on = date(2026, 10, 15)
    with at("07:30", on):
        planner.write(planner.owed(on))
        actions.explain(explained, by=cast.minh, cause="subjective", text="Thiếu người", remedy="Làm thêm")
        asked = recheck.standing(on)
        reasons = {
            recheck.reason_to_skip(notice, Directory(on), asked)
            for notice in Notice.objects.filter(key__startswith="explanation").select_related(
                "task", "recipient"
            )
        }
    assert reasons == {recheck.SETTLED}


def test_a_mail_says_how_an_explanation_stands_on_its_day(cast: Cast, explained: Any) -> None:
    with at("07:40", date(2026, 10, 16)):
        jobs.remind(date(2026, 10, 16))
        outbox.send(date(2026, 10, 16))
    assert [message.subject for message in mail.outbox] == [
        "[Nhắc việc] Giải trình: đến hạn hôm nay: Rà soát"
    ] * 2


def test_offsets_are_settings_here_too(cast: Cast, explained: Any) -> None:
    Rule.objects.create(subject=Subject.EXPLANATION, name="Sớm hơn", offset=-3, to_clerk=True)
    assert told(TODAY) == {"mai": ["Giải trình: còn 03 ngày làm việc: Rà soát"]}


def test_a_unit_without_people_is_told_at_its_contact_address(cast: Cast) -> None:
    cast.task(lead=cast.cn2, nominal_end=date(2026, 10, 16))
    assert told(TODAY).keys() == {"dung"}
    cast.cn2.email = "cn2@example.vn"
    cast.cn2.save()
    jobs.announcer.forget()
    with at("07:40"):
        jobs.remind(TODAY)
        outbox.send(TODAY)
    assert [message.to for message in mail.outbox] == [["cn2@example.vn"]]
    account = Mailbox.objects.get().account
    assert not account.has_usable_password() and not account.grants_today
    assert ensure_mailboxes(TODAY) == 0
    # The address may change; somebody may come: then it is they who are told.
    assert texts(account) == [f"Còn 03 ngày làm việc: {cast.plan.tasks.get().title}"]


@given(
    st.sampled_from(sorted(DEFAULTS)),
    st.dates(date(2026, 1, 1), date(2027, 6, 30)),
    st.integers(0, 60),
)
def test_keys_read_back_and_steps_never_run_ahead(subject: str, since: date, days: int) -> None:
    calendar = WorkCalendar()
    on = since + timedelta(days=days)
    where = subjects.place(subject, since, on, calendar)
    found = subjects.ladder.standing(where, DEFAULTS[subject])
    if found is not None:
        assert found[1] <= where
    if subject in subjects.STANDING:
        key = SubjectKey(Subject(subject), 7, 3, since, 9)
        assert SubjectKey.read(str(key)) == key
