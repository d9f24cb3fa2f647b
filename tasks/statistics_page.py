"""The tables of statistics as ready strings: what each column shows, what it is divided by, where it leads."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from core.templatetags.ui import day
from core.text import count_vi, number_vi, percent_vi
from core.workdays import WorkCalendar
from plans.models import Plan
from tasks import statistics
from tasks.models import TaskState
from tasks.querysets import TaskStateQuerySet
from tasks.statistics import LEAST_DUE_TO_RANK, MEASURES, By, Figures, Window
from units.models import Unit, UnitName, User
from units.permissions import OVERSEERS, Role, within

# An average over fewer units would tell one unit the figures of another.
LEAST_UNITS_FOR_AVERAGE = 3

_UNIT_ROLES = (Role.UNIT_HEAD, Role.UNIT_CLERK)


@dataclass(frozen=True, slots=True)
class Column:
    """A count with a list behind it (`measure`), a plain number, or a rate: a share with both its counts."""

    label: str
    number: Callable[[Figures], int | Fraction]
    measure: str = ""
    out_of: Callable[[Figures], int] | None = None
    # Shown only where some row has it.
    optional: bool = False

    def share(self, found: Figures) -> Fraction | None:
        """In percent; None where nothing arose."""
        assert self.out_of is not None
        of = self.out_of(found)
        return Fraction(self.number(found)) * 100 / of if of else None


def _count(measure: str, label: str = "", *, optional: bool = False) -> Column:
    return Column(
        label or MEASURES[measure].label, lambda found: found.n[measure], measure, optional=optional
    )


def _number(label: str, number: Callable[[Figures], int | Fraction]) -> Column:
    return Column(label, number)


def _rate(label: str, number: Callable[[Figures], int], out_of: Callable[[Figures], int]) -> Column:
    return Column(label, number, out_of=out_of)


_COMPLETION = _rate("Tỷ lệ hoàn thành (trên tổng số)", lambda f: f.done, lambda f: f.n["total"])
_IN_TIME = _rate(
    "Tỷ lệ đúng hạn (trên số đến hạn trong kỳ)", lambda f: f.n["due_in_time"], lambda f: f.n["due"]
)


@dataclass(frozen=True, slots=True)
class TableSpec:
    title: str
    columns: tuple[Column, ...]
    # What the reader has to know to read it; one sentence each.
    notes: tuple[str, ...] = ()


TABLES: dict[str, TableSpec] = {
    "thuc-hien": TableSpec(
        "Tình hình thực hiện",
        (
            _count("total"),
            _count("carried"),
            _count("given"),
            _count("on_time"),
            _count("late"),
            _count("in_time"),
            _count("overdue"),
            _count("outside", optional=True),
            _COMPLETION,
            _count("due"),
            _IN_TIME,
        ),
        (
            "Tổng số là nhiệm vụ có thời hạn giao đến hết kỳ và chưa hoàn thành trước kỳ; bằng hoàn thành đúng hạn, "
            "quá hạn cộng đang thực hiện trong hạn, quá hạn.",
            "Đến hạn trong kỳ: kết quả trình đúng hạn mà chưa được xác nhận vẫn tính là đúng hạn.",
            "Từng kỳ của nhiệm vụ định kỳ không tính ở đây, xem bảng “Ngoài tổng số, định kỳ”.",
        ),
    ),
    "han-ban-dau": TableSpec(
        "Hạn ban đầu, gia hạn",
        (
            _count("on_time"),
            _count("late"),
            _count("in_time"),
            _count("overdue"),
            _count("first_on_time"),
            _count("first_late"),
            _count("first_in_time"),
            _count("first_overdue"),
            _count("first_outside", optional=True),
            _count("extended"),
            _number("Số lần gia hạn", lambda f: f.extended_times),
            _count("extended_late"),
        ),
        (
            "Hạn ban đầu luôn được giữ bên cạnh hạn đã gia hạn; nêu cả hai cách tính, không cách nào thay cách nào.",
        ),
    ),
    "cap-nhat": TableSpec(
        "Cập nhật, minh chứng",
        (
            _COMPLETION,
            _count("open"),
            _rate(
                "Tỷ lệ có cập nhật gần đây (trên số chưa hoàn thành)",
                lambda f: f.n["updated"],
                lambda f: f.n["open"],
            ),
            _rate(
                "Tuần có cập nhật (trên số tuần của việc chưa hoàn thành)",
                lambda f: f.weeks_updated,
                lambda f: f.weeks,
            ),
            _count("late_entry"),
            _count("owed"),
            _count("by_office"),
            _number("Số lần nhập thay", lambda f: f.by_office_times),
            _count("noted"),
        ),
        (
            "“Cập nhật chậm” là kết quả trình sau ngày văn bản kết quả quá 02 ngày làm việc; không phải quá "
            "hạn và không cộng vào quá hạn.",
        ),
    ),
    "xac-nhan": TableSpec(
        "Chờ xác nhận, bổ sung",
        (
            _count("sent"),
            _count("waiting"),
            _number("Số ngày làm việc chờ xác nhận", lambda f: f.waited_days),
            _number(
                "Bình quân ngày chờ một nhiệm vụ đã trình",
                lambda f: Fraction(f.waited_days, f.n["sent"]) if f.n["sent"] else 0,
            ),
            _count("returned"),
            _number("Số lần yêu cầu bổ sung", lambda f: f.returned_times),
            _count("led_late"),
            _count("objective"),
        ),
        ("Ngày chờ người xác nhận không tính vào thời gian của đơn vị.",),
    ),
    "ngoai-tong-so": TableSpec(
        "Ngoài tổng số, định kỳ",
        (
            _count("standing"),
            _count("undated"),
            _count("soft"),
            _count("stopped"),
            _count("kept"),
            _count("kept_on_time"),
            _count("kept_late"),
            _count("kept_missed"),
            _count("kept_open"),
        ),
        ("Việc thường xuyên, chưa có thời hạn và việc đề nghị, khuyến khích không bao giờ quá hạn.",),
    ),
    "ky-danh-gia": TableSpec(
        "Kỳ đánh giá",
        (
            _count("led", "Được giao"),
            _count("on_time"),
            _count("led_late"),
            _count("objective"),
            _count("extended"),
            _count("returned"),
            _count("by_office"),
        ),
        (
            "Số liệu để đơn vị tự đánh giá và người có thẩm quyền xem xét; hệ thống không chấm điểm, không đề xuất mức "
            "xếp loại.",
        ),
    ),
}
RANKING = "xep-hang"
RANKING_FORMULA = (
    "Hạng xếp theo tỷ lệ đúng hạn: số nhiệm vụ đến hạn trong kỳ được hoàn thành hoặc trình đúng hạn, chia cho số nhiệm "
    "vụ đến hạn trong kỳ. Hạn là hạn áp dụng, đã trừ ngày chờ xác nhận. Tỷ lệ bằng nhau thì cùng hạng. Đơn vị có dưới "
    f"{count_vi(LEAST_DUE_TO_RANK)} nhiệm vụ đến hạn không xếp hạng. Cơ quan ngoài và việc đề nghị, khuyến khích không "
    "tính."
)


# --- Who sees what ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose tasks a person's statistics are: every unit's, or the own units' beside an average (office rule 30)."""

    user: User

    @property
    def sees_all(self) -> bool:
        return self.user.has_role(*OVERSEERS)

    @property
    def sees_any(self) -> bool:
        return self.sees_all or self.user.has_role(*_UNIT_ROLES)

    @property
    def sees_ranking(self) -> bool:
        return self.user.has_role(Role.LEADER, Role.PLAN_OWNER)

    def states(self) -> TaskStateQuerySet:
        """What every number and list is made from."""
        seen = TaskState.objects.visible_to(self.user)
        place = "tracking_unit" if self.sees_all else "lead_unit"
        return seen.filter(within(place, self.user.ranges(*(OVERSEERS if self.sees_all else _UNIT_ROLES))))

    def around(self) -> TaskStateQuerySet:
        """Every unit's tasks of the offices that follow the own ones: only for the average."""
        if self.sees_all:
            return self.states()
        return TaskState.objects.filter(tracking_unit__in=self.states().order_by().values("tracking_unit"))

    def is_own(self, unit: Unit) -> bool:
        ranges = self.user.ranges(*_UNIT_ROLES)
        return self.sees_all or any(start <= unit.tree_start <= end for start, end in ranges)

    def groupings(self) -> dict[str, str]:
        found = {By.UNIT: "Đơn vị", By.PLAN: "Kế hoạch"}
        if self.sees_all:
            found |= {By.LEADER: "Lãnh đạo phụ trách", By.ALL: "Toàn cơ quan"}
        return {str(key): label for key, label in found.items()}

    def counts_orders(self, by: By) -> bool:
        """An order to many is one in a plan's total, and one for each unit in unit rows (office rule 16)."""
        return self.sees_all and by != By.UNIT


