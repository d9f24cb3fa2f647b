"""What a packet would change, row by row: new, the same as what stands, or against something newer.

A row is in conflict when what it is about has moved since the packet was made; then both values are shown and somebody
chooses. Nothing is overwritten silently.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.clock import today
from core.periods import Period
from core.templatetags.ui import moment
from core.text import fold
from plans.actions import check_amounts, check_day, locked_items, locked_words
from plans.attainment import Figure
from plans.courses import behind_words
from plans.models import Measurement, RoundItem
from plans.owed import Standing
from plans.tables import figure_words
from tasks.models import Evidence, ProgressUpdate, Task
from tracker.intake.draft import Errors, Line
from tracker.packets.contents import Contents, FigureRow, TaskRow
from tracker.packets.keys import RowKey
from tracker.packets.reading import Packet, TypedFigure, TypedTask
from units.actions import RuleBroken
from units.models import Unit, User

GONE = "dòng này không còn chờ cập nhật, hoặc đồng chí không có quyền cập nhật."
KEEP, USE = "keep", "use"
# Window → what takes no report any more, by (indicator, unit).
Locked = Mapping[Period, Mapping[tuple[int, int], RoundItem]]


@dataclass(frozen=True, slots=True)
class Change:
    """One row that says something new. `now` is what stands, in words, where that moved since; else empty."""

    key: RowKey
    title: str
    sub: str
    lines: tuple[str, ...]
    now: str
    line: Line
    figure: tuple[TypedFigure, FigureRow] | None = None
    task: tuple[TypedTask, TaskRow] | None = None

    @property
    def name(self) -> str:
        """Names the choice of a conflict on the page."""
        return f"chon-{self.key.kind}-{self.key.what.replace(':', '-')}"

    @property
    def is_conflict(self) -> bool:
        return bool(self.now)


@dataclass
class PacketPlan:
    """All a packet would do. With `errors` nothing is done."""

    unit: Unit
    changes: list[Change] = field(default_factory=list)
    same: int = 0
    errors: Errors = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def conflicts(self) -> list[Change]:
        return [each for each in self.changes if each.is_conflict]

    @property
    def digest(self) -> str:
        """What was shown, so that what is saved is that."""
        words = [f"{each.key}{each.lines}{each.now}" for each in self.changes]
        return hashlib.sha256("\n".join(words).encode()).hexdigest()


def plan_of(packet: Packet, unit: Unit, user: User) -> PacketPlan:
    """What the packet would change for its unit, under the rights of `user`, as things stand now."""
    plan = PacketPlan(unit, errors=list(packet.errors), notes=list(packet.notes))
    contents = Contents(unit, user, today())
    if packet.figures:
        windows = {each.what: each for each in contents.windows}
        locked = {window: locked_items(window) for window in {each.window for each in windows.values()}}
        for figure in packet.figures:
            _plan_figure(plan, figure, windows.get(figure.key.what), locked)
    if packet.tasks:
        tasks = {each.what: each for each in contents.tasks}
        known = _Known([each.task for each in tasks.values()])
        for task in packet.tasks:
            _plan_task(plan, task, tasks.get(task.key.what), known)
    return plan


# --- Figures ----------------------------------------------------------------------------------------------------------


def _plan_figure(plan: PacketPlan, typed: TypedFigure, row: FigureRow | None, locked: Locked) -> None:
    line = typed.line
    if row is None:
        line_error(plan, line, "key", GONE)
        return
    before = len(plan.errors)
    indicator = row.owed.indicator
    if (item := locked[row.window].get((indicator.pk, row.owed.unit.pk))) is not None:
        line_error(plan, line, "numerator", locked_words(item))
        return
    denominator = typed.denominator if indicator.is_ratio else None
    if not indicator.is_ratio and typed.denominator:
        line_error(plan, line, "denominator", "chỉ số này không tính theo tỷ lệ, để trống mẫu số.")
    if typed.numerator is None:
        line_error(plan, line, "numerator", "chưa có số. Các ô khác của dòng đã ghi.")
        return
    try:
        check_day(row.window, min(row.window.end, today()))
        check_amounts(indicator.definition_on(row.window.end), typed.numerator, denominator)
    except RuleBroken as error:
        spread(plan, line, error)
        return
    figure = Figure(typed.numerator, denominator)
    why = behind_words(row.owed, figure, min(row.window.end, today()), row.window)
    for column, text, words in (
        ("cause", typed.cause, "nguyên nhân"),
        ("remedy", typed.remedy, "biện pháp khắc phục"),
    ):
        if why and not text:
            line_error(plan, line, column, f"hãy ghi {words} ({why}).")
    if len(plan.errors) > before:
        return
    known = row.known
    returned = row.standing == Standing.RETURNED
    if known is not None and not returned and Figure(known.numerator, known.denominator) == figure:
        plan.same += 1
        return
    words = figure_words(_as_measured(figure), indicator)
    lines = [words]
    lines += [
        f"{label}: {value}"
        for label, value in (
            ("Nguồn", typed.source),
            ("Nguyên nhân", typed.cause),
            ("Biện pháp", typed.remedy),
        )
        if value
    ]
    now = ""
    if row.version != typed.key.version and known is not None:
        now = f"{figure_words(known, indicator)}, {known.recorded_by.full_name} ghi lúc {moment(known.entered_at)}"
    plan.changes.append(
        Change(typed.key, indicator.name, row.window.label, tuple(lines), now, line, figure=(typed, row))
    )


def _as_measured(figure: Figure) -> Measurement:
    """A figure not yet kept, for the words that print one."""
    return Measurement(numerator=figure.numerator, denominator=figure.denominator)


# --- Tasks ------------------------------------------------------------------------------------------------------------


class _Known:
    """What was said of the tasks last, and which documents prove them. Two queries."""

    def __init__(self, tasks: list[Task]) -> None:
        keys = [each.pk for each in tasks]
        updates = ProgressUpdate.objects.filter(task__in=keys).select_related("by").order_by("pk")
        self.updates = {each.task_id: each for each in updates}
        papers = Evidence.objects.filter(task__in=keys).exclude(number="")
        self.papers = {
            (task, fold(number), issued_on)
            for task, number, issued_on in papers.values_list("task", "number", "issued_on")
        }

    def without_known(self, typed: TypedTask, task: Task) -> TypedTask:
        """What the row says beyond that: the same packet sent twice says nothing new."""
        update = self.updates.get(task.pk)
        words = (typed.text, typed.obstacle, typed.proposal)
        if update is not None and words == (update.text, update.obstacle, update.proposal):
            typed = typed._replace(text="", obstacle="", proposal="")
        if (task.pk, fold(typed.number), typed.issued_on) in self.papers:
            typed = typed._replace(number="", issued_on=None)
        return typed._replace(percent=None) if typed.percent == task.percent else typed


def _plan_task(plan: PacketPlan, typed: TypedTask, row: TaskRow | None, known: _Known) -> None:
    line = typed.line
    if row is None:
        line_error(plan, line, "key", GONE)
        return
    before = len(plan.errors)
    if typed.issued_on is not None and not typed.number:
        line_error(plan, line, "number", "chưa có số, ký hiệu của văn bản.")
    if typed.number and typed.issued_on is None:
        line_error(plan, line, "issued_on", "chưa có ngày của văn bản.")
    if typed.issued_on is not None and typed.issued_on > today():
        line_error(plan, line, "issued_on", "ngày văn bản không được sau hôm nay.")
    if len(plan.errors) > before:
        return
    task = row.task
    typed = known.without_known(typed, task)
    lines = _task_lines(typed, task)
    if not lines:
        plan.same += 1
        return
    now = "" if row.version == typed.key.version else _stands(task, known.updates.get(task.pk))
    plan.changes.append(Change(typed.key, task.title, task.code, tuple(lines), now, line, task=(typed, row)))


def _task_lines(typed: TypedTask, task: Task) -> list[str]:
    lines = []
    if typed.percent is not None:
        before = f" (đang ghi nhận {task.percent}%)" if task.percent is not None else ""
        lines.append(f"Tỷ lệ hoàn thành: {typed.percent}%{before}")
    lines += [
        f"{label}: {value}"
        for label, value in (
            ("Nội dung", typed.text),
            ("Vướng mắc", typed.obstacle),
            ("Kiến nghị", typed.proposal),
        )
        if value
    ]
    if typed.number and typed.issued_on:
        lines.append(f"Văn bản kết quả: {typed.number} ngày {typed.issued_on:%d/%m/%Y}")
    return lines


def _stands(task: Task, update: ProgressUpdate | None) -> str:
    """What is known of the task now, since the packet was made before it."""
    words = [f"{task.percent}%" if task.percent is not None else "", task.get_execution_display().lower()]
    if update is not None:
        words.append(f"cập nhật lúc {moment(update.entered_at)} ({update.by.full_name}): {update.text[:200]}")
    return ", ".join(each for each in words if each)


# --- Errors at cells --------------------------------------------------------------------------------------------------


def line_error(plan: PacketPlan, line: Line, key: str, message: str) -> None:
    at = key if key in line.table.columns else "key"
    value = None if at == "key" else line.values.get(at)
    plan.errors.append(line.table.error(line.number, at, value, message))


def spread(plan: PacketPlan, line: Line, error: RuleBroken) -> None:
    """A rule broken by a row, at the cells it is about, else at the first cell of the row."""
    by_field = getattr(error, "error_dict", None)
    if by_field is None:
        line_error(plan, line, "key", " ".join(error.messages))
        return
    for name, found in by_field.items():
        for each in found:
            line_error(plan, line, name, " ".join(each.messages))
