"""What a chart shows, as plain data. No drawing here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.text import Number, count_vi, date_vi, number_vi, percent_vi

WIDTH_MM = 160.0
"""Printed width of every chart: the text width of a portrait page."""

NO_DATA = "Không có số liệu"
PARTITION_LABELS = (
    "Hoàn thành đúng hạn",
    "Hoàn thành quá hạn",
    "Đang thực hiện trong hạn",
    "Đang thực hiện quá hạn",
)


@dataclass(frozen=True)
class PartitionRow:
    """The four parts of one unit's tasks; they add up to its total."""

    label: str
    done_on_time: int
    done_late: int
    open_in_time: int
    open_overdue: int

    @property
    def parts(self) -> tuple[int, int, int, int]:
        return (self.done_on_time, self.done_late, self.open_in_time, self.open_overdue)


@dataclass(frozen=True)
class PartitionChart:
    """Tasks by unit as stacked bars, in the order given."""

    rows: tuple[PartitionRow, ...]


@dataclass(frozen=True)
class TargetRow:
    """One target: what was reached against the milestone. `actual` None: no figure. `verdict`: Đạt, Chưa đạt
    …
    """

    label: str
    actual: Number | None
    target: Number
    comparator: str = "≥"
    verdict: str = ""


@dataclass(frozen=True)
class TargetChart:
    """Targets of one measure unit as bars with a mark at each milestone."""

    rows: tuple[TargetRow, ...]
    unit: str = "%"


@dataclass(frozen=True)
class TrajectoryPoint:
    """One period: planned and actual value; None where there is none (yet)."""

    label: str
    plan: Number | None
    actual: Number | None


@dataclass(frozen=True)
class TrajectoryChart:
    """Plan and actual over the periods as two lines. `unit` is printed above the axis."""

    unit: str
    points: tuple[TrajectoryPoint, ...]


@dataclass(frozen=True)
class DatedValue:
    day: date
    value: Number


@dataclass(frozen=True)
class CourseChart:
    """The course of one target by days: the plan's line through its corners, the results, the way to go from the newest
    one to the next milestone. `unit` is printed above the axis."""

    unit: str
    plan: tuple[DatedValue, ...]
    actual: tuple[DatedValue, ...]
    needed: tuple[DatedValue, ...] = ()


@dataclass(frozen=True)
class CoursePanel:
    """One unit of small multiples; `word`: result and how it stands."""

    label: str
    word: str
    course: CourseChart


@dataclass(frozen=True)
class MultiplesChart:
    """The same target in several units, on the same scales."""

    unit: str
    panels: tuple[CoursePanel, ...]


@dataclass(frozen=True)
class CoverageRow:
    """People of one unit with the account, of those who must have it."""

    label: str
    done: int
    total: int


@dataclass(frozen=True)
class CoverageChart:
    """Coverage by unit as bars from 0 to 100%."""

    rows: tuple[CoverageRow, ...]


ChartSpec = PartitionChart | TargetChart | TrajectoryChart | CoverageChart | CourseChart | MultiplesChart


def value_text(value: Number) -> str:
    """A value as printed: "80", "79,2"; one decimal unless it is whole."""
    return number_vi(value, 0 if value == int(value) else 1)


def with_unit(value: Number, unit: str) -> str:
    """ "79,2%", "1.250 hồ sơ"."""
    return f"{value_text(value)}{unit}" if unit in ("%", "") else f"{value_text(value)} {unit}"


_MOST_IN_WORDS = 15


def alt_text(spec: ChartSpec) -> str:
    """The chart in words, for people who cannot see it; the first 15 rows, the table beside has them all."""
    match spec:
        case PartitionChart(rows):
            head = "Biểu đồ thanh chồng, tình hình thực hiện nhiệm vụ theo đơn vị"
            lines = [
                f"{row.label}: "
                + ", ".join(
                    f"{label.lower()} {count_vi(part)}"
                    for label, part in zip(PARTITION_LABELS, row.parts, strict=True)
                )
                for row in rows
            ]
        case TargetChart(rows, unit):
            head = "Biểu đồ thanh, kết quả so với mục tiêu"
            lines = [
                f"{row.label}: {NO_DATA.lower() if row.actual is None else with_unit(row.actual, unit)}, "
                f"mục tiêu {f'{row.comparator} {with_unit(row.target, unit)}'.strip()}"
                for row in rows
            ]
        case TrajectoryChart(unit, points):
            head = "Biểu đồ đường, kết quả so với lộ trình"
            lines = [
                f"{point.label}: lộ trình {_or_none(point.plan, unit)}, "
                f"kết quả {_or_none(point.actual, unit)}"
                for point in points
            ]
        case CourseChart(unit, plan, actual):
            head = "Biểu đồ đường theo ngày, lộ trình và kết quả"
            lines = [f"lộ trình ngày {date_vi(each.day)}: {with_unit(each.value, unit)}" for each in plan]
            lines += [
                f"kết quả đến ngày {date_vi(each.day)}: {with_unit(each.value, unit)}" for each in actual
            ]
        case MultiplesChart(_, panels):
            head = "Các biểu đồ nhỏ, lộ trình và kết quả của từng đơn vị"
            lines = [f"{panel.label}: {panel.word}" for panel in panels]
        case CoverageChart(rows):
            head = "Biểu đồ thanh, tỷ lệ hoàn tất tài khoản theo đơn vị"
            lines = [
                f"{row.label}: {row.done}/{row.total}, {percent_vi(row.done, row.total)}" for row in rows
            ]
    return f"{head}. {_joined(lines)}."


def _or_none(value: Number | None, unit: str) -> str:
    return NO_DATA.lower() if value is None else with_unit(value, unit)


def _joined(lines: Iterable[str]) -> str:
    lines = list(lines)
    if not lines:
        return NO_DATA
    rest = len(lines) - _MOST_IN_WORDS
    return "; ".join(lines[:_MOST_IN_WORDS]) + (f"; và {rest} dòng khác" if rest > 0 else "")


def as_float(value: Number) -> float:
    """A value for the drawing only; printed figures come from value_text."""
    return float(value) if not isinstance(value, Decimal) or value.is_finite() else 0.0
