"""What a grid means for its plan: lines to write, with the words they were understood in, or the wrong cells."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.deadlines import Deadline, DeadlineError, DeadlineKind, parse
from core.text import date_vi, fold, shown
from plans.drafting import WantedMilestone
from plans.levels import LevelError, check_level, parse_level
from plans.matrix import WantedLine
from plans.milestones import (
    MILESTONE_KINDS,
    NOT_A_MILESTONE,
    base_of,
    level_meaning,
    milestone_meaning,
    outside,
    wanted_milestone,
)
from plans.models import Indicator, Plan, Target
from tracker.grid.sheet import Row, Sheet
from tracker.intake.draft import unknown
from tracker.intake.names import Directory, NameUnknown
from units.models import Unit, UnitGroup

# Where an error stands: ("column", 2), ("code", 4), ("cell 2", 4) …
Place = tuple[str, int]


@dataclass
class Understood:
    """`columns` and `cells` say in plain words what was read, `errors` what could not be, by place."""

    lines: list[WantedLine] = field(default_factory=list)
    columns: dict[int, str] = field(default_factory=dict)
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    rows: dict[int, str] = field(default_factory=dict)
    # Codes of rows that were typed without one.
    codes: dict[int, str] = field(default_factory=dict)
    errors: list[tuple[Place, str]] = field(default_factory=list)

    @property
    def levels(self) -> int:
        """How many figures the lines set, each indicator of a compound line counted."""
        return sum(len(line.milestones) * max(1, len(line.indicators)) for line in self.lines)


def understand(sheet: Sheet, plan: Plan) -> Understood:
    """Reads the grid as this plan reads its own words. Four queries."""
    return _Reader(sheet, plan).read()


class _Reader:
    def __init__(self, sheet: Sheet, plan: Plan) -> None:
        self.sheet = sheet
        self.plan = plan
        self.found = Understood()
        self.directory = Directory.of([])
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.groups = {group.name: group for group in UnitGroup.objects.named()}
        # By name, which several may bear; a code stands before any name.
        self.indicators: dict[str, list[Indicator]] = defaultdict(list)
        known = list(Indicator.objects.all())
        for each in known:
            self.indicators[fold(each.name)].append(each)
        for each in known:
            self.indicators[fold(each.code)] = [each]
        self.own = {str(target.pk): target for target in plan.targets.all()}

    def read(self) -> Understood:
        rows = [(at, row) for at, row in enumerate(self.sheet.rows) if not row.is_blank]
        used = {at for _, row in rows for at, cell in enumerate(row.cells) if cell}
        deadlines = {at: self._deadline(at, phrase) for at, phrase in enumerate(self.sheet.columns)
                     if phrase or at in used}  # fmt: skip
        self._check_twice(deadlines)
        codes = self._codes(rows)
        for at, row in rows:
            self._row(at, row, codes[at], deadlines)
        return self.found

    def _wrong(self, place: str, at: int, message: str) -> None:
        self.found.errors.append(((place, at), message))

    # --- columns

    def _deadline(self, at: int, phrase: str) -> Deadline | None:
        plan = self.plan
        year = plan.starts_on.year if plan.starts_on.year == plan.ends_on.year else None
        try:
            deadline = parse(phrase, year=year, includes_day=plan.includes_day)
        except DeadlineError as error:
            self._wrong("column", at, str(error))
            return None
        if deadline.kind not in MILESTONE_KINDS:
            self._wrong("column", at, NOT_A_MILESTONE)
            return None
        if why := outside(deadline.nominal or deadline.start, plan.starts_on, plan.ends_on):
            self._wrong("column", at, why)
            return None
        self.found.columns[at] = milestone_meaning(deadline)
        return deadline

    def _check_twice(self, deadlines: dict[int, Deadline | None]) -> None:
        seen: dict[object, int] = {}
        for at, deadline in deadlines.items():
            if deadline is None or deadline.kind == DeadlineKind.REFERENCE:
                continue
            first = seen.setdefault(
                (deadline.kind == DeadlineKind.STANDING, deadline.nominal, deadline.start), at
            )
            if first != at:
                self._wrong("column", at, f"trùng với mốc {first + 1}. Mỗi mốc chỉ ghi một cột.")

    # --- rows

    def _codes(self, rows: Iterable[tuple[int, Row]]) -> dict[int, str]:
        """The code of each row: the typed one, else the next free number."""
        rows = list(rows)
        taken: dict[str, int] = {}
        found = {}
        for at, row in rows:
            if row.code:
                first = taken.setdefault(fold(row.code), at)
                if first != at:
                    self._wrong("code", at, f"trùng với dòng {first + 1}. Mỗi mã chỉ ghi một dòng.")
                found[at] = row.code
        number = 0
        for at, row in rows:
            if not row.code:
                number += 1
                while f"ct{number:02d}" in taken:
                    number += 1
                found[at] = self.found.codes[at] = f"CT{number:02d}"
        return found

    def _row(self, at: int, row: Row, code: str, deadlines: dict[int, Deadline | None]) -> None:
        if not row.name:
            self._wrong("name", at, "chưa có nội dung. Cột này bắt buộc.")
        indicators = self._indicators(at, row)
        unit, group = self._whom(at, row)
        if not any(row.cells):
            self._wrong("name", at, "chưa có mức nào. Hãy ghi mức ở ít nhất một mốc.")
        milestones: list[WantedMilestone] = []
        measure_unit = ""
        for column, phrase in enumerate(row.cells):
            if not phrase:
                continue
            deadline = deadlines.get(column)
            try:
                level = parse_level(phrase)
                counted = {each.measure_unit for each in indicators} or {measure_unit} - {""}
                check_level(level, counted)
                measure_unit = measure_unit or level.measure_unit
                if deadline is None:
                    continue
                frequency = indicators[0].frequency if indicators else Indicator.Frequency.MONTH
                base = base_of(level, deadline, frequency, self.plan.ends_on)
            except LevelError as error:
                self._wrong(f"cell {column}", at, str(error))
                continue
            self.found.cells[at, column] = level_meaning(
                level, any(each.is_ratio for each in indicators), base
            )
            milestones.append(wanted_milestone(deadline, level, base))
        self.found.rows[at] = self._said(indicators, unit, group, row)
        known = self.own.get(row.key)
        self.found.lines.append(
            WantedLine(
                known.pk if known else None, code, row.name, row.scope, unit, group, tuple(indicators),
                measure_unit, tuple(milestones),
            )
        )  # fmt: skip

    def _indicators(self, at: int, row: Row) -> list[Indicator]:
        found: list[Indicator] = []
        for name in filter(None, (each.strip() for each in row.indicators.split(";"))):
            meant = self.indicators.get(fold(name), [])
            if not meant:
                known = Indicator.objects.values_list("code", "name")
                self._wrong(
                    "indicators", at, unknown("chỉ số", name, [words for pair in known for words in pair])
                )
            elif len(meant) > 1:
                codes = "; ".join(each.code for each in meant)
                self._wrong(
                    "indicators", at, f"“{shown(name)}” là tên của nhiều chỉ số. Hãy ghi mã chỉ số: {codes}."
                )
            elif meant[0] in found:
                self._wrong("indicators", at, f"ghi chỉ số “{shown(meant[0].code)}” hai lần.")
            else:
                found.append(meant[0])
        if len({each.is_ratio for each in found}) > 1:
            self._wrong("indicators", at, "các chỉ số của một dòng phải cùng đơn vị tính.")
        return found

    def _whom(self, at: int, row: Row) -> tuple[Unit | None, UnitGroup | None]:
        scope, whom = row.scope, row.whom
        try:
            if not scope:
                self._wrong("scope", at, "chưa chọn. Hãy chọn chỉ tiêu áp dụng cho ai.")
            elif scope == Target.Scope.UNSTATED:
                if whom:
                    self._wrong("whom", at, "để trống khi văn bản không nêu đơn vị.")
            elif not whom:
                self._wrong("whom", at, "chưa có nội dung. Hãy ghi đơn vị hoặc nhóm.")
            elif scope == Target.Scope.UNIT:
                unit = self.units[self.directory.unit(whom)]
                if not unit.is_open(self.plan.starts_on):
                    self._wrong("whom", at, f"{unit.name} đã chấm dứt hoạt động trước khi kế hoạch bắt đầu.")
                return unit, None
            else:
                return None, self.groups[self.directory.group(whom)]
        except NameUnknown as error:
            self._wrong("whom", at, str(error))
        return None, None

    def _said(self, indicators: list[Indicator], unit: Unit | None, group: UnitGroup | None, row: Row) -> str:
        target = Target(scope=row.scope, unit=unit, group=group)
        names = "; ".join(map(self._named, indicators)) or "chỉ số mới theo tên chỉ tiêu"
        both = (
            " (phải đạt cả hai)" if len(indicators) == 2 else " (phải đạt tất cả)" if indicators[2:] else ""
        )
        return f"{target.scope_label}: {names}{both}"

    def _named(self, indicator: Indicator) -> str:
        """An indicator not in force in the time of the plan is said to be so; it hinders nothing (office rule 4)."""
        begins, ends = indicator.valid_from, indicator.valid_to
        if ends is not None and ends < self.plan.starts_on:
            return f"{indicator.name} (chỉ áp dụng đến hết ngày {date_vi(ends)})"
        if begins is not None and begins > self.plan.ends_on:
            return f"{indicator.name} (áp dụng từ {date_vi(begins)})"
        return indicator.name