@dataclass(frozen=True, slots=True)
class Group:
    """A row's subject; `own` False for what only enters the average."""

    key: int | None
    label: str
    outside: bool = False
    own: bool = True


@dataclass(frozen=True, slots=True)
class Statistics:
    """The numbers of every group in the order they are printed, outside bodies last."""

    groups: tuple[tuple[Group, Figures], ...]
    by: By
    has_orders_to_many: bool

    def shown(self) -> list[tuple[Group, Figures]]:
        return [each for each in self.groups if each[0].own]

    def inside(self) -> list[tuple[Group, Figures]]:
        return [each for each in self.groups if not each[0].outside]


def collect(reader: Reader, by: By, window: Window, calendar: WorkCalendar) -> Statistics:
    """Twelve queries at most."""
    states = reader.around() if by == By.UNIT else reader.states()
    found = statistics.figures(states, window, by, calendar, orders=reader.counts_orders(by))
    to_many = states.as_of(window.on).filter(lead_unit__isnull=True).exists()
    if by == By.UNIT:
        groups = _units(reader, found, window.on)
    elif by == By.PLAN:
        groups = _plans(found)
    elif by == By.LEADER:
        groups = _leaders(found)
    else:
        groups = [Group(0, "Toàn cơ quan")]
        found.setdefault(0, Figures())
    return Statistics(tuple((group, found[group.key]) for group in groups), by, to_many)


