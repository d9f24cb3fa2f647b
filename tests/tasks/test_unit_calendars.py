"""Calendars may differ by agency and by one-stop desk (office rule 11): a unit's deadlines move by its own days."""

from datetime import date

import pytest

from core.deadlines import DeadlineKind
from tasks import actions
from tasks.actions import Leads
from tasks.history import deadline_reasons
from tasks.models import DeadlineChange, Task
from tasks.recurrence import DueRule, Every, Rhythm
from tests.cast import SAID, TODAY, Cast
from units.models import CalendarDay, Unit

pytestmark = pytest.mark.django_db

Kind = CalendarDay.Kind
SATURDAY, SUNDAY, MONDAY, TUESDAY = (date(2026, 10, n) for n in (17, 18, 19, 20))


def own(unit: Unit | None, day: date, kind: str = Kind.MAKEUP, name: str = "Lịch riêng") -> None:
    CalendarDay.objects.create(unit=unit, day=day, kind=kind, name=name)


def workday(unit: Unit | None, day: date) -> bool:
    return CalendarDay.objects.as_calendar(unit).is_workday(day)


def due(cast: Cast, day: date, **fields: object) -> Task:
    return cast.task(phrase=f"{day:%d/%m/%Y}", nominal_end=day, **fields)


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


# --- whose day it is ------------------------------------------------------------------------------------------------


def test_a_units_day_holds_for_it_and_below_it_only(cast: Cast) -> None:
    own(cast.vpdk, SATURDAY)
    assert workday(cast.vpdk, SATURDAY) and workday(cast.cn1, SATURDAY)
    assert not workday(cast.ptd, SATURDAY) and not workday(cast.so, SATURDAY) and not workday(None, SATURDAY)


def test_the_nearest_unit_stands_over_those_above_and_over_the_common_day(cast: Cast) -> None:
    own(None, MONDAY, Kind.HOLIDAY)
    own(cast.vpdk, MONDAY)
    own(cast.cn2, MONDAY, Kind.AGENCY)
    assert [workday(unit, MONDAY) for unit in (None, cast.ptd, cast.vpdk, cast.cn1, cast.cn2)] == [
        False, False, True, True, False,
    ]  # fmt: skip
    many = CalendarDay.objects.by_unit()
    assert [many.of(unit).is_workday(MONDAY) for unit in (None, cast.vpdk, cast.cn2)] == [False, True, False]


# --- deadlines ------------------------------------------------------------------------------------------------------


def test_a_last_day_the_unit_works_on_does_not_move(cast: Cast) -> None:
    own(cast.vpdk, SATURDAY)
    assert due(cast, SATURDAY, lead=cast.cn1).effective_end == SATURDAY
    assert due(cast, SATURDAY, code="NV02").effective_end == MONDAY


def test_a_last_day_the_unit_is_off_moves_and_the_page_says_why(cast: Cast) -> None:
    own(cast.cn1, MONDAY, Kind.AGENCY, "Nghỉ kiểm kê kho")
    task = due(cast, MONDAY, lead=cast.cn1)
    assert task.effective_end == TUESDAY
    assert "Nghỉ kiểm kê kho" in " ".join(
        deadline_reasons(task, CalendarDay.objects.as_calendar(task.lead_unit))
    )
    assert due(cast, MONDAY, code="NV02").effective_end == MONDAY


def test_each_unit_of_an_order_to_many_has_its_own_last_day(cast: Cast) -> None:
    own(cast.cn1, SATURDAY)
    order = due(cast, SATURDAY, lead_group=cast.branches)
    ends = {part.lead_unit: (part.effective_end, part.first_effective_end) for part in order.children.all()}
    assert ends == {cast.cn1: (SATURDAY, SATURDAY), cast.cn2: (MONDAY, MONDAY)}


def test_a_length_of_time_counts_the_units_working_days(cast: Cast) -> None:
    own(cast.cn1, SATURDAY)
    for unit, end in ((cast.cn1, SATURDAY), (cast.ptd, MONDAY)):
        task = Task(plan=cast.plan, tracking_unit=cast.vp, title=f"Trả lời {unit}")
        phrase = "trong vòng 4 ngày làm việc kể từ ngày nhận"
        actions.write_task(task, by=cast.lan, leads=Leads(unit=unit), phrase=phrase)
        actions.assign(task, by=cast.lan)
        assert again(task).nominal_end == end
        actions.receive(task, by=cast.lan, on=date(2026, 10, 12))
        assert again(task).nominal_end == date(2026, 10, 16)


def test_a_corrected_and_an_extended_deadline_move_by_the_units_days(cast: Cast) -> None:
    own(cast.cn1, SATURDAY)
    task = due(cast, date(2026, 10, 15), lead=cast.cn1)
    actions.correct_deadline(task, by=cast.lan, phrase="17/10/2026", reason="Đánh máy sai")
    assert again(task).effective_end == SATURDAY
    own(cast.cn1, date(2026, 10, 31))
    actions.ask_extension(task, by=cast.tu, proposed_end=date(2026, 10, 31), reason="Chờ số liệu")
    actions.decide_extension(task, by=cast.lan, granted=True, decision=SAID)
    assert again(task).effective_end == date(2026, 10, 31)


def test_the_notice_before_an_extension_is_in_the_units_days(cast: Cast) -> None:
    """Three working days before Friday the 16th, asked on Tuesday: the unit's day off makes it too late."""
    own(cast.cn1, date(2026, 10, 14), Kind.AGENCY)
    late = {}
    for code, unit in (("NV01", cast.cn1), ("NV02", cast.cn2)):
        task = due(cast, date(2026, 10, 16), code=code, lead=unit)
        actions.ask_extension(task, by=cast.lan, proposed_end=date(2026, 10, 30), reason="Chờ số liệu")
        late[unit] = DeadlineChange.objects.get(task=task).late
    assert late == {cast.cn1: True, cast.cn2: False}


def test_a_coordinating_units_own_date_moves_by_its_calendar(cast: Cast) -> None:
    own(cast.cn1, SATURDAY)
    task = cast.task(coordinators=[(cast.cn1, "coordinating"), (cast.cn2, "coordinating")], given=False)
    task.coordinations.update(nominal_end=SATURDAY)
    actions.assign(task, by=cast.lan)
    assert dict(task.coordinations.values_list("unit", "effective_end")) == {
        cast.cn1.pk: SATURDAY, cast.cn2.pk: MONDAY,
    }  # fmt: skip


def test_what_comes_back_is_due_on_a_day_the_unit_works(cast: Cast) -> None:
    own(cast.cn1, SATURDAY)
    rhythm = Rhythm(Every.WEEK, due_rule=DueRule.LAST_WORKDAY, starts_on=TODAY, ends_on=SUNDAY)
    ends = {}
    for code, unit in (("NV01", cast.cn1), ("NV02", cast.cn2)):
        task = cast.task(
            code,
            lead=unit,
            deadline_kind=DeadlineKind.RECURRING,
            phrase="hằng tuần",
            nominal_end=None,
            given=False,
        )
        Task.objects.filter(pk=task.pk).update(deadline_kind=DeadlineKind.STANDING, phrase="thường xuyên")
        task.refresh_from_db()
        actions.assign(task, by=cast.lan)
        (duty,) = actions.set_rhythm(task, by=cast.lan, rhythm=rhythm)
        ends[unit] = duty.occurrences.get().effective_end
    assert ends == {cast.cn1: SATURDAY, cast.cn2: date(2026, 10, 16)}
