"""Deadlines counted from the receipt, the signing, the effect (office rule 11), and how a phrase becomes columns."""

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from core.deadlines import SpanUnit, counted_from, parse
from core.text import date_vi
from core.workdays import WorkCalendar
from plans.models import Document
from tasks import actions
from tasks.drafting import count_from_event, set_deadline, understand
from tasks.models import Task
from tests.cast import Cast

TEN_YEARS = st.dates(date(2020, 1, 1), date(2029, 12, 31))
CALENDARS = st.builds(WorkCalendar, off=st.frozensets(TEN_YEARS), working=st.frozensets(TEN_YEARS))
LENGTHS = st.tuples(st.integers(1, 120), st.sampled_from(["ngày làm việc", "ngày", "tuần", "tháng"]))
UNITS = {
    "ngày làm việc": SpanUnit.WORKDAY, "ngày": SpanUnit.DAY, "tuần": SpanUnit.WEEK, "tháng": SpanUnit.MONTH
}  # fmt: skip


def read(phrase: str, calendar: WorkCalendar, due: date | None = None) -> Task:
    return Task(**understand(parse(phrase, year=2026), due, calendar))


# --- ten years of dates ------------------------------------------------------------------------------------


@given(CALENDARS, LENGTHS, TEN_YEARS, st.none() | TEN_YEARS)
def test_a_length_counts_from_the_receipt_else_from_the_assignment_marked_assumed(
    calendar: WorkCalendar, length: tuple[int, str], assigned: date, received: date | None
) -> None:
    amount, unit = length
    task = read(f"trong vòng {amount} {unit} kể từ ngày nhận", calendar)
    assert (task.counts_from, task.nominal_end) == ("received", None)
    assert not count_from_event(task, calendar), "nobody knows the day before the task is given"
    task.assigned_on, task.received_on = assigned, received
    assert count_from_event(task, calendar)
    assert task.start_assumed == (received is None)
    span = parse(f"{amount} {unit}").within
    assert span is not None and span.unit == UNITS[unit]
    assert task.nominal_end == counted_from(span, received or assigned, calendar)
    assert task.effective_end == calendar.next_workday(task.nominal_end)
    assert task.first_effective_end == task.counted_end == task.effective_end


@given(CALENDARS, TEN_YEARS, st.integers(1, 60))
def test_a_later_receipt_never_gives_an_earlier_deadline(
    calendar: WorkCalendar, assigned: date, later: int
) -> None:
    task = read("05 ngày làm việc kể từ ngày nhận", calendar)
    task.assigned_on = assigned
    count_from_event(task, calendar)
    before = task.nominal_end
    task.received_on = assigned + timedelta(days=later)
    count_from_event(task, calendar)
    assert before is not None and task.nominal_end is not None and task.nominal_end >= before


@given(CALENDARS, TEN_YEARS, st.none() | TEN_YEARS)
def test_signing_and_effect_are_the_documents_days(
    calendar: WorkCalendar, signed: date, effective: date | None
) -> None:
    for phrase, start in (
        ("10 ngày kể từ ngày ký", signed),
        ("10 ngày kể từ ngày ban hành", signed),
        ("10 ngày kể từ ngày có hiệu lực", effective or signed),
    ):
        task = read(phrase, calendar)
        task.assigned_on = signed + timedelta(days=3)
        task.source_document = Document(issued_on=signed, effective_on=effective)
        assert count_from_event(task, calendar)
        assert task.nominal_end == start + timedelta(days=10)
        assert task.start_assumed == ("hiệu lực" in phrase and effective is None)


@given(CALENDARS, TEN_YEARS)
def test_a_document_without_a_day_leaves_the_task_without_a_deadline(
    calendar: WorkCalendar, assigned: date
) -> None:
    task = read("10 ngày kể từ ngày ký", calendar)
    task.assigned_on, task.source_document = assigned, Document()
    assert not count_from_event(task, calendar)
    assert task.nominal_end is None and not task.start_assumed


@given(CALENDARS, TEN_YEARS, TEN_YEARS)
def test_a_day_given_by_hand_stands_over_every_phrase_and_the_phrase_is_kept(
    calendar: WorkCalendar, printed: date, by_hand: date
) -> None:
    for phrase in ("05 ngày làm việc kể từ ngày nhận", f"trước ngày {date_vi(printed)}", "theo lộ trình"):
        task = read(phrase, calendar, due=by_hand)
        assert (task.phrase, task.nominal_end, task.counts_from) == (phrase, by_hand, "")


