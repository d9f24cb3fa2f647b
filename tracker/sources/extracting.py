"""From a table to figures: each column as it was mapped, each name as it was chosen, every wrong cell named."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects

from core.periods import Period
from core.sheets import guard
from core.sheets.reading import ERROR_IN_CELL, NO_RESULT_IN_CELL, CellError, Row
from core.text import count_vi, fold, nearest, shown
from plans.actions import locked_items
from plans.cells import amount_from_cell
from plans.models import Indicator, SourceName
from plans.owed import Owed
from plans.sources import Pair, Proposed, check_proposed
from plans.tables import amount_words
from tracker.intake.names import Directory, NameUnknown
from tracker.sources.tables import SourceTable, is_amount, is_total, text_at
from units.actions import RuleBroken
from units.models import Unit

MOST_NOTES = 20
ALONE = "chưa có số. Tử số và mẫu số cần cùng có số."
# Cells other systems leave without a figure.
NOTHING = frozenset({"-", "–", "—"})


@dataclass(frozen=True)
class Reading:
    """How the columns of a table are read; what `SourceMapping.columns` keeps.

    `figures`: indicator → columns whose sum is the numerator ("một phần", "toàn trình"), column of the denominator.
    """

    unit: int | None
    by_field: bool
    whole: int | None
    figures: dict[int, tuple[tuple[int, ...], int | None]]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Reading":
        figures = {int(key): (tuple(pair[0]), pair[1]) for key, pair in kept["figures"].items()}
        return cls(kept["unit"], kept["by_field"], kept["whole"], figures)

    def to_json(self) -> dict[str, Any]:
        figures = {str(key): [list(pair[0]), pair[1]] for key, pair in self.figures.items()}
        return {"unit": self.unit, "by_field": self.by_field, "whole": self.whole, "figures": figures}

    def columns_of(self, indicator: int) -> list[int]:
        numerators, denominator = self.figures[indicator]
        return [*numerators, *([] if denominator is None else [denominator])]

    @property
    def first_amount(self) -> int:
        return min(column for pk in self.figures for column in self.columns_of(pk))


@dataclass(frozen=True)
class Unknown:
    """A name of the file that is nobody's yet, with the three nearest units."""

    key: str
    name: str
    rows: tuple[int, ...]
    near: tuple[Unit, ...]


@dataclass
class Extract:
    """What a table gives. With `errors` or `unknown` nothing is saved."""

    figures: list[Proposed] = field(default_factory=list)
    errors: list[CellError | str] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Names:
    """Who is meant by a name: as it was chosen once for this system, else as we call our units."""

    def __init__(self, system: str, agency: Unit) -> None:
        self.kept = {
            each.key: each.unit
            for each in SourceName.objects.filter(system=system, agency=agency).select_related("unit")
        }
        self.directory = Directory.of(())
        self.units = {unit.code: unit for unit in Unit.objects.all()}

    def find(self, name: str) -> Unit | None:
        """None for a line that is none of ours. Raises NameUnknown."""
        if name_key(name) in self.kept:
            return self.kept[name_key(name)]
        return self.units[self.directory.unit(name)]

    def near(self, name: str) -> tuple[Unit, ...]:
        labels: dict[str, Unit] = {}
        for unit in self.units.values():
            labels.setdefault(unit.name, unit)
            labels.setdefault(unit.label, unit)
        found = [labels[each] for each in nearest(name, labels, n=6)]
        return tuple(dict.fromkeys(found))[:3]


def name_key(name: str) -> str:
    return fold(name)[:300]


class _Wrong:
    """A cell whose error is noted already."""


@dataclass
class _Sum:
    """Amounts of one figure as rows are added up, and where they stand."""

    numerator: Decimal
    denominator: Decimal | None
    rows: list[int]


