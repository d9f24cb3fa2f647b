"""Rules between the cells of a draft and what the installation knows; nothing is saved here.

Names become codes, rights are looked up, and every row that does not fit gets an error at its cell.

Who may bring in what: the plan by whoever may write plans of its tracking unit; units and staff by whoever keeps
their agency (`units.agency`). Rows that change nothing need no right.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from core.clock import today
from core.deadlines import DeadlineKind
from core.text import fold, shown
from plans.actions import may_write
from plans.levels import LevelError, check_level
from plans.milestones import outside
from plans.models import Indicator, Plan, Target
from tasks.models import Coordination
from tracker.intake.draft import Coordinating, Draft, Line, PlanRow, TargetRow, TaskRow, UnitRow, unknown
from tracker.intake.names import Directory, NameUnknown
from units.models import Unit, User
from units.permissions import capacity

# The phrase leaves the day to another place, so a column may name it.
_TAKES_A_DAY = frozenset({DeadlineKind.REFERENCE, DeadlineKind.RELATIVE})


def check(draft: Draft, by: User) -> None:
    """Fills in who is meant and appends to `draft.errors` whatever is wrong."""
    directory = Directory.of(draft.units)
    if draft.plan is not None:
        _check_plan(draft.plan, directory, by)
    _check_units(draft.units, directory)
    _once(draft.indicators)
    _check_targets(draft, directory)
    _check_tasks(draft, directory)
    _once(draft.staff)
    for row in draft.staff:
        row.unit_code = _named(row.line, "unit", row.unit, directory.unit)


class _Coded(Protocol):
    code: str
    line: Line


def _once(rows: Sequence[_Coded]) -> None:
    """A code stands once in its sheet."""
    first: dict[str, int] = {}
    for row in rows:
        key = fold(row.code)
        if key in first:
            row.line.wrong("code", f"trùng với dòng {first[key]}. Mỗi mã chỉ ghi một dòng.")
        elif key:
            first[key] = row.line.number


def _named(line: Line, key: str, name: str, find: "Finder") -> str:
    """What `find` makes of a name; an error at the cell and "" when nobody goes by it."""
    if not name:
        return ""
    try:
        return find(name)
    except NameUnknown as error:
        line.wrong(key, str(error), value=name)
        return ""


class Finder(Protocol):
    def __call__(self, name: str, /) -> str: ...


def _person(line: Line, key: str, name: str, directory: Directory) -> User | None:
    if not name:
        return None
    try:
        return directory.person(name)
    except NameUnknown as error:
        line.wrong(key, str(error), value=name)
        return None


# --- the plan --------------------------------------------------------------------------------------------------------


def _check_plan(row: PlanRow, directory: Directory, by: User) -> None:
    row.issuer_code = _named(row.lines["issuer"], "value", row.issuer, directory.unit)
    row.tracking_code = _named(row.lines["tracking_unit"], "value", row.tracking_unit, directory.unit)
    row.leader_found = _person(row.lines["leader"], "value", row.leader, directory)
    if by.is_system:
        return
    existing = Plan.objects.filter(code=row.code).select_related("tracking_unit").first()
    if existing is not None and may_write(by, existing) is None:
        row.wrong("code", "đã dùng cho kế hoạch khác. Hãy chọn mã khác.")
        return
    unit = Unit.objects.filter(code=row.tracking_code).first()
    if row.tracking_code and (unit is None or capacity(by, "plan.write", tracking=unit) is None):
        row.wrong("tracking_unit", "đồng chí không có quyền lập kế hoạch của đơn vị này.")


# --- units -----------------------------------------------------------------------------------------------------------


def _check_units(rows: Sequence[UnitRow], directory: Directory) -> None:
    _once(rows)
    for row in rows:
        row.parent_code = _named(row.line, "parent", row.parent, directory.unit)
    above: dict[str, str | None] = dict(Unit.objects.values_list("code", "parent__code"))
    above |= {row.code: row.parent_code or above.get(row.code) for row in rows}
    for row in rows:
        chain = [row.code]
        while (parent := above.get(chain[-1])) and parent not in chain:
            chain.append(parent)
        if parent == row.code:
            row.line.wrong("parent", f"thành vòng lặp: {' → '.join([*chain, row.code])}.")


# --- targets ---------------------------------------------------------------------------------------------------------


def _check_targets(draft: Draft, directory: Directory) -> None:
    measured = {code: unit for code, unit in Indicator.objects.values_list("code", "measure_unit")}
    measured |= {row.code: row.measure_unit for row in draft.indicators}
    codes = {fold(code): code for code in measured}
    for target in draft.targets:
        _check_scope(target, directory)
        for at, typed in enumerate(target.indicators):
            if fold(typed) in codes:
                target.indicators[at] = codes[fold(typed)]
            else:
                target.line.wrong("indicators", unknown("chỉ số", typed, measured), value=typed)
        if len(set(target.indicators)) < len(target.indicators):
            target.line.wrong("indicators", "ghi một chỉ số hai lần.")
        for milestone in target.milestones:
            try:
                check_level(
                    milestone.level, {measured[code] for code in target.indicators if code in measured}
                )
            except LevelError as error:
                milestone.line.wrong("level", str(error))
            _check_period(milestone.line, milestone.deadline.nominal, draft.plan)


def _check_scope(target: TargetRow, directory: Directory) -> None:
    if target.scope == Target.Scope.UNSTATED:
        if target.whom:
            target.line.wrong("whom", "để trống khi văn bản không nêu đơn vị.")
    elif not target.scope:
        return
    elif not target.whom:
        target.line.wrong("whom", "chưa có nội dung. Hãy ghi đơn vị hoặc nhóm.")
    elif target.scope == Target.Scope.UNIT:
        target.unit_code = _named(target.line, "whom", target.whom, directory.unit)
    else:
        target.group = _named(target.line, "whom", target.whom, directory.group)


def _check_period(line: Line, day: date | None, plan: PlanRow | None) -> None:
    """A day of the plan lies in the plan's own period."""
    if plan is None or plan.starts_on is None or plan.ends_on is None:
        return
    if why := outside(day, plan.starts_on, plan.ends_on):
        line.wrong("phrase", why)


