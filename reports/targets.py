"""The target rows of a snapshot, from the matrix the pages show (`plans.summaries`).

A line is one indicator of one target for one scope. It prints its current milestone, judged as the pages
judge it; when a newer figure is known, a second row sets that figure against the next milestone, or against
the same one where no other follows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from core import periods
from core.text import date_vi
from core.workdays import WorkCalendar
from plans.attainment import judge
from plans.models import Measurement, Plan, Target
from plans.summaries import Cell, Line, Matrix, Reading, day_of, target_matrix
from reports.courses import collect_courses
from reports.snapshot import CourseFacts, FigureFacts, TargetResult, TargetRole, TargetRow, Upcoming
from reports.wording import aim_words, milestone_text, small, titled

Names = dict[int, tuple[str, str]]
Notes = dict[tuple[int, int, date], str]


@dataclass(frozen=True, slots=True)
class Targets:
    plan: Plan
    matrix: Matrix
    rows: tuple[TargetRow, ...]
    names: Names

    def courses(self, on: date, calendar: WorkCalendar) -> tuple[CourseFacts, ...]:
        """The course of each line on the day."""
        return collect_courses(
            self.plan, self.matrix, on, calendar, lambda line: (_key(line), _scope(line, self.names))
        )

    def upcoming(self, after: date, until: date) -> tuple[Upcoming, ...]:
        """Milestones whose day lies after `after`, up to `until`."""
        found = []
        for line in _lines(self.matrix):
            for cell in line.cells:
                day = day_of(cell.milestone) if cell else None
                if cell and day and after < day <= until:
                    row = _row(line, cell, cell.reading, "next", self.names, {}, member=False)
                    words = f"{titled(row)}: {aim_words(row)} (mốc {small(milestone_text(row))})"
                    found.append(Upcoming(words, row.scope, day))
        return tuple(found)

    def results_of(self, before: periods.Period) -> tuple[TargetResult, ...]:
        """The newest whole figure of each line as known on the last day of the period before."""
        earlier = target_matrix(self.plan, before.end)
        return tuple(
            TargetResult(_key(line), None if line.latest.missing else _figure(line.latest))
            for whole in _lines(earlier)
            for line in (whole, *whole.members)
        )


def collect_targets(plan: Plan, as_of: date, names: Names) -> Targets:
    """Every line of the plan's targets on the day, each unit of a group below the group."""
    matrix = target_matrix(plan, as_of)
    notes = _notes(plan, as_of)
    rows: list[TargetRow] = []
    for line in _lines(matrix):
        rows += _rows(line, names, notes, member=False)
        for member in line.members:
            rows += _rows(member, names, notes, member=True)
    return Targets(plan, matrix, tuple(rows), names)


def _lines(matrix: Matrix) -> Iterator[Line]:
    for target in matrix.rows:
        yield from target.lines


def _rows(line: Line, names: Names, notes: Notes, *, member: bool) -> list[TargetRow]:
    current = line.current
    if current is None:
        return []
    made = [_row(line, current, current.reading, "current", names, notes, member=member)]
    if current.due and _is_newer(line.latest, current.reading):
        coming = next((cell for cell in line.cells if cell is not None and not cell.due), None)
        if coming is not None:
            made.append(_row(line, coming, line.latest, "next", names, notes, member=member))
        elif not line.members:
            made.append(_row(line, current, line.latest, "since", names, notes, member=member))
    return made


def _is_newer(one: Reading, other: Reading) -> bool:
    return one.as_of is not None and (other.as_of is None or one.as_of > other.as_of)


def _row(
    line: Line, cell: Cell, reading: Reading, role: TargetRole, names: Names, notes: Notes, *, member: bool
) -> TargetRow:
    milestone, indicator = cell.milestone, line.indicator
    verdict = cell.attainment
    if role == "since":
        verdict = judge(reading.figure, ratio=indicator.is_ratio, **cell.needed._asdict())
    day = day_of(milestone)
    phrase = milestone.phrase or (date_vi(day) if day else "")
    return TargetRow(
        key=_key(line),
        role=role,
        newest=reading is line.latest or reading == line.latest,
        code=line.target.code,
        name=line.target.name,
        indicator=indicator.name,
        scope=_scope(line, names),
        member=member,
        measure_unit=indicator.measure_unit,
        basis=indicator.get_basis_display(),
        comparator=milestone.comparator,
        value=milestone.value,
        milestone=f"sau mốc {phrase}" if role == "since" else phrase,
        milestone_on=day,
        due=cell.due,
        figure=_figure(reading),
        missing=tuple(label for label in reading.missing if label) if reading.figure else (),
        verdict=verdict,
        reached=cell.reached,
        members=cell.members,
        note=_note(line, reading, names, notes),
        value_to=milestone.value_to,
        is_relative=milestone.is_relative,
        base=_figure(cell.base) if cell.base else None,
        base_label=milestone.base_period.label if milestone.base_period else "",
        redefined_on=max(
            (each for each in line.redefined if reading.as_of and each <= reading.as_of), default=None
        ),
    )


def _key(line: Line) -> str:
    who = line.unit.code if line.unit else line.target.scope
    return key_of(line.target.code, line.indicator.code, who)


def key_of(target: str, indicator: str, who: str) -> str:
    """How every snapshot names a line, by codes; `who` is a unit's code, or the scope of a line of several units."""
    return f"{target}/{indicator}/{who}"


def _scope(line: Line, names: Names) -> str:
    if line.unit is not None:
        name, short = names.get(line.unit.pk, (line.unit.name, line.unit.short_name))
        return short or name
    if line.target.group is not None:
        manner = "từng đơn vị" if line.target.scope == Target.Scope.EACH else "tính chung"
        return f"{line.target.group.name}, {manner}"
    return line.scope


def _figure(reading: Reading) -> FigureFacts | None:
    if reading.figure is None or reading.as_of is None:
        return None
    kind, _, key = reading.period.partition(" ")
    label = periods.label_of(kind, key) if kind else ""
    return FigureFacts(reading.figure.numerator, reading.figure.denominator, label, reading.as_of)


def _notes(plan: Plan, on: date) -> Notes:
    """(indicator, unit, last day of the figure) → the cause the unit gave, else what it wrote beside the figure: the
    only causes a report knows.
    """
    known = (
        Measurement.objects.accepted()
        .filter(indicator__targets__plan=plan, as_of__lte=on)
        .exclude(note="", cause="")
        .order_by("revision", "id")
        .values_list("indicator_id", "unit_id", "as_of", "note", "cause")
    )
    return {(indicator, unit, as_of): cause or note for indicator, unit, as_of, note, cause in known}


def _note(line: Line, reading: Reading, names: Names, notes: Notes) -> str:
    """What the unit wrote beside the figure, else beside the newest one; several units each under its
    name.
    """
    if line.members:
        said = [(member, _note(member, member.latest, names, notes)) for member in line.members]
        return "; ".join(f"{_scope(member, names)}: {note}" for member, note in said if note)
    for day in (reading.as_of, line.latest.as_of):
        found = [
            note
            for (indicator, unit, as_of), note in notes.items()
            if (indicator, as_of) == (line.indicator.pk, day) and (line.unit is None or unit == line.unit.pk)
        ]
        if found:
            return "; ".join(found)
    return ""