def _units(reader: Reader, found: Iterable[int | None], on: date) -> list[Group]:
    keys = [key for key in found if key is not None]
    valid = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    then = UnitName.objects.filter(valid, unit__in=keys, valid_from__lte=on)
    names = {unit: short or name for unit, name, short in then.values_list("unit", "name", "short_name")}
    units = sorted(Unit.objects.filter(pk__in=keys), key=lambda unit: (unit.is_outside, unit.tree_start))
    return [
        Group(unit.pk, names.get(unit.pk, unit.label), unit.is_outside, reader.is_own(unit)) for unit in units
    ]


def _plans(found: Iterable[int | None]) -> list[Group]:
    keys = set(found)
    plans = (
        Plan.objects.filter(pk__in=[key for key in keys if key is not None])
        .select_related("document")
        .order_by("-starts_on", "-pk")
    )
    groups = [Group(plan.pk, f"{plan.label}: {plan.title}") for plan in plans]
    return groups + [Group(None, "Nhiệm vụ phát sinh (không thuộc kế hoạch)")] * (None in keys)


def _leaders(found: Iterable[int | None]) -> list[Group]:
    """In the order of their names, never of their numbers."""
    keys = set(found)
    leaders = User.objects.filter(pk__in=[key for key in keys if key is not None]).order_by("full_name", "pk")
    groups = [
        Group(each.pk, f"{each.position} {each.full_name}".strip() if each.position else each.full_name)
        for each in leaders
    ]
    return groups + [Group(None, "Chưa phân công lãnh đạo phụ trách")] * (None in keys)


# --- Tables -------------------------------------------------------------------------------------------