# --- tasks -----------------------------------------------------------------------------------------------------------


def _check_tasks(draft: Draft, directory: Directory) -> None:
    _once(draft.tasks)
    for row in draft.tasks:
        if row.lead:
            try:
                row.lead_code, row.lead_group = directory.unit_or_group(row.lead)
            except NameUnknown as error:
                row.line.wrong("lead", str(error), value=row.lead)
        row.coordination = [
            *_along(row, "joint", row.joint, Coordination.Kind.JOINT, directory),
            *_along(row, "coordinating", row.coordinating, Coordination.Kind.COORDINATING, directory),
        ]
        _check_twice(row)
        row.leader_found = _person(row.line, "leader", row.leader, directory)
        _check_deadline(row, draft.plan)
        _check_own_day(row)
        _check_left_out(row, directory)


def _check_own_day(row: TaskRow) -> None:
    """An earlier day of our own stands beside a superior's (office rule 10)."""
    if row.internal_end is None:
        return
    end = row.due or row.deadline.nominal
    if not row.superior:
        row.line.wrong("internal_end", "chỉ ghi khi cột “Hạn cấp trên giao” là Có.")
    elif end is not None and row.internal_end > end:
        row.line.wrong("internal_end", "hạn nội bộ không được sau hạn cấp trên giao.")


def _check_left_out(row: TaskRow, directory: Directory) -> None:
    if row.left_out and row.lead_code:
        row.line.wrong("left_out", "chỉ ghi khi chủ trì là một nhóm đơn vị.")
        return
    for name in row.left_out:
        try:
            row.left_out_codes.append(directory.unit(name))
        except NameUnknown as error:
            row.line.wrong("left_out", str(error), value=name)


def _along(
    row: TaskRow, key: str, names: Iterable[str], kind: str, directory: Directory
) -> Iterable[Coordinating]:
    for name in names:
        try:
            yield Coordinating(*directory.unit_or_group(name), kind)
        except NameUnknown as error:
            hint = " Nơi không phải là đơn vị thì ghi ở cột “Phối hợp khác ghi trong văn bản”."
            row.line.wrong(key, f"{error}{hint}", value=name)


def _check_twice(row: TaskRow) -> None:
    """One unit has one part in a task."""
    place = {row.lead_code or row.lead_group: "Chủ trì"}
    for each in row.coordination:
        joint = each.kind == Coordination.Kind.JOINT
        key, label = ("joint", "Đồng chủ trì") if joint else ("coordinating", "Phối hợp")
        who = each.unit_code or each.group
        if who in place:
            row.line.wrong(key, f"“{shown(who)}” đã ghi ở cột “{place[who]}”. Mỗi đơn vị chỉ ghi một lần.")
        else:
            place[who] = label


def _check_deadline(row: TaskRow, plan: PlanRow | None) -> None:
    kind = row.deadline.kind
    if kind == DeadlineKind.DONE:
        if row.deadline.done_on and row.deadline.done_on > today():
            row.line.wrong("phrase", "ngày đã thực hiện không được sau hôm nay.")
        return
    if row.due is not None and kind not in _TAKES_A_DAY:
        row.line.wrong(
            "due", "chỉ ghi khi thời hạn dẫn chiếu nơi khác hoặc tính từ một mốc; ở đây hãy để trống."
        )
        return
    _check_period(row.line, row.due or row.deadline.nominal, plan)
