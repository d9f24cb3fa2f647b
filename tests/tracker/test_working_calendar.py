"""A day changes: the deadlines that hang on it are shown, worked out anew and noted in each task."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.changes import history_of
from core.deadlines import effective_end
from core.workdays import WorkCalendar
from tasks import actions, states
from tasks.actions.calendar_days import _days, _worked_out
from tasks.ledger import facts_of, first_broken
from tasks.models import Task
from tests.cast import SAID, Cast
from tests.notifications.helpers import at
from units.calendar import is_decided, seed
from units.calendar_actions import decide_year, save_day
from units.models import CalendarDay

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
FORM = {"day": "23/11/2026", "kind": "swapped", "name": "Nghỉ hoán đổi", "basis": "100/QĐ-TTg"}


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def save(client: Client, **also: str) -> "tuple[int, str]":
    answer = client.post(reverse("calendar_day_new"), FORM | also)
    return answer.status_code, answer.content.decode()


def test_what_moves_is_shown_first_and_nothing_is_kept(cast: Cast, client: Client) -> None:
    task = cast.task(nominal_end=MONDAY, title="Rà soát")
    client.force_login(cast.lan)
    status, page = save(client)
    assert status == 200
    assert "Rà soát" in page and "24/11/2026" in page and "Chưa lưu" in page
    assert not CalendarDay.objects.exists()
    assert again(task).effective_end == MONDAY


def test_saved_as_seen_each_task_has_its_line(cast: Cast, client: Client) -> None:
    task, far = cast.task("A", nominal_end=MONDAY), cast.task("B", nominal_end=date(2026, 12, 10))
    client.force_login(cast.lan)
    _, page = save(client)
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert save(client, seen=seen)[0] == 302
    moved = again(task)
    assert (moved.nominal_end, moved.effective_end, moved.counted_end) == (
        MONDAY,
        date(2026, 11, 24),
        date(2026, 11, 24),
    )
    assert not moved.was_extended
    line = moved.events.get(verb="recount_calendar")
    assert facts_of(line)["reason"] == "Ngày 23/11/2026: nghỉ hoán đổi, Nghỉ hoán đổi"
    assert line.basis == "100/QĐ-TTg"
    assert first_broken(moved) is None and states.first_difference(moved) is None
    assert not again(far).events.filter(verb="recount_calendar").exists()
    page = client.get(reverse("task", args=[task.pk])).content.decode()
    assert "Tính lại thời hạn theo lịch làm việc" in page


def test_something_changed_since_it_was_seen_keeps_nothing(cast: Cast, client: Client) -> None:
    cast.task("A", nominal_end=MONDAY)
    client.force_login(cast.lan)
    _, page = save(client)
    seen = page.split('name="seen" value="')[1].split('"')[0]
    cast.task("B", nominal_end=MONDAY)
    status, page = save(client, seen=seen)
    assert status == 409 and "đã thay đổi" in page
    assert not CalendarDay.objects.exists()


def test_taking_a_day_out_moves_deadlines_back(cast: Cast, client: Client) -> None:
    day = save_day(CalendarDay(day=MONDAY, kind="agency", name="Nghỉ"), by=cast.lan)
    task = cast.task(nominal_end=MONDAY)
    assert task.effective_end == date(2026, 11, 24)
    client.force_login(cast.lan)
    url = reverse("calendar_day", args=[day.pk])
    page = client.post(url, {"remove": "1"}).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert client.post(url, {"remove": "1", "seen": seen}).status_code == 302
    assert again(task).effective_end == MONDAY


def test_a_superiors_deadline_does_not_move_and_a_span_is_counted_anew(cast: Cast) -> None:
    above = cast.task("A", nominal_end=MONDAY, superior_deadline=True)
    span = cast.task(
        "B", counts_from="received", within_amount=30, within_unit="workday", assigned_on=date(2026, 10, 13)
    )
    before, end = CalendarDay.objects.by_unit(), span.nominal_end
    assert end is not None
    save_day(CalendarDay(day=date(2026, 11, 3), kind="agency", name="Nghỉ"), by=cast.lan)
    found = actions.recount_for_calendar(
        before, [date(2026, 11, 3)], by=cast.lan, grant=cast.lan.grants_today[0], reason="x", basis=""
    )
    assert [each.task.pk for each in found] == [span.pk]
    assert again(above).effective_end == MONDAY
    assert again(span).nominal_end > end


def test_an_extension_and_credited_days_stay(cast: Cast) -> None:
    task = cast.task(nominal_end=date(2026, 11, 20))
    actions.ask_extension(task, by=cast.minh, proposed_end=MONDAY, reason="Chờ")
    actions.decide_extension(task, by=cast.lan, granted=True, decision=SAID)
    with at("09:00", date(2026, 10, 14)):
        actions.submit(task, by=cast.minh, text="Xong")
    with at("09:00", date(2026, 10, 16)):
        actions.return_result(task, by=cast.lan, reason="Thiếu")
    assert again(task).counted_end == date(2026, 11, 25)
    before = CalendarDay.objects.by_unit()
    save_day(CalendarDay(day=MONDAY, kind="agency", name="Nghỉ"), by=cast.lan)
    actions.recount_for_calendar(before, [MONDAY], by=cast.lan, grant=None, reason="x", basis="")
    moved = again(task)
    assert (moved.first_effective_end, moved.effective_end) == (date(2026, 11, 20), date(2026, 11, 24))
    assert moved.counted_end == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"day": "32/11/2026"}, "ngày"),
        ({"basis": ""}, "Hãy ghi số, ký hiệu văn bản"),
        ({"kind": "makeup"}, "phải là thứ Bảy hoặc Chủ nhật"),
        ({"day": "22/11/2026"}, "vốn là ngày nghỉ cuối tuần"),
        ({"name": ""}, "Hãy ghi tên gọi"),
    ],
)
def test_bad_days_are_refused_and_what_was_typed_stays(
    cast: Cast, client: Client, typed: dict, words: str
) -> None:
    client.force_login(cast.lan)
    status, page = save(client, **typed)
    assert status == 422
    assert words in page
    assert all(f'value="{value}"' in page for value in typed.values() if value and value != "makeup")


def test_a_day_stands_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.lan)
    assert save(client)[0] == 302
    status, page = save(client)
    assert status == 422 and "đã có trong lịch làm việc chung" in page


def test_the_decision_of_the_year_ends_the_guesses(cast: Cast, client: Client) -> None:
    client.force_login(cast.lan)
    assert not is_decided(2027)
    client.post(reverse("calendar_year", args=[2027]), {"seed": "1"})
    page = client.get(reverse("working_calendar"), {"nam": 2027}).content.decode()
    assert "ngày còn tạm tính" in page
    assert client.post(reverse("calendar_year", args=[2027]), {"basis": ""}).status_code == 422
    client.post(reverse("calendar_year", args=[2027]), {"basis": "9441/TB-BNV"})
    assert is_decided(2027)
    assert "ngày còn tạm tính" not in client.get(reverse("working_calendar"), {"nam": 2027}).content.decode()


def test_days_proposed_for_a_year_move_what_falls_on_them(cast: Cast, client: Client) -> None:
    task = cast.task(nominal_end=date(2027, 1, 1))
    client.force_login(cast.lan)
    client.post(reverse("calendar_year", args=[2027]), {"seed": "1"})
    assert again(task).effective_end == date(2027, 1, 4)
    assert again(task).events.filter(verb="recount_calendar").count() == 1


def test_who_changed_the_calendar_and_when_stays_to_be_read(cast: Cast, client: Client) -> None:
    client.force_login(cast.lan)
    save(client)
    day = CalendarDay.objects.get()
    client.post(reverse("calendar_day", args=[day.pk]), FORM | {"basis": "101/QĐ-TTg"})
    client.post(reverse("calendar_day", args=[day.pk]), {"remove": "1"})
    lines = history_of(CalendarDay).order_by("history_id")
    assert [(line.history_type, line.history_user, line.basis) for line in lines] == [
        ("+", cast.lan, "100/QĐ-TTg"),
        ("~", cast.lan, "101/QĐ-TTg"),
        ("-", cast.lan, "101/QĐ-TTg"),
    ]
    page = client.get(reverse("working_calendar")).content.decode()
    assert "Bỏ ngày 23/11/2026: nghỉ hoán đổi, Nghỉ hoán đổi" in page


def test_who_does_not_keep_the_calendar_changes_nothing(cast: Cast, client: Client) -> None:
    seed([2027])
    for person in (cast.minh, cast.hoa, cast.mai):
        client.force_login(person)
        assert client.get(reverse("working_calendar")).status_code == 200
        assert save(client)[0] == 403
        assert client.post(reverse("calendar_year", args=[2027]), {"basis": "x"}).status_code == 403
    assert not is_decided(2027)
    assert decide_year(2027, by=cast.lan, basis="1/QĐ-TTg") > 0


days = st.dates(date(2026, 11, 1), date(2026, 12, 20))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(days, st.frozensets(days, max_size=10), st.frozensets(days, max_size=10), st.integers(0, 5))
def test_working_out_there_and_back_is_nothing(
    end: date, some: frozenset[date], other: frozenset[date], credited: int
) -> None:
    old, new = WorkCalendar(off=some), WorkCalendar(off=other)
    effective = effective_end(end, old)
    assert effective is not None
    task = Task(
        nominal_end=end,
        effective_end=effective,
        first_effective_end=effective,
        counted_end=old.add_workdays(effective, credited),
        deadline_kind="date",
    )
    there = _worked_out(task, old, new)
    assert there.effective == new.next_workday(end)
    assert new.workdays_between(there.effective, there.counted) == credited
    task2 = Task(
        nominal_end=there.nominal,
        effective_end=there.effective,
        first_effective_end=there.first,
        counted_end=there.counted,
        deadline_kind="date",
    )
    assert _worked_out(task2, new, old) == _days(task)


def test_a_deadline_on_a_guessed_day_says_so_until_the_decision_is_entered(
    cast: Cast, client: Client
) -> None:
    seed([2027])
    task = cast.task(nominal_end=date(2027, 2, 8))
    span = cast.task("B", counts_from="received", within_amount=90, within_unit="workday", nominal_end=None)
    client.force_login(cast.lan)
    words = (
        "Mùng ba Tết Nguyên Đán, tạm tính",
        "Tạm tính: trong khoảng này có ngày nghỉ chưa có quyết định.",
    )
    for each, said in zip((task, span), words, strict=True):
        assert said in client.get(reverse("task", args=[each.pk])).content.decode()
    decide_year(2027, by=cast.lan, basis="9441/TB-BNV")
    for each, said in zip((task, span), words, strict=True):
        assert said not in client.get(reverse("task", args=[each.pk])).content.decode()