class Extractor:
    """Reads the rows of one table for one period."""

    def __init__(
        self,
        table: SourceTable,
        reading: Reading,
        names: Names,
        allowed: Mapping[Pair, Owed],
        period: Period,
        as_of: date,
    ) -> None:
        self.table, self.reading, self.names, self.allowed = table, reading, names, allowed
        self.period, self.as_of, self.locked = period, as_of, locked_items(period)
        indicators = {owed.indicator.pk: owed.indicator for owed in allowed.values()}
        self.indicators = {pk: indicators[pk] for pk in reading.figures if pk in indicators}
        prefetch_related_objects([*self.indicators.values()], "versions")
        self.found = Extract()
        self._sums: dict[Pair, _Sum] = {}
        self._units: dict[int, Unit] = {}
        self._unknown: dict[str, tuple[str, list[int]]] = {}
        self._unasked: set[str] = set()
        self._added: dict[int, Decimal] = defaultdict(Decimal)

    def run(self) -> Extract:
        totals = []
        for row in self.table.body:
            if is_total(row, self.reading.first_amount):
                totals.append(row)
            else:
                self._row(row)
        for row in totals[-1:]:
            self._compare(row)
        for key, (name, rows) in self._unknown.items():
            self.found.unknown.append(Unknown(key, name, tuple(rows), self.names.near(name)))
        for (indicator, unit), sums in self._sums.items():
            self._propose(self.indicators[indicator], self._units[unit], sums)
        if self._unasked:
            units = "; ".join(sorted(self._unasked)[:MOST_NOTES])
            self.found.notes.append(f"Không nhập vì không có kế hoạch nào yêu cầu số liệu của: {units}.")
        if not (self.found.figures or self.found.errors or self.found.unknown):
            self.found.errors.append("Không có số liệu nào để nhập: hãy xem lại cách đọc cột và tên đơn vị.")
        return self.found

    # --- one row

    def _row(self, row: Row) -> None:
        if self._is_foot(row):
            return
        amounts = self._amounts(row)
        if not amounts:
            return
        unit = self._unit(row)
        if unit is None:
            return
        self._units[unit.pk] = unit
        if not unit.is_open(self.period.start):
            self._wrong(row, self.reading.unit, f"{unit.name} đã chấm dứt hoạt động trước kỳ này.")
            return
        for pk, (numerator, denominator) in amounts.items():
            self._add(row, pk, unit, numerator, denominator)

    def _amounts(self, row: Row) -> dict[int, tuple[Decimal, Decimal | None]]:
        """Indicator → its amounts in this row; a wrong cell is noted once."""
        read = {column: self._amount(row, column) for column in sorted(self._columns())}
        found = {}
        for pk in self.indicators:
            values = {column: read[column] for column in self.reading.columns_of(pk)}
            if any(isinstance(value, _Wrong) for value in values.values()):
                continue
            amounts = {column: value for column, value in values.items() if isinstance(value, Decimal)}
            if not amounts:
                continue
            columns, other = self.reading.figures[pk]
            parts = [amounts[column] for column in columns if column in amounts]
            if not parts:
                self._wrong(row, columns[0], ALONE)
            elif other is not None and other not in amounts:
                self._wrong(row, other, ALONE)
            else:
                found[pk] = (sum(parts, Decimal(0)), None if other is None else amounts[other])
        return found

    def _is_foot(self, row: Row) -> bool:
        """Who drew it up, who signs, notes: a line about no unit without a single amount."""
        if self.reading.unit is not None and text_at(row, self.reading.unit):
            return False
        cells = [row.values[column] for column in self._columns() if column < len(row.values)]
        return not any(is_amount(value) for value in cells)

    def _columns(self) -> set[int]:
        return {column for pk in self.indicators for column in self.reading.columns_of(pk)}

    def _is_ratio(self, column: int) -> bool:
        """Whether a part of a whole is counted there: then 0.95 is a percentage in the wrong place."""
        asked = (each for pk, each in self.indicators.items() if column in self.reading.columns_of(pk))
        return any(each.is_ratio for each in asked)

    def _amount(self, row: Row, column: int) -> "Decimal | _Wrong | None":
        if reason := row.doubtful.get(column):
            self._wrong(row, column, ERROR_IN_CELL if reason == guard.ERROR_CELL else NO_RESULT_IN_CELL)
            return _Wrong()
        value = row.values[column] if column < len(row.values) else None
        if isinstance(value, str) and value.strip() in NOTHING:
            return None
        try:
            amount = amount_from_cell(value, ratio=self._is_ratio(column))
        except ValueError as error:
            self._wrong(row, column, str(error))
            return _Wrong()
        self._added[column] += amount or 0
        return amount

    def _unit(self, row: Row) -> Unit | None:
        if self.reading.whole is not None:
            return next((each for each in self.names.units.values() if each.pk == self.reading.whole), None)
        assert self.reading.unit is not None
        name = text_at(row, self.reading.unit)
        if not name:
            self._wrong(row, self.reading.unit, "dòng có số liệu nhưng không có tên đơn vị.")
            return None
        try:
            return self.names.find(name)
        except NameUnknown:
            self._unknown.setdefault(name_key(name), (name, []))[1].append(row.number)
            return None

    def _add(
        self, row: Row, indicator: int, unit: Unit, numerator: Decimal, denominator: Decimal | None
    ) -> None:
        if (indicator, unit.pk) not in self.allowed:
            self._unasked.add(unit.label)
            return
        known = self._sums.get((indicator, unit.pk))
        if known is None:
            self._sums[indicator, unit.pk] = _Sum(numerator, denominator, [row.number])
        elif self.reading.by_field:
            known.numerator += numerator
            known.denominator = None if denominator is None else (known.denominator or 0) + denominator
            known.rows.append(row.number)
        elif row.number not in known.rows:
            at = self.reading.unit if self.reading.unit is not None else self.reading.first_amount
            message = f"đã có số liệu kỳ này ở dòng {known.rows[0]}. Một đơn vị chỉ có một dòng."
            self._wrong(row, at, message)
            known.rows.append(row.number)

    # --- all rows

    def _propose(self, indicator: Indicator, unit: Unit, sums: _Sum) -> None:
        columns, other = self.reading.figures[indicator.pk]
        column = columns[0]
        letters = "+".join(self.table.column(each).letter for each in columns)
        letters += f"/{self.table.column(other).letter}" if other is not None else ""
        rows = str(sums.rows[0]) if len(sums.rows) == 1 else f"{sums.rows[0]}–{sums.rows[-1]}"
        place = f"trang “{self.table.sheet}”, dòng {rows}, cột {letters}"[:200]
        each = Proposed(place, indicator, unit, sums.numerator, sums.denominator)
        try:
            check_proposed(each, self.period, self.as_of, self.locked)
        except RuleBroken as error:
            at = other if other is not None and "denominator" in getattr(error, "error_dict", {}) else column
            row = next(row for row in self.table.body if row.number == sums.rows[0])
            self._wrong(row, at, " ".join(error.messages))
        else:
            self.found.figures.append(each)

    def _compare(self, row: Row) -> None:
        """The file's own total beside the sum of its rows: a difference is said, the total is never a figure."""
        for column in sorted(self._columns()):
            value = row.values[column] if column < len(row.values) else None
            try:
                total = amount_from_cell(value, ratio=False)
            except ValueError:
                continue
            if total is not None and total != self._added[column]:
                self.found.notes.append(
                    f"Cột {self.table.column(column).letter}: dòng tổng {row.number} ghi {amount_words(total)},"
                    f" cộng các dòng được {amount_words(self._added[column])}."
                )

    def _wrong(self, row: Row, column: int | None, message: str) -> None:
        index = column if column is not None else self.reading.first_amount
        value = row.values[index] if index < len(row.values) else None
        head = self.table.column(index)
        self.found.errors.append(
            CellError(self.table.sheet, row.number, head.letter, shown(head.heading, 80), value, message)
        )


def missing_words(allowed: Mapping[Pair, Owed], figures: Iterable[Proposed]) -> str:
    """Which of the units asked for the same indicators the file says nothing of."""
    given = {(each.indicator.pk, each.unit.pk) for each in figures}
    wanted = {pk for pk, _ in given}
    missing = dict.fromkeys(
        owed.unit.label for pair, owed in allowed.items() if pair[0] in wanted and pair not in given
    )
    if not missing:
        return ""
    return (
        f"Tệp không có số liệu của {count_vi(len(missing))} đơn vị: {'; '.join(list(missing)[:MOST_NOTES])}."
    )