def table(reader: Reader, found: Statistics, key: str, query: dict[str, str]) -> dict[str, Any]:
    """One table of TABLES for the page; `query` is the address of the page, carried into every list."""
    spec = TABLES[key]
    shown = found.shown()
    columns = [
        column
        for column in spec.columns
        if not column.optional or any(column.number(figures) for _, figures in shown)
    ]
    rows = [
        {
            "label": group.label,
            "outside": group.outside,
            "cells": [_cell(column, figures, group, query) for column in columns],
        }
        for group, figures in shown
        # An outside body has a line only where it has a number.
        if not group.outside or any(column.number(figures) for column in columns)
    ]
    return {
        "title": spec.title,
        "notes": spec.notes,
        "columns": [column.label for column in columns],
        "rows": rows,
        "foot": _foot(reader, found, columns),
    }


def _cell(column: Column, figures: Figures, group: Group, query: dict[str, str]) -> dict[str, Any]:
    words, sub = _words(column, figures)
    url = ""
    if column.measure and column.number(figures):
        nhom = "" if group.key is None else str(group.key)
        url = f"{reverse('statistics_list')}?{urlencode({**query, 'so': column.measure, 'nhom': nhom})}"
    return {"label": column.label, "value": words, "sub": sub, "url": url, "zero": words == "0"}


def _words(column: Column, figures: Figures) -> tuple[str, str]:
    """The number, and for a rate its two counts beside it."""
    if column.out_of is not None:
        share, of = int(column.number(figures)), column.out_of(figures)
        return percent_vi(share, of), f"{number_vi(share)}/{number_vi(of)}" if of else ""
    number = column.number(figures)
    if isinstance(number, Fraction) and number.denominator != 1:
        return number_vi(number, 1), ""
    return number_vi(int(number)), ""


def _foot(reader: Reader, found: Statistics, columns: list[Column]) -> dict[str, Any] | None:
    inside = [figures for _, figures in found.inside()]
    if reader.sees_all:
        if len(found.groups) < 2:
            return None
        total = statistics.sum_of(figures for _, figures in found.groups)
        return _foot_row("Cộng", total, columns)
    if found.by != By.UNIT or len(inside) < LEAST_UNITS_FOR_AVERAGE:
        return None
    total = statistics.sum_of(inside)
    return _foot_row("Bình quân một đơn vị", total, columns, units=len(inside))


def _foot_row(label: str, total: Figures, columns: list[Column], units: int = 1) -> dict[str, Any]:
    """Totals, or with `units` the average: counts by their number, rates by their sums."""
    cells = []
    for column in columns:
        words, sub = _words(column, total)
        if units > 1 and column.out_of is not None:
            sub = ""
        elif units > 1 and isinstance(column.number(total), int):
            words = _average(Fraction(column.number(total)) / units)
        cells.append({"label": column.label, "value": words, "sub": sub})
    return {"label": label, "cells": cells}


def _average(value: Fraction) -> str:
    return number_vi(value, 0 if value.denominator == 1 else 1)


def ranking(found: Statistics) -> list[dict[str, Any]]:
    """Units by rank, those without one after them in the order of the organisation; outside bodies never."""
    units = {group.key: (group, figures) for group, figures in found.inside() if group.key is not None}
    ranked = statistics.ranks({key: figures for key, (_, figures) in units.items()})
    order = sorted(units, key=lambda key: ranked.get(key, len(units) + 1))
    rows = []
    for key in order:
        group, figures = units[key]
        words, sub = _words(_IN_TIME, figures)
        rows.append(
            {
                "rank": count_vi(ranked[key]) if key in ranked else "",
                "label": group.label,
                "due": figures.n["due"],
                "in_time": figures.n["due_in_time"],
                "rate": words,
                "counts": sub,
            }
        )
    return rows


def person_table(found: Figures) -> dict[str, Any]:
    """The figures of one person's tasks: the year-end columns and nothing that compares."""
    spec = TABLES["ky-danh-gia"]
    return {
        "pairs": [(column.label, _words(column, found)[0]) for column in spec.columns],
        "notes": spec.notes,
    }


def described(window: Window, label: str) -> str:
    """The window and the day of the figures in words."""
    named = f"Kỳ {label}: " if label else ""
    return f"{named}từ {day(window.start)} đến {day(window.end)}; số liệu đến hết ngày {day(window.on)}"
