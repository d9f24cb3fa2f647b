"""Recurring duties on the pages: the section of an order, the forms of its verbs, the list with x/y, its export."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from core.deadlines import DeadlineKind
from notifications import jobs
from tasks import actions
from tasks.models import Breach, Duty, Task
from tasks.recurrence import Every, Rhythm
from tests.cast import TODAY, Cast
from units.models import User

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, *args: Any, **query: str) -> str:
    response = client_of(user).get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def do(user: User, task: Task, verb: str, **data: Any) -> Any:
    return client_of(user).post(reverse("task_verb", args=[task.pk, verb]), data)


@pytest.fixture
def weekly(cast: Cast) -> Task:
    """A weekly report of the division, two weeks on: the first sent and confirmed, the second missed."""
    task = cast.task(
        code="DK01", title="Báo cáo tiến độ", phrase="hằng tuần", nominal_end=None,
        deadline_kind=DeadlineKind.RECURRING, assigned_on=TODAY,
    )  # fmt: skip
    actions.open_occurrences(date(2026, 10, 16))
    first = Task.objects.filter(duty__task=task).order_by("effective_end")[0]
    actions.submit(first, by=cast.minh, text="Đã gửi")
    actions.confirm(first, by=cast.lan)
    return task


@pytest.fixture
def rule(cast: Cast) -> Task:
    task = cast.task(
        code="QD01", title="Chỉ tiếp nhận trực tuyến", phrase="thứ Tư và thứ Sáu hằng tuần", nominal_end=None,
        deadline_kind=DeadlineKind.RECURRING, assigned_on=date(2026, 9, 11),
    )  # fmt: skip
    actions.log_breach(
        task, by=cast.mai, duty=task.duties.get(), on=date(2026, 9, 16), text="Nhận 02 hồ sơ giấy", count=2
    )
    return task


def test_an_order_shows_its_rhythm_what_was_kept_and_what_comes_next(cast: Cast, weekly: Task) -> None:
    with time_machine.travel("2026-10-26T09:00:00+07:00", tick=False):
        html = page(cast.minh, "task", weekly.pk)
    assert "Hằng tuần, ngày làm việc cuối cùng của kỳ" in html
    assert "Đã giao 02 kỳ: đúng hạn 01, quá hạn chưa thực hiện 01." in html
    assert "Kỳ tiếp theo: tuần 44/2026 (hạn 30/10/2026)" in html
    assert "Đọc từ thời hạn ghi trong văn bản: “hằng tuần”." in html


def test_an_occurrence_leads_to_its_order(cast: Cast, weekly: Task) -> None:
    found = Task.objects.filter(duty__task=weekly).order_by("effective_end")[1]
    html = page(cast.minh, "task", found.pk)
    assert "Kỳ tuần 43/2026 của nhiệm vụ định kỳ" in html
    assert reverse("task", args=[weekly.pk]) in html


def test_a_rule_shows_by_month_the_days_covered_kept_and_broken(cast: Cast, rule: Task) -> None:
    html = " ".join(page(cast.minh, "task", rule.pk).split())
    assert "Phải giữ vào thứ Tư và thứ Sáu hằng tuần, trừ ngày nghỉ" in html
    # From Friday 11/9 to Tuesday 13/10: six days in September, three in October.
    assert "Giữ đúng 08/09 ngày." in html
    assert '<td>tháng 9/2026</td><td class="num">6</td><td class="num">5</td><td class="num">2</td>' in html
    assert "Nhận 02 hồ sơ giấy" in html


def test_the_owner_sets_a_rhythm_with_the_form(cast: Cast, weekly: Task) -> None:
    data = {"every": "weekdays", "due_rule": "last", "shift": "earlier", "starts_on": "13/10/2026"}
    assert do(cast.lan, weekly, "set_rhythm", **data).status_code == 422
    answer = do(
        cast.lan, weekly, "set_rhythm", **data, weekdays=["3", "5"], title="Báo cáo nhanh", ahead_days="1"
    )
    assert answer.status_code == 302
    duty = Duty.objects.get(title="Báo cáo nhanh")
    assert (duty.rhythm, duty.weekdays, duty.ahead_days) == (Every.WEEKDAYS, "35", 1)
    assert list(duty.occurrences.values_list("title", flat=True)) == ["Báo cáo nhanh – ngày 14/10/2026"]


def test_a_weekly_rhythm_takes_one_day(cast: Cast, weekly: Task) -> None:
    data = {"every": "week", "due_rule": "last", "shift": "earlier", "starts_on": "13/10/2026"}
    answer = do(cast.lan, weekly, "set_rhythm", **data, weekdays=["3", "5"])
    assert answer.status_code == 422 and "chỉ có một ngày hạn" in answer.content.decode()
    assert do(cast.lan, weekly, "set_rhythm", **data, weekdays=["4"], title="Họp").status_code == 302
    assert Duty.objects.get(title="Họp").due_day == 4


def test_the_owner_ends_a_rhythm_and_sets_how_often_to_be_heard(cast: Cast, weekly: Task) -> None:
    duty = weekly.duties.get()
    assert do(cast.lan, weekly, "end_rhythm", duty=duty.pk, reason="Đổi sang tháng").status_code == 302
    assert do(cast.lan, weekly, "set_check_in", check_in="month").status_code == 302
    html = page(cast.lan, "task", weekly.pk)
    assert "đã dừng lúc 13/10/2026" in html and "Đơn vị cập nhật hằng tháng." in html
    assert "01 kỳ đã hiện trước không phải thực hiện." in html


def test_the_unit_logs_a_breach_and_somebody_elses_duty_is_not_a_choice(
    cast: Cast, rule: Task, weekly: Task
) -> None:
    foreign = weekly.duties.get()
    data = {"on": "07/10/2026", "count": "1", "text": "Nhận 01 hồ sơ giấy"}
    assert do(cast.mai, rule, "log_breach", duty=foreign.pk, **data).status_code == 422
    assert do(cast.mai, rule, "log_breach", duty=rule.duties.get().pk, **data).status_code == 302
    assert Breach.objects.count() == 2
    assert do(cast.tu, rule, "log_breach", duty=rule.duties.get().pk, **data).status_code == 404


def test_the_list_says_how_many_units_reported_in_the_period_that_runs(cast: Cast, rule: Task) -> None:
    order = cast.task(
        code="DK02", title="Báo cáo chi nhánh", phrase="hằng tuần", nominal_end=None, assigned_on=TODAY,
        deadline_kind=DeadlineKind.RECURRING, lead_group=cast.branches,
    )  # fmt: skip
    mine = Task.objects.get(duty__task__parent=order, lead_unit=cast.cn1)
    actions.submit(mine, by=cast.tu, text="Đã gửi")
    html = " ".join(page(cast.lan, "duties").split())
    assert "02 đơn vị" in html and "tuần 42/2026, hạn 16/10/2026" in html and "Đã báo cáo 01/02" in html
    assert "Giữ đúng 03/03 ngày; 0 trường hợp không đúng" in html
    own = page(cast.tu, "duties")
    assert "Đã báo cáo 01/01" in own and "Chỉ tiếp nhận trực tuyến" not in own
    assert "Báo cáo chi nhánh" not in page(cast.minh, "duties")
    assert "Báo cáo chi nhánh" not in page(cast.stranger, "duties")


def test_orders_whose_rhythm_is_not_set_are_listed_for_the_owner(cast: Cast) -> None:
    cast.task(
        code="DK03", title="Giao ban chuyên đề", phrase="định kỳ", nominal_end=None, assigned_on=date(2026, 8, 3),
        deadline_kind=DeadlineKind.RECURRING,
    )  # fmt: skip
    assert "Chưa đặt nhịp định kỳ" in page(cast.lan, "duties")
    assert "Chưa đặt nhịp định kỳ" not in page(cast.minh, "duties")
    assert "Cần cập nhật định kỳ" in page(cast.minh, "duties")
    assert "Giao ban chuyên đề" in page(cast.lan, "tasks", waiting="rhythm")
    assert "Giao ban chuyên đề" in page(cast.minh, "tasks", waiting="check_in")


def test_the_export_has_a_row_for_each_rhythm_of_each_unit(cast: Cast, weekly: Task, rule: Task) -> None:
    response = client_of(cast.lan).get(reverse("duties_export"))
    heading, *rows = (
        CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    )
    start = next(n for n, row in enumerate([heading, *rows]) if "Nhịp" in row)
    table = [dict(zip([heading, *rows][start], row, strict=True)) for row in [heading, *rows][start + 1 :]]
    by_title = {row["Nội dung"]: row for row in table if row["Nội dung"]}
    assert by_title["Báo cáo tiến độ"]["Đúng hạn"] == 1
    assert by_title["Báo cáo tiến độ"]["Số ngày phải giữ"] == ""
    assert by_title["Chỉ tiếp nhận trực tuyến"]["Số ngày phải giữ"] == 9
    assert (
        len(client_of(cast.stranger).get(reverse("duties_export"), {"dang": "csv"}).content.splitlines()) <= 2
    )


def test_the_number_of_queries_of_the_list_does_not_grow_with_rows(
    cast: Cast, rule: Task, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        cast.task(
            code=f"DK{number}", phrase="hằng tuần", nominal_end=None, deadline_kind=DeadlineKind.RECURRING,
            assigned_on=TODAY, **({"lead_group": cast.branches} if number % 2 else {}),
        )  # fmt: skip
    client = client_of(cast.lan)
    with django_assert_max_num_queries(18):
        client.get(reverse("duties"))


def test_the_tick_opens_the_occurrences_of_a_day_once(cast: Cast, weekly: Task) -> None:
    with time_machine.travel("2026-10-23T00:01:00+07:00", tick=False):
        assert jobs.open_todays_occurrences() and not jobs.open_todays_occurrences()
    assert Task.objects.filter(duty__task=weekly).count() == 3


def test_units_see_occurrences_in_their_list_and_the_plan_counts_the_order_once(
    cast: Cast, weekly: Task
) -> None:
    with time_machine.travel("2026-10-16T09:00:00+07:00", tick=False):
        html = page(cast.minh, "tasks")
    assert "Báo cáo tiến độ – tuần 43/2026" in html
    assert Task.objects.orders().count() == 1 and Task.objects.leaves().count() == 3


def test_a_standing_order_may_be_given_a_rhythm_too(cast: Cast) -> None:
    task = cast.task(
        nominal_end=None, deadline_kind=DeadlineKind.STANDING, phrase="thường xuyên", assigned_on=TODAY
    )
    actions.set_rhythm(task, by=cast.lan, rhythm=Rhythm(Every.WEEK, starts_on=TODAY))
    assert "Nhịp định kỳ" in page(cast.minh, "task", task.pk)