@given(CALENDARS, TEN_YEARS, st.booleans())
def test_what_is_understood_of_a_day_is_kept_whole(
    calendar: WorkCalendar, day: date, by_superior: bool
) -> None:
    task = read(f"trước ngày {date_vi(day)}", calendar)
    task.superior_deadline = by_superior
    set_deadline(task, calendar)
    assert (task.printed_on, task.nominal_end) == (day, day - timedelta(days=1))
    if by_superior:
        assert task.effective_end == task.nominal_end
    else:
        assert task.effective_end == calendar.next_workday(day - timedelta(days=1))


@given(CALENDARS, TEN_YEARS)
def test_a_duty_without_end_has_no_deadline_in_any_year(calendar: WorkCalendar, day: date) -> None:
    for phrase in (f"bắt đầu từ ngày {date_vi(day)} và duy trì thường xuyên", "hằng tháng"):
        task = read(phrase, calendar)
        set_deadline(task, calendar)
        assert task.is_standing and task.effective_end is None and task.counted_end is None


# --- with the verbs ----------------------------------------------------------------------------------------


@pytest.fixture
def relative(cast: Cast) -> Task:
    phrase = "trong vòng 05 ngày làm việc kể từ ngày nhận"
    fields = understand(parse(phrase), None, WorkCalendar())
    return cast.task(assigned_on=date(2026, 10, 5), lead_group=cast.branches, **fields)


def test_each_unit_counts_from_its_own_receipt(cast: Cast, relative: Task) -> None:
    first, second = relative.children.all()
    assert {(part.nominal_end, part.start_assumed) for part in (first, second)} == {
        (date(2026, 10, 12), True)
    }
    received = actions.receive(first, by=cast.tu, on=date(2026, 10, 8))
    assert (received.effective_end, received.start_assumed) == (date(2026, 10, 15), False)
    assert received.first_effective_end == date(2026, 10, 15)
    second.refresh_from_db()
    assert (second.effective_end, second.start_assumed) == (date(2026, 10, 12), True)
    assert received.events.last().verb == "receive"


def test_nobody_receives_tomorrow(cast: Cast, relative: Task) -> None:
    with pytest.raises(actions.RuleBroken, match="không được sau hôm nay"):
        actions.receive(relative.children.first(), by=cast.dung, on=date(2026, 10, 14))


def test_days_with_the_reviewer_stay_the_units_when_the_receipt_is_recorded_later(
    cast: Cast, relative: Task
) -> None:
    part = relative.children.first()
    actions.submit(part, by=cast.dung, text="Đã xong")
    with time_machine.travel("2026-10-15T10:00:00+07:00", tick=False):
        part = actions.return_result(part, by=cast.lan, reason="Thiếu")
        assert (part.effective_end, part.counted_end) == (date(2026, 10, 12), date(2026, 10, 14))
        part = actions.receive(part, by=cast.dung, on=date(2026, 10, 6))
    assert (part.effective_end, part.counted_end) == (date(2026, 10, 13), date(2026, 10, 15))


def test_a_receipt_changes_no_deadline_that_names_its_day(cast: Cast) -> None:
    task = cast.task()
    assert actions.receive(task, by=cast.minh, on=date(2026, 10, 2)).effective_end == date(2026, 10, 30)


def test_an_extension_once_granted_is_not_undone_by_a_receipt(cast: Cast, relative: Task) -> None:
    part = relative.children.first()
    actions.ask_extension(part, by=cast.dung, proposed_end=date(2026, 10, 30), reason="Chờ phần mềm")
    actions.decide_extension(part, by=cast.hoa, granted=True)
    part = actions.receive(part, by=cast.dung, on=date(2026, 10, 8))
    assert (part.received_on, part.nominal_end) == (date(2026, 10, 8), date(2026, 10, 30))


def test_a_day_of_our_own_never_stands_after_the_one_it_prepares(cast: Cast) -> None:
    fields = understand(parse("05 ngày làm việc kể từ ngày nhận"), None, WorkCalendar())
    task = cast.task(
        assigned_on=date(2026, 10, 9), superior_deadline=True, internal_end=date(2026, 10, 16), **fields
    )
    assert (task.nominal_end, task.internal_end) == (date(2026, 10, 16), date(2026, 10, 16))
    task = actions.receive(task, by=cast.minh, on=date(2026, 10, 7))
    assert (task.nominal_end, task.internal_end) == (date(2026, 10, 14), date(2026, 10, 14))


def test_the_page_says_from_which_day_it_is_counted(cast: Cast, relative: Task, client) -> None:
    part = relative.children.first()
    client.force_login(cast.lan)
    assert "Tạm tính từ ngày giao 05/10/2026" in client.get(f"/nhiem-vu/{part.pk}/").content.decode()
    actions.receive(part, by=cast.dung, on=date(2026, 10, 8))
    assert "Tính từ ngày nhận 08/10/2026" in client.get(f"/nhiem-vu/{part.pk}/").content.decode()
