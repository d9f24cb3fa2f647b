"""A snapshot is the same text for the same figures, and comes back from its text as it was."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.deadlines import DeadlineKind
from reports import snapshot as snapshots
from reports.collect import collect
from reports.snapshot import from_text, sha256, to_text
from tasks import actions, summaries
from tasks.models import Task
from tests.reports import scene
from units.actions import save_unit
from units.models import CalendarDay


def row(figures, code, lead=None):
    return next(t for t in figures.tasks if t.code == code and (lead is None or t.lead == lead))


def target(figures, key, role="current"):
    return next(t for t in figures.targets if t.key == key and t.role == role)


def test_the_text_brings_the_snapshot_back(figures):
    text = to_text(figures)
    assert from_text(text) == figures
    assert to_text(from_text(text)) == text


def test_collecting_again_gives_the_same_hash(office):
    one, other = (collect(office.plan, scene.NOVEMBER, scene.NOVEMBER.end) for _ in range(2))
    assert sha256(to_text(one)) == sha256(to_text(other))


def test_one_changed_figure_changes_the_hash(figures):
    changed = replace(figures, orders=replace(figures.orders, done_late=figures.orders.done_late + 1))
    assert sha256(to_text(changed)) != sha256(to_text(figures))


def test_a_figure_keeps_its_value_however_it_was_typed():
    one = snapshots.FigureFacts(Decimal("50.50"), Decimal("100"), "", date(2026, 11, 14))
    other = snapshots.FigureFacts(Decimal("50.5"), Decimal("100.00"), "", date(2026, 11, 14))
    assert snapshots._plain(one) == snapshots._plain(other)


@pytest.mark.parametrize("damage", [{"schema": 99}, {"unknown": 1}])
def test_a_text_of_another_shape_is_refused(figures, damage):
    with pytest.raises(ValueError):
        from_text(json.dumps(json.loads(to_text(figures)) | damage))


# --- what is in it --------------------------------------------------------------------------------


def test_orders_divide_without_rest(figures):
    counts = figures.orders
    assert (counts.done_on_time, counts.done_late, counts.open_in_time, counts.open_overdue) == (7, 2, 8, 4)
    assert counts.total == counts.done + counts.open == 21
    assert (counts.standing, counts.undated, counts.soft) == (2, 1, 1)
    assert counts.everything == 25


def test_the_figures_are_those_of_the_pages(office):
    figures = collect(office.plan, scene.NOVEMBER, scene.NOVEMBER.end)
    calendar = CalendarDay.objects.as_calendar()
    on_page = summaries.plan_totals(Task.objects.all(), scene.NOVEMBER.end, calendar)[office.plan.pk]
    assert figures.orders.total == on_page.total
    assert figures.orders.open_overdue == on_page.open_overdue
    rows = summaries.unit_rows(Task.objects.all(), scene.NOVEMBER.end, calendar)
    assert [(r.unit, r.counts.total) for r in figures.units] == [(r.unit_id, r.partition.total) for r in rows]


def test_an_order_to_many_counts_once_in_the_plan_and_once_a_unit(figures):
    assert (figures.group_orders, figures.group_parts) == (2, 4)
    assert figures.leaves.total == figures.orders.total + 2
    assert row(figures, "NV15").parts == (1, 2)
    assert [t.lead for t in figures.tasks if t.part_of == "NV15"] == [
        "Chi nhánh Bình Sơn",
        "Chi nhánh An Phú",
    ]


def test_a_recurring_order_is_one_row_that_says_how_its_periods_were_kept(office):
    before = collect(office.plan, scene.NOVEMBER, scene.NOVEMBER.end)
    with scene.on(date(2026, 11, 2)):
        office.task(
            "DK01", phrase="hằng tuần", deadline_kind=DeadlineKind.RECURRING, nominal_end=None,
            assigned_on=date(2026, 11, 2),
        )  # fmt: skip
        week = Task.objects.get(duty__task__code="DK01")
        actions.submit(week, by=office.minh, text="Đã báo cáo tuần")
        actions.confirm(week, by=office.lan)
    figures = collect(office.plan, scene.NOVEMBER, scene.NOVEMBER.end)
    assert figures.leaves.total == before.leaves.total and figures.orders.total == before.orders.total
    assert figures.leaves.standing == before.leaves.standing + 1
    assert [t.code for t in figures.tasks if t.code.startswith("DK01")] == ["DK01"]
    assert row(figures, "DK01").progress == "01 kỳ: đúng hạn 01."
    assert row(figures, "DK01").words == "Đang thực hiện"


def test_outside_bodies_are_listed_and_never_late(figures):
    outside = row(figures, "NV20")
    assert outside.outside and outside.words == "Chưa có thông tin" and outside.cause == ""
    assert figures.leaves.total == sum(r.counts.total for r in figures.units if not r.outside)


def test_the_cause_is_the_units_own_or_said_to_be_missing(figures):
    assert row(figures, "NV15", "Chi nhánh An Phú").cause.startswith("Kho lưu trữ bị dột")
    assert row(figures, "NV03").cause == "Đơn vị chưa báo cáo nguyên nhân"
    assert row(figures, "NV02").cause == ""


def test_an_extended_deadline_keeps_the_first_one(figures):
    extended = row(figures, "NV14")
    assert extended.deadline == "12/11/2026; gia hạn đến 27/11/2026"
    assert extended.extended


def test_a_phrase_without_a_day_gets_the_day_it_means(office):
    task = scene.leaf("NV10")
    Task.objects.filter(pk=task.pk).update(phrase="trong tháng mười hai")
    again = collect(office.plan, scene.NOVEMBER, scene.NOVEMBER.end)
    assert row(again, "NV10").deadline == "trong tháng mười hai (15/12/2026)"


def test_what_happened_in_the_window(figures):
    activity = figures.activity
    assert (activity.given, activity.updates, activity.submitted, activity.confirmed) == (0, 3, 10, 9)
    assert (activity.extensions_asked, activity.extensions_granted, activity.extensions_pending) == (2, 1, 1)


def test_updates_after_the_day_of_the_figures_are_not_in_it(office):
    earlier = collect(office.plan, scene.NOVEMBER, date(2026, 11, 8))
    assert earlier.obstacles == () and earlier.activity.updates == 0
    assert row(earlier, "NV09").progress == "Đơn vị chưa báo cáo"


def test_a_milestone_is_judged_by_its_own_day_and_the_newest_figure_by_the_next(figures):
    judged = target(figures, "CT1/HSTT/SO")
    assert (judged.verdict, judged.figure.numerator, judged.due) == ("short", Decimal(1264), True)
    newest = target(figures, "CT1/HSTT/SO", "next")
    assert (newest.value, newest.figure.numerator, newest.due) == (Decimal(80), Decimal(1512), False)
    assert figures.previous_figure("CT1/HSTT/SO").numerator == Decimal(1264)


def test_a_group_bound_unit_by_unit_says_how_many_reached_it(figures):
    whole = target(figures, "CT2/SHHS/each")
    assert (whole.reached, whole.members, whole.verdict) == (1, 2, "short")
    assert whole.figure.numerator == Decimal(261) and whole.figure.denominator == Decimal(602)
    members = [t for t in figures.targets if t.member]
    assert [(t.scope, t.verdict) for t in members] == [
        ("Chi nhánh Bình Sơn", "reached"),
        ("Chi nhánh An Phú", "short"),
    ]


def test_nothing_arisen_and_no_figure_are_different(figures):
    assert target(figures, "CT5/PAKN/VP").verdict == "none_arisen"
    assert target(figures, "CT6/VD/DOAN").verdict == "no_data"


def test_staff_are_counted_and_never_named(figures):
    total = figures.coverage.total
    assert (total.staff, total.away, total.all_kinds.held, total.all_kinds.required) == (35, 1, 30, 35)
    assert "Nguyễn Văn" not in to_text(figures) and "Trần Thị Nghỉ" not in to_text(figures)


def test_the_period_before_is_worked_out_when_nothing_was_issued(figures):
    before = figures.previous
    assert before is not None and not before.issued
    assert (before.as_of, before.orders.done, before.orders.open_overdue) == (date(2026, 10, 14), 2, 0)
    assert before.coverage.held == 28


def test_the_first_period_of_a_plan_has_none_before_it(office):
    with scene.on(date(2026, 10, 15)):
        assert collect(office.plan, scene.OCTOBER, scene.OCTOBER.end).previous is None


def test_units_carry_the_name_of_the_day(office):
    with scene.on(date(2026, 11, 15)):
        office.ptd.name = "Phòng Đất đai"
        save_unit(office.ptd)
    with scene.on(scene.SENDING):
        found = collect(office.plan, scene.NOVEMBER, scene.NOVEMBER.end)
    assert "Phòng Quản lý đất đai" in [r.name for r in found.units]


def test_the_number_of_queries_does_not_grow_with_the_plan(office):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            collect(office.plan, scene.NOVEMBER, scene.NOVEMBER.end)
        return len(captured)

    few = queries()
    with scene.on(date(2026, 10, 20)):
        for number in range(15):
            task = office.task(
                f"X{number}", assigned_on=date(2026, 10, 20), coordinators=[(office.vp, "coordinating")]
            )
            actions.update_progress(task, by=office.minh, text="Đang làm.", obstacle="Thiếu người.")
    assert queries() == few <= 42
