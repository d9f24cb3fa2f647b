"""The grid as typed: text only, nothing understood yet. And the grid of what a plan holds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from core.text import date_vi, fold
from plans.models import Milestone, Plan, Target, TargetIndicator
from plans.summaries import day_of, level_phrase

# What stands left of the milestones; key → heading.
FIXED = {
    "code": "Mã",
    "name": "Chỉ tiêu",
    "indicators": "Chỉ số",
    "scope": "Áp dụng cho",
    "whom": "Đơn vị hoặc nhóm",
}


@dataclass
class Row:
    """One line of the plan. `key` is the id of the target it was read from; `scope` a value of `Target.Scope`."""

    key: str = ""
    code: str = ""
    name: str = ""
    indicators: str = ""
    scope: str = ""
    whom: str = ""
    cells: list[str] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        return not any([self.code, self.name, self.indicators, self.scope, self.whom, *self.cells])


@dataclass
class Sheet:
    """`columns` are the milestones as the plan writes them."""

    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def column(self, phrase: str) -> int:
        """Where the milestone of this phrase stands: the column that has it, a blank one, else a new last one."""
        known = [fold(each) for each in self.columns]
        if fold(phrase) in known:
            return known.index(fold(phrase))
        for at, said in enumerate(self.columns):
            if not said and not any(row.cells[at] for row in self.rows):
                self.columns[at] = phrase
                return at
        self.columns.append(phrase)
        for row in self.rows:
            row.cells.append("")
        return len(self.columns) - 1

    def add_row(self, row: Row) -> Row:
        """Puts a row behind the last one that says something."""
        row.cells += [""] * (len(self.columns) - len(row.cells))
        last = max((at for at, each in enumerate(self.rows) if not each.is_blank), default=-1)
        if last + 1 < len(self.rows):
            self.rows[last + 1] = row
        else:
            self.rows.append(row)
        return row

    def widen(self, columns: int, rows: int) -> None:
        """Blank columns and rows, so that there are at least so many."""
        while len(self.columns) < columns:
            self.columns.append("")
        for row in self.rows:
            row.cells += [""] * (len(self.columns) - len(row.cells))
        while len(self.rows) < rows:
            self.rows.append(Row(cells=[""] * len(self.columns)))


def stored(plan: Plan) -> Sheet:
    """The plan's targets as a grid: columns in the order of their days, the undated one last."""
    targets = list(
        plan.targets.select_related("unit", "group")
        .prefetch_related("milestones", "target_indicators__indicator")
        .order_by("order", "id")
    )
    # A target that has two milestones of the same words shows both: nothing a plan holds is left out of its grid.
    found: dict[tuple[str, int], Milestone] = {}
    for target in targets:
        for place, milestone in _placed(target):
            found.setdefault(place, milestone)
    places = sorted(found, key=lambda each: (_order(found[each]), each))
    sheet = Sheet(columns=[phrase for phrase, _ in places])
    for target in targets:
        row = Row(
            key=str(target.pk),
            code=target.code,
            name=target.name,
            indicators="; ".join(each.indicator.code for each in _links(target)),
            scope=target.scope,
            whom=target.unit.label if target.unit else target.group.name if target.group else "",
            cells=[""] * len(places),
        )
        ratio = any(each.indicator.is_ratio for each in _links(target))
        for place, milestone in _placed(target):
            row.cells[places.index(place)] = level_phrase(milestone, ratio)
        sheet.rows.append(row)
    return sheet


def _placed(target: Target) -> Iterator[tuple[tuple[str, int], Milestone]]:
    times: Counter[str] = Counter()
    for milestone in sorted(target.milestones.all(), key=lambda each: each.order):
        phrase = when(milestone)
        times[phrase] += 1
        yield (phrase, times[phrase]), milestone


def when(milestone: Milestone) -> str:
    """The words of a milestone's day; those of a day that was never written in words are made."""
    day = day_of(milestone)
    if milestone.phrase or day is None:
        return milestone.phrase
    return f"{'từ' if milestone.nominal_end is None else 'đến'} ngày {date_vi(day)}"


def _order(milestone: Milestone) -> tuple[bool, str]:
    day = day_of(milestone)
    return day is None, day.isoformat() if day else milestone.phrase


def _links(target: Target) -> Iterable[TargetIndicator]:
    return sorted(target.target_indicators.all(), key=lambda each: each.order)
